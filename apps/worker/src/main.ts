import { ConfigError, readEnvironment } from '@fractal-server/config';
import { keepMemorySmall, stopSignal } from '@fractal-server/process';
import { parseWorkerArguments } from './arguments.js';
import { runWorker } from './run-worker.js';

/** A step that hangs must not keep the process: its lease runs out, and another worker does it again. */
const STOP_DEADLINE_MS = 10_000;

keepMemorySmall();
try {
  const worker = await runWorker(readEnvironment(), parseWorkerArguments(process.argv.slice(2)));
  await stopSignal();
  setTimeout(() => process.exit(0), STOP_DEADLINE_MS).unref();
  await worker.stop();
  process.exit(0);
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
