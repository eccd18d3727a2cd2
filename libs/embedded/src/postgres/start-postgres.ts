import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findFreePort } from '../processes/free-port.js';
import { endingWithParent } from '../processes/parent-death.js';
import { stopLeftover } from '../processes/process-table.js';
import { ServerProcess, type ProcessEnd } from '../processes/server-process.js';
import { StartError } from '../start-error.js';
import { locatePostgresBinaries, USE_ANOTHER_SERVER } from './binaries.js';
import { EMBEDDED_USER, openCluster, type Cluster } from './cluster.js';
import { choosePostgresIdentity } from './identity.js';

/** How an embedded PostgreSQL is started. */
export interface PostgresOptions {
  /** Folder of its files; made when missing. */
  readonly dataDir: string;
  /** Port on the loopback interface. Default: a free one. */
  readonly port?: number;
  /** `false` gives up safety against power loss (`fsync` and others off): for tests only. Default true. */
  readonly durable?: boolean;
  /** Further settings of `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** How PostgreSQL ends: `fast` drops connections and writes everything; `immediate` is a crash, recovered at the next start. */
export type PostgresStopMode = 'fast' | 'immediate';

/** A running PostgreSQL of ours. */
export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  /** Resolves when the server has ended, asked or not. */
  readonly ended: Promise<ProcessEnd>;
  stop(mode?: PostgresStopMode): Promise<void>;
}

const HOST = '127.0.0.1';
const READY_DEADLINE_MS = 120_000;
const STOP_DEADLINE_MS = 8_000;
const POLL_INTERVAL_MS = 25;
const STOP_SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts PostgreSQL on `dataDir` and waits until it answers. It listens on loopback only, asks for a password and has no Unix socket
 * (the path of a socket may have 107 bytes, that of `dataDir` may be longer).
 * @throws StartError
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = locatePostgresBinaries();
  const identity = choosePostgresIdentity(binaries);
  const cluster = openCluster(options.dataDir, binaries, identity);
  await stopServerOfEarlierRun(cluster);
  const port = options.port ?? (await findFreePort(HOST));
  const server = ServerProcess.start({
    argv: identity.wrap(endingWithParent('INT', [binaries.postgres, '-D', cluster.folder, ...settingsOf(options, port)])),
    logFile: join(options.dataDir, 'postgres.log'),
    cwd: '/',
    ...identity.account,
  });
  const access = { host: HOST, port, user: EMBEDDED_USER, password: cluster.password };
  await waitUntilReady(server, access);
  return {
    ...access,
    pid: server.pid,
    ended: server.ended,
    stop: async (mode = 'fast') => {
      await server.stop(STOP_SIGNALS[mode], STOP_DEADLINE_MS);
    },
  };
}

function settingsOf(options: PostgresOptions, port: number): string[] {
  const settings = {
    listen_addresses: HOST,
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    // Our queries are short; compiling them costs more than it saves.
    jit: 'off',
    // Inside the data directory: nothing is left elsewhere after a kill, and containers have little /dev/shm.
    dynamic_shared_memory_type: 'mmap',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...(options.durable === false ? NOT_DURABLE : {}),
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Its own lock file would refuse the start while a server of a killed run is still there. */
async function stopServerOfEarlierRun(cluster: Cluster): Promise<void> {
  let lockFile: string;
  try {
    lockFile = readFileSync(join(cluster.folder, 'postmaster.pid'), 'utf8');
  } catch {
    return;
  }
  const pid = Number(lockFile.split('\n')[0]);
  await stopLeftover(pid, (commandLine) => commandLine.includes('postgres') && commandLine.includes(cluster.folder), 'SIGINT');
}

async function waitUntilReady(server: ServerProcess, access: pg.ClientConfig): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  for (;;) {
    const refusal = await tryToConnect(access);
    if (refusal === undefined) return;
    if (server.hasEnded || Date.now() > deadline) {
      await server.stop('SIGINT', STOP_DEADLINE_MS);
      const reason = `it does not answer on ${access.host}:${access.port} (${refusal}). The end of its log:\n${server.logTail()}\n`;
      throw new StartError('start PostgreSQL', reason, USE_ANOTHER_SERVER);
    }
    await sleep(POLL_INTERVAL_MS);
  }
}

/** Why no session could be opened, or undefined. */
async function tryToConnect(access: pg.ClientConfig): Promise<string | undefined> {
  const client = new pg.Client({ ...access, database: 'postgres', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return undefined;
  } catch (error) {
    return String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}
