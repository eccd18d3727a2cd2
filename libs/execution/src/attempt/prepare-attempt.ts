import { HostFileError, type CallOptions, type Commands, type Files, type MakeFolderOptions } from '@fractal-server/hosts';
import { executionFailPoints } from '../fail-points.js';
import { attemptFiles } from './attempt-folder.js';
import { encodeAttemptSpec, type AttemptSpec } from './attempt-spec.js';

/**
 * Lay out the folder of a named attempt: `spec` and the first `slots`. Repeating it for the same attempt is harmless, also when a runner has
 * the claim already: both files are replaced as a whole, and the spec of an attempt never changes.
 *
 * @param slots how many units may run at once to begin with
 * @param options with `parents: false` the folder's parent must exist: where it is removed when everything is over, a worker that slept
 *   right before this call finds it gone, and lays out nothing
 * @throws HostFileError
 */
export async function prepareAttempt(
  host: Commands & Files,
  folder: string,
  spec: AttemptSpec,
  slots: number,
  options: MakeFolderOptions,
): Promise<void> {
  const files = attemptFiles(folder);
  await executionFailPoints.around('prepare', async () => {
    await makeFolder(host, folder, options);
    await host.writeFile(files.slots, slotsText(slots), options);
    await host.writeFile(files.spec, encodeAttemptSpec(spec), options);
  });
}

async function makeFolder(host: Commands, folder: string, options: MakeFolderOptions): Promise<void> {
  try {
    await host.makeFolder(folder, { ...options, parents: options.parents ?? true });
  } catch (error) {
    if (!(error instanceof HostFileError && error.errno === 'EEXIST')) {
      throw error;
    }
  }
}

/**
 * Say how many units of an attempt may run at once from now on, 0 included. The runner sees it when a unit ends, and within 250 ms otherwise;
 * no unit is stopped to get below the number.
 * @throws HostFileError
 */
export async function writeSlots(host: Files, folder: string, slots: number, options: CallOptions): Promise<void> {
  await executionFailPoints.around('slots', async () => {
    await host.writeFile(attemptFiles(folder).slots, slotsText(slots), options);
  });
}

function slotsText(slots: number): string {
  if (!Number.isSafeInteger(slots) || slots < 0) {
    throw new RangeError(`Number of slots must be a whole number from 0 on, not ${slots}`);
  }
  return `${slots}\n`;
}
