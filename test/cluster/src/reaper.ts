import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './processes/run.js';

const SCRIPT = fileURLToPath(new URL('../scripts/reaper.sh', import.meta.url));
const PARENT = '/tmp';
const PREFIX = 'ftc-';
/** A folder that is younger may belong to somebody who is about to start their reaper. */
const YOUNGEST_LEFTOVER_MS = 60_000;

/** A path for the folder of a cluster; short, since socket paths may not be longer than 107 characters. */
export function clusterFolder(name: string): string {
  return join(PARENT, PREFIX + name);
}

/**
 * Starts the process that removes the cluster when this process ends, however that comes (scripts/reaper.sh). It holds a lock on
 * `reaper.lock` as long as it lives: that is how a later start tells a cluster in use from a leftover.
 * @returns what makes it remove the cluster now
 */
export async function startReaper(folder: string): Promise<() => Promise<void>> {
  const child = spawn('flock', ['--nonblock', join(folder, 'reaper.lock'), 'sh', SCRIPT, folder], {
    detached: true, // Ctrl-C in a terminal must not reach it
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the reaper of ${folder} ended at once (${code})`)));
  });
  child.stdout.destroy();
  child.stdin.on('error', () => undefined);
  // An owner that forgets to stop the cluster may end all the same; the reaper sees it.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return async () => {
    child.ref();
    child.stdin.end();
    await ended;
    if (existsSync(folder)) throw new Error(`${folder} could not be removed`);
  };
}

/** Removes the clusters whose owner and reaper are both dead (a killed container, a reboot). */
export async function removeLeftovers(): Promise<void> {
  const folders = readdirSync(PARENT)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(PARENT, name))
    .filter(isLeftover);
  // Fails at once where the reaper lives, and that is what is wanted.
  await Promise.all(folders.map((folder) => run(['flock', '--nonblock', join(folder, 'reaper.lock'), 'sh', SCRIPT, folder])));
}

function isLeftover(folder: string): boolean {
  const lock = statSync(join(folder, 'reaper.lock'), { throwIfNoEntry: false });
  return lock !== undefined && Date.now() - lock.mtimeMs > YOUNGEST_LEFTOVER_MS;
}
