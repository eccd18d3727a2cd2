import { ConfigError, readEnvironment } from '@fractal-server/config';
import { parseWorkerArguments } from './arguments.js';
import { keepMemorySmall } from './memory.js';
import { runWorker } from './run-worker.js';

/** A step that hangs must not keep the process: its lease runs out, and another worker does it again. */
const STOP_DEADLINE_MS = 10_000;

keepMemorySmall();
try {
  const worker = await runWorker(readEnvironment(), parseWorkerArguments(process.argv.slice(2)));
  const asked = new Set<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked.has(signal)) process.exit(1);
      asked.add(signal);
      if (asked.size > 1) return;
      setTimeout(() => process.exit(0), STOP_DEADLINE_MS).unref();
      void worker.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
