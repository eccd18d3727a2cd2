import type { LeftProbe } from '@fractal-server/database';
import { HostError, HostFileError, type Commands } from '@fractal-server/hosts';
import { probeFile } from './probe-file.js';

const DEADLINE_MS = 5_000;
const MAX_BYTES = 1_024;

/**
 * Whether a process sees in a resource's folder of jobs what a worker has left there.
 * @returns why it does not, for an administrator; null: both see the same folder
 */
export async function lookForProbe(host: Pick<Commands, 'readFile'>, probe: LeftProbe): Promise<string | null> {
  const { folder, place, token, trouble } = probe;
  if (trouble !== null) return `The worker could not leave a file there: ${trouble}`;
  try {
    const seen = await host.readFile(probeFile(folder, place), { deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES });
    return seen.toString('utf8').trim() === token
      ? null
      : 'The API sees a file of another server there: it is not the folder of the worker';
  } catch (error) {
    if (error instanceof HostFileError && error.errno === 'ENOENT') {
      return 'The API does not see the file that the worker has left there: it is not the same file system, or not at the same path';
    }
    if (error instanceof HostError) return `The API cannot read the file that the worker has left there: ${error.message}`;
    throw error;
  }
}
