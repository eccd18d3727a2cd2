import { stopSignal } from '@fractal-server/process';
import type { Command } from 'commander';
import { startSystem, type StartedSystem } from '../system/start-system.js';
import type { SystemOptions } from '../system/options.js';
import { readSystemOptions, withSystemOptions } from './system-options.js';

/** `fractalctl up` (`npm start`): everything on this machine, until a signal comes. */
export function addUpCommand(program: Command): void {
  const up = program
    .command('up')
    .description('start database, queue, API and local workers on this machine, initialised, until Ctrl-C or SIGTERM');
  withSystemOptions(up).action(async () => runSystem(readSystemOptions(up), async () => undefined));
}

/**
 * Runs a system until a signal comes, or until `work` (called when it is ready) says that it is enough.
 * @param work returns the exit status to end with, or undefined to stay up
 */
export async function runSystem(
  options: SystemOptions,
  work: (system: StartedSystem, stopped: AbortSignal) => Promise<number | undefined>,
): Promise<void> {
  const stopped = new AbortController();
  const signalled = stopSignal().then((signal) => {
    report(`${signal}: stopping`);
    stopped.abort();
  });
  let system: StartedSystem;
  try {
    system = await startSystem(options, report, stopped.signal);
  } catch (error) {
    if (stopped.signal.aborted) return;
    throw error;
  }
  try {
    console.log(`ready ${system.address}`);
    const status = await Promise.race([work(system, stopped.signal), signalled.then(() => undefined)]);
    if (status === undefined) await signalled;
    else process.exitCode = status;
  } finally {
    await system.stop();
    report('stopped');
  }
}

/** Says what the supervisor does, and when. */
export function report(line: string): void {
  console.log(`[${new Date().toTimeString().slice(0, 8)}] ${line}`);
}
