import { Gather } from '@fractal-server/execution';
import type { CallOptions, CommandResult, Commands } from '@fractal-server/hosts';
import { ClusterCommands } from './cluster-commands.js';
import { sbatchArguments } from '@fractal-server/slurm';
import { type Cluster, type Submission } from './cluster.js';

/** `sbatch` calls of one user at the same time. */
const SUBMISSIONS_AT_ONCE = 4;

/** A cluster whose submit host this is, as a user that `sudo` turns us into. Server and nodes share their files. */
export class SudoCluster extends ClusterCommands implements Cluster {
  readonly name: string;
  private readonly submissions: Gather<Submission, CommandResult>;

  constructor(commands: Commands, user: string) {
    super(commands);
    this.name = `${user} by sudo`;
    this.submissions = new Gather((wave, call) => this.submitWave(wave, call), { name: 'submit', maxItems: SUBMISSIONS_AT_ONCE });
  }

  specFolder({ localFolder }: Pick<Submission, 'localFolder'>): string {
    return localFolder;
  }

  async deliver(): Promise<void> {
    // The nodes see the server's files.
  }

  submit(submission: Submission, options: CallOptions): Promise<CommandResult> {
    return this.submissions.run(submission, options);
  }

  async removeFolder(): Promise<void> {
    // Removing is not among the commands that sudo allows; what stays is the user's.
  }

  /** The script comes on stdin, so that the user need not be able to read the job's folder on the server's side. */
  private async submitWave(wave: readonly Submission[], options: CallOptions) {
    const answers = await Promise.allSettled(
      wave.map(({ name, script }) => this.commands.run(sbatchArguments(name), { ...options, input: script })),
    );
    return answers.map((answer) =>
      answer.status === 'fulfilled'
        ? ({ ok: true, value: answer.value } as const)
        : ({ ok: false, error: answer.reason as unknown } as const),
    );
  }
}
