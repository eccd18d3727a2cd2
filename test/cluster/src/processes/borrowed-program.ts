import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.js';
import { systemProgram } from '../packages/why-no-cluster.js';

/**
 * A copy of a program of the system below the folder of a cluster. Daemons rewrite their command lines and environments, leave their parents
 * and change their folders; the path of their program is what always tells whose they are.
 * @param place tells copies of the same program apart: those of one node from those of another
 */
export function borrowProgram(folder: string, name: string, place = ''): string {
  const path = join(makeFolder(join(folder, 'programs', place)), name);
  copyFileSync(systemProgram(name), path);
  chmodSync(path, 0o755);
  return path;
}
