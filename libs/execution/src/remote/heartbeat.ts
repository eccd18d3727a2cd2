import { basename, dirname } from 'node:path';
import type { CallOptions, Commands } from '@fractal-server/hosts';
import { attemptFiles } from '../attempt/attempt-folder.js';
import type { Outcome } from '../gather/gather.js';
import { listFileDetails } from './file-details.js';
import { chunksOfPaths } from './sized-files.js';

/**
 * When the runners of many attempts last gave a sign of life, with one `ls`.
 * @param folders of attempts, whose names are distinct
 * @returns for each folder the modification time of its heartbeat in seconds, or null when there is none
 */
export async function readHeartbeats(host: Commands, folders: readonly string[], options: CallOptions): Promise<Outcome<number | null>[]> {
  const seen = new Map<string, number>();
  for (const chunk of chunksOfPaths(folders.map((folder) => ({ path: attemptFiles(folder).heartbeat })))) {
    const paths = chunk.map(({ path }) => path);
    for (const { path, modifiedAt } of await listFileDetails(host, paths, options)) seen.set(basename(dirname(path)), modifiedAt);
  }
  return folders.map((folder) => ({ ok: true, value: seen.get(basename(folder)) ?? null }));
}
