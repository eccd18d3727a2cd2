import { CommandFailed, type CallOptions, type Commands } from '@fractal-server/hosts';

/** A file as `ls -l` shows it. */
export interface FileDetails {
  readonly path: string;
  readonly bytes: number;
  /** Whole seconds since 1970, by the clock of the file system. */
  readonly modifiedAt: number;
}

const MAX_LISTING_BYTES = 16 * 1024 * 1024;

/**
 * Size and time of the plain files among some paths, with one `ls`. What does not exist, or is no plain file, is left out. Paths are shown as they are
 * only when all their letters are printable in the host's locale.
 * @throws HostError, CommandFailed when `ls` says anything else than that some do not exist
 */
export async function listFileDetails(host: Commands, paths: readonly string[], options: CallOptions): Promise<FileDetails[]> {
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
    const [, bytes, modifiedAt, path] = /^-\S+ +\d+ +\d+ +\d+ +(\d+) +(\d+) (.+)$/.exec(line) ?? [];
    if (path !== undefined) details.push({ path, bytes: Number(bytes), modifiedAt: Number(modifiedAt) });
  }
  return details;
}
