import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { borrowProgram } from '../processes/borrowed-program.js';
import { makeFolder } from '../make-folder.js';
import { renderFault, type Fault } from './fault.js';

/** SLURM's commands that have a stand-in. */
export const SHIMMED = ['sbatch', 'squeue', 'sacct', 'scontrol', 'scancel', 'sinfo', 'srun'] as const;
export type ShimmedCommand = (typeof SHIMMED)[number];

/** One call of a stand-in. */
export interface ShimCall {
  /** Seconds since 1970. */
  readonly at: number;
  readonly command: ShimmedCommand;
  /** Name of the user who ran it. */
  readonly user: string;
  /** Its arguments, also a bit of the last one when they are longer than 4,000 characters together. */
  readonly parameters: readonly string[];
}

const FIELD = '\u001F';
const LINE_END_IN_FIELD = '\u001E';
const MAX_LINE_CHARACTERS = 4_000;

/** Shell text: leaves the fault, towards the real command, when no ticket is left. Removing a file succeeds for one only. */
const TAKE_TICKET = `taken=
for ticket in "$here/tickets/$command".*; do
  if rm "$ticket" 2>/dev/null; then taken=yes; break; fi
done
[ -n "$taken" ] || exec "$real" "$@"
`;

/**
 * Stand-ins of SLURM's commands, first in the search path (also under sudo and over SSH): they write one line per call, and run the real
 * command unless they were told to misbehave.
 */
export class Shims {
  private readonly place: string;

  constructor(folder: string) {
    this.place = shimFolder(folder);
  }

  /** Makes the stand-ins. All users may run them and be logged; nobody needs to create a file. */
  static install(folder: string): void {
    const place = shimFolder(folder);
    for (const path of ['', 'faults']) makeFolder(join(place, path));
    // Whoever runs a stand-in may take a ticket, also one that root wrote: no sticky bit.
    makeFolder(join(place, 'tickets'), 0o777);
    writeFileSync(join(place, 'calls'), '');
    chmodSync(join(place, 'calls'), 0o666);
    const hang = borrowProgram(folder, 'sleep', 'hang');
    for (const command of SHIMMED) {
      writeFileSync(join(place, command), standIn(place, command, hang));
      chmodSync(join(place, command), 0o755);
    }
  }

  /** The calls so far, in order; of one command or all. */
  calls(command?: ShimmedCommand): ShimCall[] {
    const calls = readFileSync(join(this.place, 'calls'), 'utf8').split('\n').slice(0, -1).map(readCall);
    return command === undefined ? calls : calls.filter((call) => call.command === command);
  }

  /** Forgets the calls so far. */
  forgetCalls(): void {
    truncateSync(join(this.place, 'calls'));
  }

  /** From now on, or for `fault.times` calls, the command misbehaves. Replaces an earlier fault of the command. */
  misbehave(command: ShimmedCommand, fault: Fault): void {
    this.behave(command);
    for (let ticket = 0; ticket < (fault.times ?? 0); ticket++) writeFileSync(this.ticket(command, ticket), '');
    const draft = join(this.place, 'faults', `${command}.draft`);
    writeFileSync(draft, (fault.times === undefined ? '' : TAKE_TICKET) + renderFault(fault));
    chmodSync(draft, 0o644);
    // Complete or not there: a stand-in may be looking right now.
    renameSync(draft, this.fault(command));
  }

  /** The command (all, when none is named) is as good as new. */
  behave(command?: ShimmedCommand): void {
    for (const one of command === undefined ? SHIMMED : [command]) {
      rmSync(this.fault(one), { force: true });
      for (const ticket of readdirSync(join(this.place, 'tickets')).filter((name) => name.startsWith(`${one}.`))) {
        rmSync(join(this.place, 'tickets', ticket), { force: true });
      }
    }
  }

  private fault(command: ShimmedCommand): string {
    return join(this.place, 'faults', command);
  }

  private ticket(command: ShimmedCommand, number: number): string {
    return join(this.place, 'tickets', `${command}.${number}`);
  }
}

/** The folder of the stand-ins. */
export function shimFolder(folder: string): string {
  return join(folder, 'shims');
}

/** Sudoers rules with the paths of SLURM's commands replaced by their stand-ins, where the cluster has these. */
export function replaceByShims(folder: string, rules: string): string {
  if (!existsSync(shimFolder(folder))) return rules;
  return rules.replaceAll(new RegExp(`/usr/bin/(${SHIMMED.join('|')})\\b`, 'g'), `${shimFolder(folder)}/$1`);
}

function standIn(place: string, command: ShimmedCommand, hang: string): string {
  return `#!/bin/sh
# Stands in for ${command} in tests.
here=${place} command=${command} real=/usr/bin/${command} hang=${hang}
line=$({ printf '%s\\037' "$(date +%s.%N)" "$command" "$(id -un)" "$@"; } | tr '\\n' '\\036')
printf '%.${MAX_LINE_CHARACTERS}s\\n' "$line" >>"$here/calls"
[ ! -e "$here/faults/$command" ] || . "$here/faults/$command"
exec "$real" "$@"
`;
}

function readCall(line: string): ShimCall {
  const [at, command, user = '', ...parameters] = line.replaceAll(LINE_END_IN_FIELD, '\n').split(FIELD);
  // Every field ends with the separator, unless the line was cut.
  if (parameters.at(-1) === '') parameters.pop();
  return { at: Number(at), command: command as ShimmedCommand, user, parameters };
}
