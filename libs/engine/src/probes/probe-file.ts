import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** The file that tells whether two machines mean the same folder; one for each place, since each may see another file system there. */
export function probeFile(folder: string, place: string): string {
  // Names of places are people's: any characters, any length.
  return join(folder, `.fractal-probe-${createHash('sha256').update(place).digest('hex').slice(0, 16)}`);
}
