import { basename } from 'node:path';
import { CommandFailed, HostFileError, type CallOptions, type CommandResult, type Commands } from '@fractal-server/hosts';
import type { Outcome } from '../gather/gather.js';

/** Names and headings of 400 folders of 100 files each fit many times. */
const MAX_LISTING_BYTES = 16 * 1024 * 1024;

/** Names in a folder, folders with a `/` behind them; null for a folder that does not exist. */
export type FolderNames = readonly string[] | null;

/**
 * List many folders with one `ls`: one outcome per folder, in order. What the one answer leaves unclear about a folder is asked again for that
 * folder alone.
 *
 * @param folders absolute paths whose last parts are distinct and plain (letters, digits, `.`, `_`, `-`), as names of attempts are
 * @throws HostError when nothing was listed and nothing says why
 */
export async function listFolders(host: Commands, folders: readonly string[], options: CallOptions): Promise<Outcome<FolderNames>[]> {
  // -q: a name cannot hold a line break, so nobody can forge a heading; -p: a folder, such as a revoked claim, can be told from a file
  const argv = ['ls', '-1pq', '--', ...folders];
  const result = await host.run(argv, { ...options, maxOutputBytes: MAX_LISTING_BYTES });
  const listed = result.stdoutTruncated ? null : parseListing(result.stdout.toString('utf8'), folders);
  if (result.exitCode === 0 && listed?.size === folders.length) {
    return folders.map((folder) => ({ ok: true, value: listed.get(folder) ?? null }));
  }
  const missing = missingFolders(result, folders);
  if (missing === null && (listed === null || listed.size === 0)) throw new CommandFailed(result);
  const outcomes: Outcome<FolderNames>[] = [];
  for (const folder of folders) {
    // After another error than "missing", what was listed may be only a part.
    const names = missing === null ? undefined : missing.has(folder) ? null : listed?.get(folder);
    outcomes.push(names === undefined ? await listAlone(host, folder, options) : { ok: true, value: names });
  }
  return outcomes;
}

async function listAlone(host: Commands, folder: string, options: CallOptions): Promise<Outcome<FolderNames>> {
  try {
    const result = await host.run(['ls', '-1pq', '--', folder], { ...options, maxOutputBytes: MAX_LISTING_BYTES });
    if (result.exitCode === 0 && !result.stdoutTruncated) return { ok: true, value: lines(result.stdout.toString('utf8')) };
    // The host knows how its `ls` says what is wrong.
    await host.list(folder, options);
    return { ok: false, error: new CommandFailed(result) };
  } catch (error) {
    return error instanceof HostFileError && error.errno === 'ENOENT' ? { ok: true, value: null } : { ok: false, error };
  }
}

/**
 * The names below each heading of `ls`, or null when the text is not such an answer. A single folder has no heading. Headings are matched by the
 * folder's own name, since `ls` may show a letter of another script in the path as a question mark.
 */
export function parseListing(text: string, folders: readonly string[]): Map<string, string[]> | null {
  const [only] = folders;
  if (folders.length === 1 && only !== undefined) return new Map([[only, lines(text)]]);
  const byName = new Map(folders.map((folder) => [basename(folder), folder]));
  if (byName.size !== folders.length) throw new RangeError('Folders that are listed together must have distinct names');
  const listed = new Map<string, string[]>();
  let names: string[] | null = null;
  for (const line of lines(text)) {
    // Only a heading has a slash before its last character.
    const slash = line.lastIndexOf('/', line.length - 2);
    if (slash === -1) {
      if (names === null) return null;
      names.push(line);
      continue;
    }
    const folder = line.endsWith(':') ? byName.get(line.slice(slash + 1, -1)) : undefined;
    if (folder === undefined || listed.has(folder)) return null;
    names = [];
    listed.set(folder, names);
  }
  return listed;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** The folders that `ls` says do not exist; null when it complains about anything else. */
function missingFolders({ exitCode, stderr, stderrTruncated }: CommandResult, folders: readonly string[]): Set<string> | null {
  if (exitCode !== 2 || stderrTruncated) return null;
  const missing = new Set<string>();
  for (const line of lines(stderr.toString('utf8'))) {
    const folder = folders.find((candidate) => line.includes(`/${basename(candidate)}`));
    if (folder === undefined || !line.endsWith('No such file or directory')) return null;
    missing.add(folder);
  }
  return missing;
}
