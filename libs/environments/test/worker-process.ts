import type { DatabaseOptions } from '@fractal-server/database';
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs in a process of its own: loads this library from its sources and reconciles one collection. */
const WORKER = `
import { createServer } from 'vite';
const conditions = ['@fractal-server/source', 'node'];
const ssr = { resolve: { conditions, externalConditions: conditions } };
const vite = await createServer({ root: ${JSON.stringify(ROOT)}, configFile: false, appType: 'custom', logLevel: 'error', ssr,
  resolve: { conditions }, server: { middlewareMode: true, ws: false, watch: null }, optimizeDeps: { noDiscovery: true } });
const { Database } = await vite.ssrLoadModule('@fractal-server/database');
const { reconcileToTheEnd } = await vite.ssrLoadModule('/libs/environments/test/reconcile-to-the-end.ts');
const { options, activityId } = JSON.parse(process.argv[1]);
const database = await Database.connect({ ...options, applicationName: 'worker under test' });
try {
  await reconcileToTheEnd(database, activityId);
} catch (error) {
  console.log(error.name);
}
process.exit(0);
`;

/** A worker that is killed or stopped at a fail point, or ends when the collection does. */
export interface WorkerProcess {
  readonly process: ChildProcess;
  /** Resolves when the process has ended: to what it said, and to the signal that ended it. */
  readonly ended: Promise<{ readonly output: string; readonly signal: NodeJS.Signals | null }>;
}

/** Reconciles a collection in a process of its own. @param failPoint as in `FRACTAL_FAIL_POINT` */
export function startWorkerProcess(options: DatabaseOptions, activityId: number, failPoint: string): WorkerProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WORKER, JSON.stringify({ options, activityId })], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FRACTAL_FAIL_POINT: failPoint },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<{ output: string; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (_code, signal) => resolve({ output, signal }));
  });
  return { process: child, ended };
}
