import { HostCallTimedOut, type CommandResult, type RunOptions } from '@fractal-server/hosts';
import type { Clusters, QueueHost } from '../src/accounts/clusters.js';

/** What a command is made to answer. */
export interface ScriptedAnswer {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Only the beginning of the output came. */
  readonly isCut?: boolean;
}

type Answer = ScriptedAnswer | 'hangs' | ((argv: readonly string[], options: RunOptions) => ScriptedAnswer | Promise<ScriptedAnswer>);

/** What sacct says where there is no slurmdbd. */
export const NO_ACCOUNTING: ScriptedAnswer = { exitCode: 1, stderr: 'Slurm accounting storage is disabled\n' };
/** What scontrol says of a job that slurmctld does not have. */
export const INVALID_JOB: ScriptedAnswer = { exitCode: 1, stderr: 'slurm_load_jobs error: Invalid job id specified\n' };

/** SLURM's client commands as a test wants them to answer. By default: an empty queue of a healthy cluster without accounting. */
export class ScriptedCluster implements Pick<Clusters, 'queueCommands'> {
  readonly calls: { readonly argv: readonly string[]; readonly login: string; readonly at: number }[] = [];
  squeue: Answer = {};
  sacct: Answer = NO_ACCOUNTING;
  ping: Answer = { stdout: 'Slurmctld(primary) at here is UP\n' };
  show: Answer = INVALID_JOB;
  config: Answer = { stdout: 'PrivateData             = none\n' };

  /** How often a command was run. */
  count(command: string): number {
    return this.calls.filter(({ argv }) => argv.join(' ').startsWith(command)).length;
  }

  queueCommands({ login }: QueueHost): ReturnType<Clusters['queueCommands']> {
    return Promise.resolve({
      run: async (argv, options) => {
        this.calls.push({ argv, login, at: performance.now() });
        const answer = this.answerTo(argv);
        if (answer === 'hangs') throw new HostCallTimedOut(argv.join(' '), options.deadlineMs);
        return toResult(argv, typeof answer === 'function' ? await answer(argv, options) : answer);
      },
    });
  }

  private answerTo(argv: readonly string[]): Answer {
    const words = argv.join(' ');
    if (words.startsWith('squeue')) return this.squeue;
    if (words.startsWith('sacct')) return this.sacct;
    if (words.startsWith('scontrol ping')) return this.ping;
    if (words.startsWith('scontrol show config')) return this.config;
    return this.show;
  }
}

/** One line of squeue. */
export function queueLine(name: string, { id = '7', state = 'RUNNING', user = 'alice', reason = 'None', start = 'N/A' } = {}): string {
  return `${id}|${state}|${name}|${user}|2026-01-01T10:00:00|${start}|${reason}\n`;
}

/** One line of sacct. */
export function accountingLine(name: string, { id = '7', state = 'COMPLETED', exitCode = '0:0' } = {}): string {
  return `${id}|${name}|alice|${state}|2026-01-01T10:00:00|${exitCode}|None\n`;
}

function toResult(argv: readonly string[], { exitCode = 0, stdout = '', stderr = '', isCut = false }: ScriptedAnswer): CommandResult {
  return {
    ...{ argv, exitCode, signal: null, stdoutTruncated: isCut, stderrTruncated: false },
    ...{ stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) },
  };
}
