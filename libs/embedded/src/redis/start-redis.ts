import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../processes/find-program.js';
import { findFreePort } from '../processes/free-port.js';
import { endingWithParent } from '../processes/parent-death.js';
import { stopLeftover } from '../processes/process-table.js';
import { ServerProcess, type ProcessEnd } from '../processes/server-process.js';
import { StartError } from '../start-error.js';

/** How a Redis is started. */
export interface RedisOptions {
  /** Folder of its files; made when missing. */
  readonly dataDir: string;
  /** Port on the loopback interface. Default: a free one. */
  readonly port?: number;
  /** Default: a new random one. A restart names that of before, so that clients find it again. */
  readonly password?: string;
}

/** A running Redis of ours. */
export interface EmbeddedRedis {
  /** `redis://` URL with the password. */
  readonly url: string;
  readonly port: number;
  readonly password: string;
  readonly pid: number;
  /** Resolves when the server has ended, asked or not. */
  readonly ended: Promise<ProcessEnd>;
  stop(): Promise<void>;
}

/** BullMQ's scripts and our persistence settings are tested with Redis 7 and newer. */
const OLDEST_MAJOR_VERSION = 7;
const HOST = '127.0.0.1';
const READY_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 5_000;
const POLL_INTERVAL_MS = 20;
const ADVICE = 'Name a Redis of your own with REDIS_URL, or choose --queue postgres, which needs no Redis.';

/** The `redis-server` on the search path, or undefined when there is none that is new enough. */
export function findRedisServer(): string | undefined {
  const program = findProgram('redis-server');
  if (program === undefined) return undefined;
  const version = /v=(\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1];
  return Number(version) >= OLDEST_MAJOR_VERSION ? program : undefined;
}

/**
 * Starts Redis on `dataDir` (append-only file, nothing evicted) and waits until it answers.
 * @throws StartError
 */
export async function startRedis(options: RedisOptions): Promise<EmbeddedRedis> {
  const program = findRedisServer();
  if (program === undefined) {
    throw new StartError('start Redis', `there is no redis-server ${OLDEST_MAJOR_VERSION} or newer on the path.`, ADVICE);
  }
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  await stopServerOfEarlierRun(options.dataDir);
  const port = options.port ?? (await findFreePort(HOST));
  const password = options.password ?? randomBytes(24).toString('base64url');
  const server = ServerProcess.start({
    argv: endingWithParent('TERM', [program, '-']),
    // The password comes by standard input: command lines can be read by everybody on the machine.
    input: configuration(port, password),
    logFile: join(options.dataDir, 'redis.log'),
    cwd: options.dataDir,
  });
  writeFileSync(join(options.dataDir, 'server.pid'), `${server.pid}\n`);
  await waitUntilReady(server, port, password);
  return {
    url: `redis://:${password}@${HOST}:${port}`,
    port,
    password,
    pid: server.pid,
    ended: server.ended,
    stop: async () => {
      await server.stop('SIGTERM', STOP_DEADLINE_MS);
    },
  };
}

/** The current folder is `dataDir`, so no path has to be quoted here. */
function configuration(port: number, password: string): string {
  return [
    `bind ${HOST}`,
    `port ${port}`,
    `requirepass ${password}`,
    'daemonize no',
    'dir .',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    // Rounds of house-keeping a second: ten, the default, use more of an idle core than our processes do. An answer that was waited for in vain comes at
    // most half a second late, which BullMQ puts up with (a second).
    'hz 2',
    '',
  ].join('\n');
}

async function stopServerOfEarlierRun(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'server.pid');
  if (!existsSync(pidFile)) return;
  await stopLeftover(Number(readFileSync(pidFile, 'utf8')), (commandLine) => commandLine.includes('redis-server'), 'SIGTERM');
}

async function waitUntilReady(server: ServerProcess, port: number, password: string): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  while (!(await answersPing(port, password))) {
    if (server.hasEnded || Date.now() > deadline) {
      await server.stop('SIGTERM', STOP_DEADLINE_MS);
      throw new StartError('start Redis', `it does not answer on ${HOST}:${port}. The end of its log:\n${server.logTail()}\n`, ADVICE);
    }
    await sleep(POLL_INTERVAL_MS);
  }
}

/** Logs in and asks `PING` in Redis' inline protocol; while its file is being loaded the answer is an error. */
async function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: HOST, port, timeout: 5_000 }, () => socket.write(`AUTH ${password}\r\nPING\r\nQUIT\r\n`));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer.includes('+PONG')));
  });
}
