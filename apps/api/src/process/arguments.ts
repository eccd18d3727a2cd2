import { parseArgs } from 'node:util';

/** Where the API listens. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
}

/** Reads `--host` and `--port` of the command line. @throws {Error} for anything else */
export function parseListenOptions(args: readonly string[]): ListenOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { host: { type: 'string', default: '127.0.0.1' }, port: { type: 'string', short: 'p', default: '8000' } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be a number from 0 to 65535, not '${values.port}'`);
  return { host: values.host, port };
}
