import { findFreePort } from '@fractal-server/embedded';
import { startCluster, type ClusterUser, type OwnCluster, type Sshd } from '@fractal-server/test-cluster';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { chmodSync, chownSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpClient } from '../http-client.js';
import { CHECKOUT } from '../started-command.js';
import { installationForAll, type Installation } from './installation-for-all.js';
import { SiteProcess } from './site-process.js';

const ADMIN = { email: 'admin@site.example', password: 'admin-1234' };
const READY_DEADLINE_MS = 60_000;
const PATH = '/usr/bin:/bin';

/**
 * A facility: a cluster, a service account that may do what the ready sudoers file says and nothing else, SSH keys in a folder that is
 * passable for the worker's group only, and the compiled server run by that account, configured by its `.fractal_server.env`.
 */
export class Site {
  private readonly processes: SiteProcess[] = [];
  private loggedIn: HttpClient | undefined;

  private constructor(
    readonly cluster: OwnCluster,
    readonly sshd: readonly [Sshd, Sshd],
    readonly url: string,
    private readonly test: TestDatabase,
    private readonly installation: Installation,
    /** The group that may reach SSH keys. */
    private readonly keyGroup: number,
    private readonly keyFolder: string,
  ) {}

  /** The site's administrator. */
  get admin(): HttpClient {
    if (this.loggedIn === undefined) throw new Error('the API was not started yet');
    return this.loggedIn;
  }

  /** Starts everything but the workers. */
  static async start(): Promise<Site> {
    const [test, cluster] = await Promise.all([createTestDatabase(), startCluster({ users: 2 })]);
    const [keeper] = (await cluster.createUsers(1)) as [ClusterUser];
    await installReadySudoers(cluster);
    const sshd = [await cluster.startSshd(), await cluster.startSshd()] as const;
    const port = await findFreePort('127.0.0.1');
    writeEnvironmentFile(cluster, sshd[0], test);
    const keys = cluster.makeFolder('keys', { mode: 0o710 });
    chownSync(keys, 0, keeper.gid);
    const installation = await installationForAll(cluster);
    const site = new Site(cluster, sshd, `http://127.0.0.1:${port}`, test, installation, keeper.gid, keys);
    await site.fractalctl('init-db-data', '--admin-email', ADMIN.email, '--admin-pwd', ADMIN.password, '--admin-project-dir', '/tmp');
    const api = site.startProcess('API', ['apps/api/dist/main.js', '--port', String(port)], []);
    await waitFor('the API to answer', async () => answers(api, site.url), { deadlineMs: READY_DEADLINE_MS });
    site.loggedIn = await HttpClient.logIn(site.url, ADMIN.email, ADMIN.password);
    return site;
  }

  /** Starts a worker: `--backend slurm_sudo --resource 'Cluster A'`. */
  startWorker(...parameters: string[]): SiteProcess {
    return this.startProcess(`worker ${this.processes.length}`, ['apps/worker/dist/main.js', ...parameters], [this.keyGroup]);
  }

  /** Runs the command line as the service account. @throws Error when it fails */
  async fractalctl(...parameters: string[]): Promise<string> {
    const { node, root } = this.installation;
    const { home } = this.cluster.service;
    const argv = [...this.asService([]), node, join(root, 'apps/fractalctl/dist/main.js'), ...parameters];
    const { status, stdout, stderr } = await this.cluster.run(argv, { cwd: home, env: this.environment() });
    if (status !== 0) throw new Error(`fractalctl ${parameters.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  /** The key of a user, where a worker finds it. */
  installKey(user: ClusterUser): string {
    const path = join(this.keyFolder, user.name);
    copyFileSync(user.keyFile, path);
    chmodSync(path, 0o600);
    chownSync(path, this.cluster.service.uid, this.cluster.service.gid);
    return path;
  }

  /** Runs a command as the service account with the groups of the API. */
  async asApi(argv: readonly string[]): ReturnType<OwnCluster['run']> {
    return this.cluster.run([...this.asService([]), ...argv], { cwd: '/' });
  }

  /** The same with those of a worker. */
  async asWorker(argv: readonly string[]): ReturnType<OwnCluster['run']> {
    return this.cluster.run([...this.asService([this.keyGroup]), ...argv], { cwd: '/' });
  }

  /** Looks until there is something to see, as long as all processes live. */
  async waitFor<T>(what: string, look: () => Promise<T | null | false>): Promise<T> {
    return waitFor(
      what,
      async () => {
        for (const process of this.processes) process.check();
        return look();
      },
      { deadlineMs: 90_000, intervalMs: 100 },
    );
  }

  logs(): string {
    return this.processes.map((process) => process.tail()).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map(async (process) => process.stop()));
    await this.cluster.stop();
    await this.test.close();
  }

  private startProcess(name: string, [main = '', ...parameters]: readonly string[], groups: readonly number[]): SiteProcess {
    const { node, root } = this.installation;
    const logFile = join(this.cluster.folder, `${name.replaceAll(' ', '-')}.log`);
    const argv = [...this.asService(groups), node, join(root, main), ...parameters];
    const process = SiteProcess.start(name, argv, { cwd: this.cluster.service.home, env: this.environment(), logFile });
    this.processes.push(process);
    return process;
  }

  /** As a service manager starts a process: account, groups, nothing else. */
  private asService(groups: readonly number[]): string[] {
    const { uid, gid } = this.cluster.service;
    const further = groups.length === 0 ? '--clear-groups' : `--groups=${groups.join()}`;
    return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, further, '--'];
  }

  private environment(): Record<string, string> {
    const { name, home } = this.cluster.service;
    return { PATH, HOME: home, USER: name, LOGNAME: name, LANG: 'C.UTF-8', SLURM_CONF: this.cluster.slurmConf };
  }
}

/** The file of the repository, with the names of this site; everything else is used as it is. */
async function installReadySudoers(cluster: OwnCluster): Promise<void> {
  const rules = readFileSync(join(CHECKOUT, 'deploy/sudoers-fractal-server'), 'utf8')
    .replace(/(?<=FRACTAL_SERVER = )fractal$/m, cluster.service.name)
    .replace('%fractal-users', cluster.users.map(({ name }) => name).join(', '));
  await cluster.installSudoers(rules);
}

/** The first login node is known beforehand, the second is trusted when it is seen first. */
function writeEnvironmentFile(cluster: OwnCluster, { host, port, hostKey }: Sshd, { options }: TestDatabase): void {
  const knownHosts = join(cluster.folder, 'known_hosts');
  writeFileSync(knownHosts, `[${host}]:${port} ${hostKey}\n`, { mode: 0o644 });
  const variables = {
    ...{ POSTGRES_HOST: options.host, POSTGRES_PORT: options.port, POSTGRES_DB: options.database },
    ...{ POSTGRES_USER: options.user ?? '', POSTGRES_PASSWORD: options.password ?? '' },
    ...{ JWT_SECRET_KEY: 'of-the-site', FRACTAL_QUEUE: 'postgres', FRACTAL_RUNNER_BACKEND: 'any', FRACTAL_DEFAULT_GROUP_NAME: 'All' },
    ...{ FRACTAL_SSH_KNOWN_HOSTS_FILE: knownHosts, FRACTAL_SSH_TRUST_FIRST_HOST_KEY: true },
  };
  const { home, uid, gid } = cluster.service;
  const file = join(home, '.fractal_server.env');
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  chownSync(file, uid, gid);
}

async function answers(api: SiteProcess, url: string): Promise<boolean> {
  api.check();
  return fetch(`${url}/api/alive/`).then(
    ({ ok }) => ok,
    () => false,
  );
}
