import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lane } from '../system/lane.js';
import { Trial } from '../trial.js';
import type { Scenario } from './scenario.js';

/** How often the disk is filled and emptied again. */
const TIMES = 3;
const PIECE = Buffer.alloc(16 * 1024);

/** Whether a small file system can be mounted here. */
export function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** The disk of the job folders is full, for seconds, again and again; one lane repeats lost units, the other does not. */
export function fullDisk(round: number): Scenario {
  return async ({ system, random, reference }) => {
    const disk = join(system.folder, `disk${round}`);
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=755', 'chaos', disk]);
    try {
      const trial = await Trial.begin(system, 'full disk', reference);
      const lanes = [
        await Lane.make(system, `full-retrying${round}`, { jobsFolder: join(disk, 'a'), retriesLostUnits: true }),
        await Lane.make(system, `full-strict${round}`, { jobsFolder: join(disk, 'b') }),
      ];
      for (const lane of lanes) {
        lane.addWorker();
        trial.noteFullDisk(await trial.submit(lane, { retriesLostUnits: lane === lanes[0] }));
      }
      for (const lane of lanes) await trial.findLongRunner(lane);
      for (let time = 0; time < TIMES; time += 1) {
        await sleep(random.integer(0, 1_500));
        fillDisk(join(disk, 'filler'));
        system.record.do('the disk of the jobs is full');
        await sleep(random.integer(1_000, 9_000));
        rmSync(join(disk, 'filler'));
        system.record.do('the disk has room again');
      }
      const faults = await trial.finish();
      for (const lane of lanes) await lane.dismissWorkers();
      return faults;
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  };
}

/** Writes until there is no byte left. */
export function fillDisk(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let piece = PIECE; piece.length > 0;) {
      try {
        while (writeSync(file, piece) > 0);
      } catch {
        piece = piece.subarray(0, piece.length >> 1);
      }
    }
  } finally {
    closeSync(file);
  }
}
