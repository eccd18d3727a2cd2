import { chownSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { associateUsers, sacctmgr } from './accounting/associations.js';
import { AccountingDaemon } from './accounting/slurmdbd.js';
import type { AccountingOptions } from './options.js';
import { run, runChecked, type RunOptions, type RunResult } from './processes/run.js';
import { makeFolder } from './make-folder.js';
import { Controller } from './slurm/controller.js';
import { listLiveJobs, type LiveJob } from './slurm/live-jobs.js';
import { Node } from './slurm/node.js';
import { readRpcCounts, type RpcCounts } from './slurm/rpc-counts.js';
import { Shims } from './shims/shims.js';
import { Sshd } from './ssh/sshd.js';
import { installSudoers, type InstalledSudoers } from './sudo/sudoers.js';
import { becoming, environmentOf, type ClusterUser } from './users/cluster-user.js';
import { createUsers } from './users/create-users.js';

/** What another process needs to know to use a cluster; stands in `cluster.json` of its folder. */
export interface ClusterDescription {
  readonly name: string;
  readonly folder: string;
  readonly slurmConf: string;
  /** Search path with SLURM's commands. */
  readonly path: string;
  readonly nodePorts: readonly [number, number];
  readonly service: ClusterUser;
  readonly users: readonly ClusterUser[];
  /** Absent where the cluster has no accounting. */
  readonly accounting?: AccountingOptions;
}

/** Name of the file with the {@link ClusterDescription}. */
export const DESCRIPTION_FILE = 'cluster.json';

/** A running SLURM cluster on this machine. Everything of it lies below one folder, and all of its users are its own. */
export class Cluster {
  /** Of SLURM, and part of the folder's name; unique on this machine. */
  readonly name: string;
  /** Absolute path below /tmp, readable by all users. */
  readonly folder: string;
  /** Path of slurm.conf. */
  readonly slurmConf: string;
  /** What SLURM's commands need: SLURM_CONF and PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** An account without privileges for the server itself; what it may do as others is up to `installSudoers`. */
  readonly service: ClusterUser;
  /** The users that were there from the start. */
  readonly users: readonly ClusterUser[];
  readonly controller: Controller;
  readonly n1: Node;
  readonly n2: Node;
  /** slurmdbd; only where the cluster was started with `accounting`. */
  readonly accounting: AccountingDaemon;
  /** Stand-ins of SLURM's commands; only where the cluster was started with `shims: true`. */
  readonly shims: Shims;

  constructor(private readonly description: ClusterDescription) {
    const { name, folder, slurmConf, path } = description;
    this.name = name;
    this.folder = folder;
    this.slurmConf = slurmConf;
    this.env = { SLURM_CONF: slurmConf, PATH: path };
    this.service = description.service;
    this.users = description.users;
    this.controller = new Controller(folder, slurmConf, this.env);
    this.accounting = new AccountingDaemon(folder, this.env);
    this.shims = new Shims(folder);
    const [n1, n2] = description.nodePorts;
    this.n1 = new Node('n1', n1, folder, slurmConf, this.env);
    this.n2 = new Node('n2', n2, folder, slurmConf, this.env);
  }

  get nodes(): readonly Node[] {
    return [this.n1, this.n2];
  }

  /** More users; their names share a random beginning. With accounting they belong to all accounts. */
  async createUsers(count: number): Promise<ClusterUser[]> {
    const users = await createUsers({ folder: this.folder, service: this.service }, count);
    if (this.description.accounting !== undefined) await associateUsers(this.env, this.description.accounting, users);
    return users;
  }

  /** Runs a command as root with the environment of the cluster. Resolves however it ended. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run(argv, { ...options, env: { ...this.env, ...options.env } });
  }

  /** Runs a command as a user, in their home unless `cwd` says otherwise. */
  async runAs(user: ClusterUser, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.run([...becoming(user), ...argv], { cwd: user.home, ...options, env: { ...environmentOf(user), ...options.env } });
  }

  /**
   * Starts an SSH server for the users of the cluster.
   * @param lines of sshd_config that win over ours: `['MaxSessions 2']`
   */
  async startSshd(lines: readonly string[] = []): Promise<Sshd> {
    return Sshd.start(this.folder, this.env, lines);
  }

  /**
   * Installs sudo rules (for `cluster.service`), as a site would. Stand-ins, where there are some, take the place of SLURM's commands in them.
   * @throws Error when `visudo` refuses them
   */
  async installSudoers(rules: string): Promise<InstalledSudoers> {
    return installSudoers(this, rules);
  }

  /**
   * A folder below the folder of the cluster, which is the "shared file system" of its nodes.
   * @param owner default: root
   * @param mode exactly these bits. Default 0755
   */
  makeFolder(name: string, { owner, mode = 0o755 }: { owner?: ClusterUser; mode?: number } = {}): string {
    const path = makeFolder(join(this.folder, 'shared', name), mode);
    if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
    return path;
  }

  /**
   * A disk of its own (tmpfs) of so many megabytes below the folder of the cluster, to be filled up.
   * @throws Error where this machine does not let root mount
   */
  async makeSmallDisk(name: string, megabytes: number, owner: ClusterUser): Promise<string> {
    const path = this.makeFolder(name);
    const options = `size=${megabytes}m,uid=${owner.uid},gid=${owner.gid},mode=0755`;
    await runChecked(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', path]);
    return path;
  }

  /** `scontrol` as root: `cluster.scontrol('requeue', id)`. @throws Error when it fails */
  async scontrol(...words: string[]): Promise<string> {
    return runChecked(['/usr/bin/scontrol', ...words], { env: this.env });
  }

  /** `sacctmgr` as root: `cluster.sacctmgr('modify', 'user', name, 'set', 'MaxSubmitJobs=2')`. @throws Error when it fails */
  async sacctmgr(...words: string[]): Promise<string> {
    return sacctmgr(this.env, words);
  }

  /** Lets a running job reach its time limit in a second; the controller looks every 30 s. (A limit itself is whole minutes.) */
  async timeOut(jobId: string): Promise<void> {
    await this.scontrol('update', `jobid=${jobId}`, 'endtime=now+1');
  }

  /** Jobs that SLURM has not finished, of this name or all. */
  async liveJobs(name?: string): Promise<LiveJob[]> {
    const jobs = await listLiveJobs(this.env);
    return name === undefined ? jobs : jobs.filter((job) => job.name === name);
  }

  /** How often slurmctld was asked since its start, by message type and by user. */
  async rpcCounts(): Promise<RpcCounts> {
    return readRpcCounts(this.env);
  }
}

/** The cluster of a folder, started by another process. It ends when that one stops it or dies. */
export function attachCluster(folder: string): Cluster {
  return new Cluster(JSON.parse(readFileSync(join(folder, DESCRIPTION_FILE), 'utf8')) as ClusterDescription);
}
