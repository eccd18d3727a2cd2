import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What units themselves wrote about their lives. */
export interface JournalLine {
  readonly what: 'start' | 'end';
  /** Token of the attempt. */
  readonly token: string;
  /** Path of the unit's arguments: names the unit among all of all jobs. */
  readonly args: string;
}

/** Reads the journal beside the script of the tasks. */
export function readJournal(script: string): JournalLine[] {
  const path = join(dirname(script), 'journal');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [what, token = '', ...args] = line.split(' ');
    if (what !== 'start' && what !== 'end') throw new Error(`not a line of the journal: ${line}`);
    return { what, token, args: args.join(' ') };
  });
}
