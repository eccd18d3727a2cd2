import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { borrowProgram } from '../processes/borrowed-program.js';
import { Daemon } from '../processes/daemon.js';
import { makeFolder } from '../make-folder.js';

const READY_DEADLINE_MS = 20_000;
const KEY_BYTES = 128;

/** Starts munged with a key of its own. */
export async function startMunge(folder: string): Promise<void> {
  const place = makeFolder(join(folder, 'munge'));
  writeFileSync(join(place, 'key'), randomBytes(KEY_BYTES), { mode: 0o400 });
  const socket = join(place, 'socket');
  const daemon = new Daemon(folder, {
    name: 'munged',
    argv: [
      borrowProgram(folder, 'munged'),
      '--foreground',
      '--force', // its files lie below /tmp, and it runs as root
      `--key-file=${join(place, 'key')}`,
      `--socket=${socket}`,
      `--pid-file=${join(place, 'pid')}`,
      `--seed-file=${join(place, 'seed')}`,
    ],
  });
  daemon.start();
  await daemon.waitUntilReady(() => existsSync(socket), READY_DEADLINE_MS);
}
