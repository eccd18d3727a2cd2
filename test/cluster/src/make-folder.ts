import { chmodSync, mkdirSync } from 'node:fs';

/** Makes a folder with exactly these permission bits, whatever the umask of this process (by default all users may enter it). */
export function makeFolder(path: string, mode = 0o755): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  return path;
}
