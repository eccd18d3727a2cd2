import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AttemptSpec } from '../attempt/attempt-spec.js';
import type { AttemptUnderTest } from './attempt-under-test.js';
import { PYTHON, UNIT_ENVIRONMENT } from './attempt-under-test.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** Runs in a process of its own: loads this library from its sources and does what a worker does for one attempt. */
const WORKER = `
import { createServer } from 'vite';
const conditions = ['@fractal-server/source', 'node'];
const ssr = { resolve: { conditions, externalConditions: conditions } };
const vite = await createServer({ root: ${JSON.stringify(ROOT)}, configFile: false, appType: 'custom', logLevel: 'error', ssr,
  resolve: { conditions }, server: { middlewareMode: true, ws: false, watch: null }, optimizeDeps: { noDiscovery: true } });
const { LocalHost } = await vite.ssrLoadModule('@fractal-server/hosts');
const execution = await vite.ssrLoadModule('/libs/execution/src/index.ts');
const { action, folder, token, spec, python, environment, here } = JSON.parse(process.argv[1]);
const host = new LocalHost(environment);
const calls = { deadlineMs: 10_000 };
if (action === 'start') {
  await execution.prepareAttempt(host, folder, spec, 4, calls);
  await execution.spawnRunner({ folder, token, python, environment });
  await execution.writeSlots(host, folder, 4, calls);
} else {
  await execution.endAttempt(host, { folder, token, here, calls, unitGraceMs: 1000, signal: AbortSignal.timeout(30_000) });
}
console.log('done');
setInterval(() => {}, 1000);
`;

/** How a worker process stands. */
export interface WorkerProcess {
  readonly process: ChildProcess;
  /** Resolves when the worker has done its part, has ended, or has been stopped by a fail point. */
  readonly settled: Promise<'done' | 'ended'>;
}

/** Start or end the attempt from a worker process, which then idles until it is killed. @param failPoint arms one in that process */
export function startWorkerProcess(
  attempt: AttemptUnderTest,
  action: 'start' | 'end',
  spec: AttemptSpec,
  failPoint?: string,
): WorkerProcess {
  const { folder, token, here } = attempt;
  const order = JSON.stringify({ action, folder, token, spec, python: PYTHON, environment: UNIT_ENVIRONMENT, here });
  const child = spawn(process.execPath, ['--input-type=module', '-e', WORKER, order], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...(failPoint === undefined ? {} : { FRACTAL_FAIL_POINT: failPoint }) },
  });
  const settled = new Promise<'done' | 'ended'>((resolve) => {
    child.stdout.once('data', () => resolve('done'));
    child.once('exit', () => resolve('ended'));
  });
  return { process: child, settled };
}
