import type { AskedAttempt } from '@fractal-server/database';
import type { CommandResult, Commands } from '@fractal-server/hosts';
import {
  hidesJobsOfOthers,
  isControllerUp,
  readSacct,
  readShownJob,
  readSqueue,
  sacctArguments,
  scontrolShowJobArguments,
  SCONTROL_PING,
  SCONTROL_SHOW_CONFIG,
  squeueArguments,
  type CommandOutput,
  type SacctRow,
} from '@fractal-server/slurm';
import type { ControllerAnswer, QueueAnswer } from './slurm-answers.js';

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
    const result = await this.run(queueQuestion(attempts), QUEUE_DEADLINE_MS);
    if (result.exitCode !== 0) throw new ClusterSilent(whyOf('squeue', result));
    const { stdout } = outputOf(result);
    const { rows, isWhole } = readSqueue(stdout);
    return { rows, flaw: isWhole && !result.stdoutTruncated ? null : `the answer of squeue is not whole: ${lastLine(stdout) ?? ''}` };
  }

  /** What the accounting has about attempts that the queue does not show; nothing where there is none or it does not answer. @throws HostError */
  async askAccounting(attempts: readonly AskedAttempt[]): Promise<SacctRow[]> {
    const rows: SacctRow[] = [];
    for (let from = 0; from < attempts.length; from += NAMES_PER_ACCOUNTING_CALL) {
      const asked = attempts.slice(from, from + NAMES_PER_ACCOUNTING_CALL);
      const days = Math.ceil(Math.max(...asked.map(({ submittedSeconds }) => submittedSeconds)) / 86_400) + 1;
      const question = sacctArguments(
        asked.map(({ name }) => name),
        `now-${days}days`,
      );
      const result = await this.run(question, OTHER_DEADLINE_MS);
      if (result.exitCode !== 0) return rows;
      rows.push(...readSacct(outputOf(result).stdout).rows);
    }
    return rows;
  }

  /** Why the controller's word cannot be had, or null when it is up. @throws HostError */
  async whyControllerIsAway(): Promise<string | null> {
    const result = await this.run(SCONTROL_PING, OTHER_DEADLINE_MS);
    return isControllerUp(outputOf(result)) ? null : whyOf('scontrol ping', result);
  }

  /** What the controller knows of a job. @throws HostError */
  async askController(name: string, slurmJobId: string): Promise<ControllerAnswer> {
    const result = await this.run(scontrolShowJobArguments(slurmJobId), OTHER_DEADLINE_MS);
    const shown = readShownJob(outputOf(result));
    switch (shown.kind) {
      case 'unknown':
        return { kind: 'unknown job' };
      case 'unclear':
        return { kind: 'no answer', why: whyOf('scontrol', result) };
      case 'job':
        // A job of another name is one that got the id later.
        return shown.name === name ? { ...shown, kind: 'known job', slurmJobId } : { kind: 'unknown job' };
    }
  }

  /** Whether jobs of other users are hidden here (`PrivateData`). @throws ClusterSilent, HostError */
  async hidesJobs(): Promise<boolean> {
    const result = await this.run(SCONTROL_SHOW_CONFIG, OTHER_DEADLINE_MS);
    if (result.exitCode !== 0) throw new ClusterSilent(whyOf('scontrol show config', result));
    return hidesJobsOfOthers(outputOf(result).stdout);
  }

  private async run(argv: readonly string[], deadlineMs: number): Promise<CommandResult> {
    const calls = await this.beforeCall();
    return this.commands.run(argv, {
      ...{ signal: calls.signal, deadlineMs: Math.min(deadlineMs, calls.deadlineMs), maxOutputBytes: MAX_OUTPUT_BYTES },
    });
  }
}

function queueQuestion(attempts: readonly AskedAttempt[]): readonly string[] {
  const names = attempts.map(({ name }) => name);
  const question = squeueArguments(names);
  if (names.join().length <= MAX_NAMES_BYTES) return question;
  const users = [...new Set(attempts.map(({ user }) => user))];
  return question.map((word) => (word.startsWith('--name=') ? `--user=${users.join()}` : word));
}

function outputOf({ exitCode, stdout, stderr }: CommandResult): CommandOutput {
  return { exitCode, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
}

function whyOf(command: string, result: CommandResult): string {
  const { stdout, stderr } = outputOf(result);
  const words = lastLine(stderr) ?? lastLine(stdout) ?? `ended with ${result.exitCode ?? result.signal}`;
  return words.startsWith(command) ? words : `${command}: ${words}`;
}

/** SLURM's commands end with their reason. */
function lastLine(text: string): string | null {
  return text.trimEnd().split('\n').at(-1)?.trim().slice(0, 300) || null;
}
