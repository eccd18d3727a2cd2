import 'reflect-metadata';
import { ConfigError, readEnvironment, stopSignal } from '@fractal-server/config';
import { parseListenOptions } from './process/arguments.js';
import { runApi } from './process/run-api.js';

try {
  const api = await runApi(readEnvironment(), parseListenOptions(process.argv.slice(2)));
  await stopSignal();
  await api.stop();
  process.exit(0);
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
