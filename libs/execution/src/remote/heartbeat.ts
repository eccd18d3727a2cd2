import type { CallOptions, Commands } from '@fractal-server/hosts';
import { attemptFiles } from '../attempt/attempt-folder.js';
import type { Outcome } from '../gather/gather.js';
import { listFileDetails } from './file-details.js';

/**
 * When the runners of many attempts last gave a sign of life, with one `ls`.
 * @returns for each folder the modification time of its heartbeat in seconds, or null when there is none
 */
export async function readHeartbeats(host: Commands, folders: readonly string[], options: CallOptions): Promise<Outcome<number | null>[]> {
  const paths = folders.map((folder) => attemptFiles(folder).heartbeat);
  const seen = new Map((await listFileDetails(host, paths, options)).map(({ path, modifiedAt }) => [path, modifiedAt]));
  return paths.map((path) => ({ ok: true, value: seen.get(path) ?? null }));
}
