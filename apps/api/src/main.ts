import 'reflect-metadata';
import { ConfigError, readEnvironment } from '@fractal-server/config';
import { parseListenOptions } from './process/arguments.js';
import { runApi } from './process/run-api.js';

try {
  const api = await runApi(readEnvironment(), parseListenOptions(process.argv.slice(2)));
  const asked = new Set<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // The same signal again ends it at once. Ctrl-C reaches both this process and its supervisor, which then sends SIGTERM.
      if (asked.has(signal)) process.exit(1);
      asked.add(signal);
      if (asked.size > 1) return;
      void api.stop().then(
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
