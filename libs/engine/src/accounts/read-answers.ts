import type { AccountingRow, ControllerAnswer, QueueAnswer, QueueRow } from './slurm-answers.js';

/** Columns that {@link readQueue} expects: the reason comes last, since it may hold anything. */
export const QUEUE_FORMAT = '%i|%T|%j|%u|%V|%S|%r';
/** Columns that {@link readAccounting} expects. */
export const ACCOUNTING_FORMAT = 'JobIDRaw,JobName,State,Submit,ExitCode,Reason';

const JOB_ID = /^\d+$/;
const STATE = /^[A-Z_]+$/;

/** Reads squeue's lines. A line that is not understood, or a cut end, takes the meaning from every absence, not from what is there. */
export function readQueue(stdout: string, isTruncated: boolean): QueueAnswer {
  const rows: QueueRow[] = [];
  let flaw = isTruncated || (stdout !== '' && !stdout.endsWith('\n')) ? 'the answer of squeue is cut off' : null;
  for (const line of stdout.split('\n').slice(0, -1)) {
    const [jobId = '', state = '', name = '', user = '', submitTime = '', startTime = '', ...reason] = line.split('|');
    if (reason.length > 0 && JOB_ID.test(jobId) && STATE.test(state)) {
      rows.push({ jobId, state, name, user, submitTime: known(submitTime), startTime: known(startTime), reason: known(reason.join('|')) });
    } else if (line.trim() !== '') {
      flaw ??= `squeue answered with something unexpected: ${line.slice(0, 200)}`;
    }
  }
  return { rows, flaw };
}

/** Reads sacct's lines; those that are not understood say nothing. */
export function readAccounting(stdout: string): AccountingRow[] {
  return stdout.split('\n').flatMap((line) => {
    const [jobId = '', name = '', state = '', submitTime = '', exitCode = '', ...reason] = line.split('|');
    // "CANCELLED by 1000" tells who did it, too.
    const word = state.split(' ')[0] ?? '';
    if (reason.length === 0 || !JOB_ID.test(jobId) || !STATE.test(word)) return [];
    return [{ jobId, name, state: word, reason: known(reason.join('|')), submitTime: known(submitTime), exitCode: known(exitCode) }];
  });
}

/** Reads `scontrol --oneliner show job ID`. A job of another name is one that got the id later. */
export function readShownJob(name: string, { exitCode, stdout, stderr }: ShownJob): ControllerAnswer {
  const text = `${stdout}\n${stderr}`;
  if (exitCode !== 0) {
    if (text.includes('Invalid job id specified')) return { kind: 'unknown job' };
    return { kind: 'no answer', why: lastLine(text) ?? `scontrol ended with ${exitCode ?? 'a signal'}` };
  }
  const fields = new Map(stdout.split(/\s+/).map((field) => [field.split('=', 1)[0], field.slice(field.indexOf('=') + 1)]));
  const [jobId, shownName, state] = [fields.get('JobId'), fields.get('JobName'), fields.get('JobState')];
  if (jobId === undefined || shownName === undefined || state === undefined)
    return { kind: 'no answer', why: 'scontrol shows something else' };
  return shownName === name ? { kind: 'known job', jobId, state, reason: known(fields.get('Reason') ?? '') } : { kind: 'unknown job' };
}

/** How a `scontrol show job` ended. */
export interface ShownJob {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether `scontrol ping` says that a controller is up. */
export function isControllerUp(stdout: string): boolean {
  return /\bis UP\b/i.test(stdout);
}

/** Whether SLURM hides the jobs of others, as `scontrol show config` says. */
export function hidesJobsOfOthers(stdout: string): boolean {
  const words = /^PrivateData\s*=\s*(.*)$/m.exec(stdout)?.[1] ?? '';
  return /(^|[,\s])(jobs|all)($|[,\s])/i.test(words);
}

/** The last line that says something: SLURM's commands end with their reason. */
export function lastLine(text: string): string | null {
  return text.trimEnd().split('\n').at(-1)?.trim().slice(0, 300) || null;
}

/** SLURM writes several words for "nothing". */
function known(text: string): string | null {
  const trimmed = text.trim();
  return ['', 'N/A', 'NONE', 'None', '(null)', 'Unknown'].includes(trimmed) ? null : trimmed;
}
