import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { borrowProgram } from '../processes/borrowed-program.js';
import { Daemon } from '../processes/daemon.js';
import { freePort } from '../processes/free-ports.js';
import { listProcesses, signalProcess, type ProcessEntry } from '../processes/process-table.js';
import { runChecked } from '../processes/run.js';
import { speaksFirst } from '../processes/probe-port.js';
import { waitFor } from '../processes/wait-for.js';
import type { ClusterUser } from '../users/cluster-user.js';
import { renderSshdConfig } from './sshd-config.js';

const HOST = '127.0.0.1';
const READY_DEADLINE_MS = 20_000;
const END_DEADLINE_MS = 20_000;
/** sshd wants this folder, which a system without systemd may lack. It stays, empty: others may need it too. */
const PRIVILEGE_SEPARATION_FOLDER = '/run/sshd';

/** An SSH server of a cluster, on a port of its own of the loopback interface. Users log in with their key files, and find SLURM. */
export class Sshd {
  readonly host = HOST;
  private readonly daemon: Daemon;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly program: string,
    daemonName: string,
    ofCluster: string,
  ) {
    this.daemon = new Daemon(ofCluster, { name: daemonName, argv: [program, '-D', '-e', '-f', join(folder, 'sshd_config')] });
  }

  /**
   * Starts one and waits for its banner.
   * @param lines of sshd_config; they win over ours: `['MaxSessions 2', 'MaxStartups 1:100:1']`
   */
  static async start(ofCluster: string, env: Readonly<Record<string, string>>, lines: readonly string[]): Promise<Sshd> {
    const name = `sshd-${randomBytes(3).toString('hex')}`;
    const folder = join(ofCluster, 'ssh', name);
    const port = await freePort();
    mkdirSync(folder, { recursive: true });
    mkdirSync(PRIVILEGE_SEPARATION_FOLDER, { recursive: true, mode: 0o755 });
    writeFileSync(join(folder, 'sshd_config'), renderSshdConfig(folder, port, env, lines));
    const sshd = new Sshd(port, folder, borrowProgram(ofCluster, 'sshd', name), name, ofCluster);
    await sshd.createHostKey();
    await sshd.start();
    return sshd;
  }

  /** The public host key as in a known_hosts file: `ssh-ed25519 AAAA…`. */
  get hostKey(): string {
    return readFileSync(join(this.folder, 'host_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  }

  /** Listens, when it does not. */
  async start(): Promise<void> {
    this.daemon.start();
    await this.daemon.waitUntilReady(() => speaksFirst(this.port, 'SSH-2.0'), READY_DEADLINE_MS);
  }

  /** Nobody listens any more, and every session is cut; what ran in them may run on. */
  async stop(): Promise<void> {
    await this.daemon.end('SIGKILL');
    await this.killSessions();
  }

  /** A new listener, as after an upgrade: sessions go on. */
  async restart(): Promise<void> {
    await this.daemon.end('SIGTERM');
    await this.start();
  }

  /** Cuts every session at once; new ones are welcome. What ran in them may run on. */
  async killSessions(): Promise<void> {
    await waitFor(
      'the end of the SSH sessions',
      () => {
        const sessions = this.sessions();
        for (const { pid } of sessions) signalProcess(pid, 'SIGKILL');
        return sessions.length === 0;
      },
      END_DEADLINE_MS,
    );
  }

  /** SIGSTOP for the listener and all sessions: connections stand, and nothing goes through them. */
  freeze(): void {
    this.daemon.freeze();
    for (const { pid } of this.sessions()) signalProcess(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const { pid } of this.sessions()) signalProcess(pid, 'SIGCONT');
    this.daemon.thaw();
  }

  /** Connects and does not log in, as `MaxStartups` counts. @returns ends that */
  async occupy(): Promise<() => void> {
    const greeted = async (): Promise<Socket | undefined> => {
      const socket = connect(this.port, HOST);
      const words = await new Promise<string>((resolve, reject) =>
        socket.once('data', (data) => resolve(data.toString('latin1'))).once('error', reject),
      );
      if (words.startsWith('SSH-2.0')) return socket;
      // Somebody else is about to log in, or has just left.
      socket.destroy();
      return undefined;
    };
    const socket = await waitFor('a greeting of sshd', greeted, READY_DEADLINE_MS);
    return () => socket.destroy();
  }

  /** Another host key from now on, as of a machine that was set up again. Sessions go on. */
  async changeHostKey(): Promise<void> {
    await this.createHostKey();
    await this.restart();
  }

  /** Processes of sessions: with privilege separation two of each. */
  sessions(): ProcessEntry[] {
    const listener = this.daemon.pid();
    return listProcesses().filter(({ pid, program }) => program === this.program && pid !== listener);
  }

  /** A command line with which a person or a script logs in. */
  command(user: ClusterUser): string[] {
    const known = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
    return ['ssh', '-i', user.keyFile, '-p', String(this.port), '-o', 'IdentitiesOnly=yes', ...known, `${user.name}@${HOST}`];
  }

  private async createHostKey(): Promise<void> {
    const file = join(this.folder, 'host_key');
    for (const path of [file, `${file}.pub`]) rmSync(path, { force: true });
    await runChecked(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  }
}
