import 'reflect-metadata';
import { ConfigError, readEnvironment } from '@fractal-server/config';
import { keepMemorySmall, stopSignal } from '@fractal-server/process';
import { parseListenOptions } from './process/arguments.js';
import { runApi } from './process/run-api.js';

keepMemorySmall();
try {
  const api = await runApi(readEnvironment(), parseListenOptions(process.argv.slice(2)));
  await stopSignal();
  await api.stop();
  process.exit(0);
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
