import { commandLineOf, StartError } from '@fractal-server/embedded';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { StateFolder } from './state-folder.js';

/**
 * Takes the state folder for this process, and returns what gives it back. What a killed process has left behind does not count.
 * @throws StartError when another process of ours runs on the folder
 */
export function lockStateFolder(state: StateFolder): () => void {
  for (;;) {
    try {
      const file = openSync(state.lockFile, 'wx', 0o600);
      writeSync(file, `${process.pid}\n`);
      closeSync(file);
      return () => rmSync(state.lockFile, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(state.lockFile, 'utf8'));
    if (isOurs(holder)) {
      throw new StartError(
        'use the state folder',
        `process ${holder} is running on ${state.path}.`,
        `Stop it (kill ${holder}), or name another folder with --data.`,
      );
    }
    rmSync(state.lockFile, { force: true });
  }
}

/** Process ids are used again: only a process that looks like one of ours counts. */
function isOurs(pid: number): boolean {
  return pid > 0 && pid !== process.pid && commandLineOf(pid).includes('fractalctl');
}
