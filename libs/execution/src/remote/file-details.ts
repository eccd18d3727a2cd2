import { CommandFailed, type CallOptions, type Commands } from '@fractal-server/hosts';
import { chunksOfPaths } from './sized-files.js';

/** A file as `ls -l` shows it. */
export interface FileDetails {
  readonly path: string;
  readonly bytes: number;
  /** Whole seconds since 1970, by the clock of the file system. */
  readonly modifiedAt: number;
}

const MAX_LISTING_BYTES = 16 * 1024 * 1024;

/**
 * Size and time of the plain files among some paths, with one `ls`. What does not exist, or is no plain file, is left out.
 * @throws HostError, CommandFailed when `ls` says anything else than that some do not exist
 */
export async function listFileDetails(host: Commands, paths: readonly string[], options: CallOptions): Promise<FileDetails[]> {
  const details: FileDetails[] = [];
  for (const group of distinctlyShown(paths)) {
    for (const chunk of chunksOfPaths(group)) {
      details.push(
        ...(await listChunk(host, new Map(chunk.flatMap(({ path, shown }) => [[path, path] as const, [shown, path] as const])), options)),
      );
    }
  }
  return details;
}

async function listChunk(host: Commands, byShownPath: ReadonlyMap<string, string>, options: CallOptions): Promise<FileDetails[]> {
  const paths = new Set(byShownPath.values());
  const argv = ['ls', '-lndq', '--time-style=+%s', '--', ...paths];
  const result = await host.run(argv, { ...options, maxOutputBytes: MAX_LISTING_BYTES });
  const complaints = result.stderr
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.endsWith('No such file or directory'));
  if (complaints.length > 0 || result.stdoutTruncated || (result.exitCode !== 0 && result.exitCode !== 2)) throw new CommandFailed(result);
  const details: FileDetails[] = [];
  for (const line of result.stdout.toString('utf8').split('\n')) {
    // mode, links, user, group, bytes, time, name
    const [, bytes, modifiedAt, shown] = /^-\S+ +\d+ +\d+ +\d+ +(\d+) +(\d+) (.+)$/.exec(line) ?? [];
    const path = shown === undefined ? undefined : byShownPath.get(shown);
    if (path !== undefined) details.push({ path, bytes: Number(bytes), modifiedAt: Number(modifiedAt) });
  }
  return details;
}

interface ShownPath {
  readonly path: string;
  /** As `ls -q` shows it in a locale that knows no letters but those of ASCII. */
  readonly shown: string;
}

/** Paths that look alike in such a locale do not go into one listing: which of them exists could not be told. */
function distinctlyShown(paths: readonly string[]): ShownPath[][] {
  const groups: Map<string, ShownPath>[] = [];
  for (const path of new Set(paths)) {
    const shown = Buffer.from(path)
      .toString('latin1')
      .replace(/[^ -~]/g, '?');
    let group = groups.find((candidate) => !candidate.has(shown));
    if (group === undefined) groups.push((group = new Map()));
    group.set(shown, { path, shown });
  }
  return groups.map((group) => [...group.values()]);
}
