import type { AskedAttempt } from '@fractal-server/database';
import type { CommandResult, Commands } from '@fractal-server/hosts';
import {
  ACCOUNTING_FORMAT,
  hidesJobsOfOthers,
  isControllerUp,
  lastLine,
  QUEUE_FORMAT,
  readAccounting,
  readQueue,
  readShownJob,
} from './read-answers.js';
import type { AccountingRow, ControllerAnswer, QueueAnswer } from './slurm-answers.js';

/** squeue repeats a question that the controller does not answer for 9–13 s by itself. */
const QUEUE_DEADLINE_MS = 20_000;
const OTHER_DEADLINE_MS = 15_000;
/** A longer list of names does not fit on a command line: the queue is asked per user then. */
const MAX_NAMES_BYTES = 100_000;
const NAMES_PER_ACCOUNTING_CALL = 500;
/** Room for the rows of some ten thousand jobs. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** The cluster was asked and gave no usable answer. The message is for people. */
export class ClusterSilent extends Error {
  override readonly name = 'ClusterSilent';
}

/** Limits that hold for the call that comes next; renews the lease. */
export type BeforeCall = () => Promise<{ readonly deadlineMs: number; readonly signal: AbortSignal }>;

/** Puts the questions about jobs to one account's cluster. It never waits with a database connection in its hands. */
export class ClusterInquiry {
  constructor(
    private readonly commands: Pick<Commands, 'run'>,
    private readonly beforeCall: BeforeCall,
  ) {}

  /** One squeue for all attempts. @throws ClusterSilent, HostError */
  async askQueue(attempts: readonly AskedAttempt[]): Promise<QueueAnswer> {
    const names = attempts.map(({ name }) => name).join(',');
    const users = [...new Set(attempts.map(({ user }) => user))].join(',');
    const selection = names.length <= MAX_NAMES_BYTES ? `--name=${names}` : `--user=${users}`;
    const argv = ['squeue', '--noheader', '--states=all', selection, `--format=${QUEUE_FORMAT}`];
    const result = await this.run(argv, QUEUE_DEADLINE_MS);
    if (result.exitCode !== 0) throw new ClusterSilent(whyOf('squeue', result));
    return readQueue(result.stdout.toString('utf8'), result.stdoutTruncated);
  }

  /** What the accounting has about attempts that the queue does not show; nothing where there is none or it does not answer. @throws HostError */
  async askAccounting(attempts: readonly AskedAttempt[]): Promise<AccountingRow[]> {
    const rows: AccountingRow[] = [];
    for (let from = 0; from < attempts.length; from += NAMES_PER_ACCOUNTING_CALL) {
      const asked = attempts.slice(from, from + NAMES_PER_ACCOUNTING_CALL);
      const days = Math.ceil(Math.max(...asked.map(({ submittedSeconds }) => submittedSeconds)) / 86_400) + 1;
      const result = await this.run(
        [
          ...['sacct', '--noheader', '--parsable2', '--allocations', '--duplicates', '--allusers', `--starttime=now-${days}days`],
          ...[`--name=${asked.map(({ name }) => name).join(',')}`, `--format=${ACCOUNTING_FORMAT}`],
        ],
        OTHER_DEADLINE_MS,
      );
      if (result.exitCode !== 0) return rows;
      rows.push(...readAccounting(result.stdout.toString('utf8')));
    }
    return rows;
  }

  /** Why the controller's word cannot be had, or null when it is up. @throws HostError */
  async whyControllerIsAway(): Promise<string | null> {
    const result = await this.run(['scontrol', 'ping'], OTHER_DEADLINE_MS);
    return isControllerUp(result.stdout.toString('utf8')) ? null : whyOf('scontrol ping', result);
  }

  /** What the controller knows of a job. @throws HostError */
  async askController(name: string, jobId: string): Promise<ControllerAnswer> {
    const result = await this.run(['scontrol', '--oneliner', 'show', 'job', jobId], OTHER_DEADLINE_MS);
    return readShownJob(name, {
      exitCode: result.exitCode,
      stdout: result.stdout.toString('utf8'),
      stderr: result.stderr.toString('utf8'),
    });
  }

  /** Whether jobs of other users are hidden here (`PrivateData`). @throws ClusterSilent, HostError */
  async hidesJobs(): Promise<boolean> {
    const result = await this.run(['scontrol', 'show', 'config'], OTHER_DEADLINE_MS);
    if (result.exitCode !== 0) throw new ClusterSilent(whyOf('scontrol show config', result));
    return hidesJobsOfOthers(result.stdout.toString('utf8'));
  }

  private async run(argv: readonly string[], deadlineMs: number): Promise<CommandResult> {
    const calls = await this.beforeCall();
    return this.commands.run(argv, {
      ...{ signal: calls.signal, deadlineMs: Math.min(deadlineMs, calls.deadlineMs), maxOutputBytes: MAX_OUTPUT_BYTES },
    });
  }
}

function whyOf(command: string, { exitCode, signal, stdout, stderr }: CommandResult): string {
  const words = lastLine(stderr.toString('utf8')) ?? lastLine(stdout.toString('utf8')) ?? `ended with ${exitCode ?? signal}`;
  return words.startsWith(command.split(' ')[0] ?? command) ? words : `${command}: ${words}`;
}
