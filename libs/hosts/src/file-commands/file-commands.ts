import { HostFileError } from '../errors.js';
import type { CallOptions, CommandResult, MakeFolderOptions, ReadOptions, RunOptions } from '../host.js';
import { errnoOfMessage } from './errno-of-message.js';
import { unescapeName } from './unescape-name.js';

const DEFAULT_MAX_READ_BYTES = 16 * 1024 * 1024;
const MAX_LISTING_BYTES = 64 * 1024 * 1024;

/** Runs `cat`, `ls` and `mkdir` where the files are, with messages in English. */
export type RunFileCommand = (argv: readonly string[], options: RunOptions) => Promise<CommandResult>;

/** Read a file with `cat`. @throws HostFileError */
export async function readWithCat(run: RunFileCommand, path: string, options: ReadOptions): Promise<Buffer> {
  const maxOutputBytes = options.maxBytes ?? DEFAULT_MAX_READ_BYTES;
  const result = await run(['cat', '--', path], { ...options, maxOutputBytes });
  if (result.exitCode !== 0) {
    throw failure('read', path, result);
  }
  if (result.stdoutTruncated) {
    throw new HostFileError('read', path, 'EFBIG');
  }
  return result.stdout;
}

/** The names in a folder, sorted, with `ls`. @throws HostFileError, `ENOTDIR` for a file */
export async function listWithLs(run: RunFileCommand, path: string, options: CallOptions): Promise<string[]> {
  // Of a file, `ls` would print the name as if it were in a folder; a slash at the end is for folders only.
  const folder = path.endsWith('/') ? path : `${path}/`;
  const result = await run(['ls', '-1Ab', '--', folder], { ...options, maxOutputBytes: MAX_LISTING_BYTES });
  if (result.exitCode !== 0) {
    throw failure('list', path, result);
  }
  if (result.stdoutTruncated) {
    throw new HostFileError('list', path, 'EFBIG');
  }
  const lines = result.stdout.toString('utf8').split('\n').slice(0, -1);
  return lines.map(unescapeName).sort();
}

/** Make a folder with `mkdir`: one `mkdir(2)`, or with `-p`. @throws HostFileError */
export async function makeWithMkdir(run: RunFileCommand, path: string, options: MakeFolderOptions): Promise<void> {
  const mode = options.mode === undefined ? [] : ['-m', options.mode.toString(8)];
  const parents = options.parents === true ? ['-p'] : [];
  const result = await run(['mkdir', ...mode, ...parents, '--', path], options);
  if (result.exitCode !== 0) {
    throw failure('make folder', path, result);
  }
}

/** What a file command said about the file, as the error that a local call would have given. */
export function failure(operation: string, path: string, result: CommandResult): HostFileError {
  const message = result.stderr.toString('utf8').trim();
  const ended = result.exitCode === null ? `ended by ${String(result.signal)}` : `exit code ${result.exitCode}`;
  return new HostFileError(operation, path, errnoOfMessage(message), message === '' ? ended : message);
}
