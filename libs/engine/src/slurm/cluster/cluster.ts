import type { AttemptReader } from '@fractal-server/execution';
import type { CallOptions, CommandResult, Commands } from '@fractal-server/hosts';

/** A batch that is handed to SLURM. */
export interface Submission {
  /** Name of the attempt and so of the SLURM job: by it the submission is recognised again. */
  readonly name: string;
  /** The script's text. */
  readonly script: string;
  /** Folder of the attempt on the server's side, where its files were written. */
  readonly localFolder: string;
  /** Folder of the attempt on the cluster. */
  readonly folder: string;
}

/**
 * A SLURM cluster as one of its users. What many batches want at about the same time goes in few calls. The two ways to get there differ in no
 * more than this interface: who runs the commands, and how files that the server wrote get to the nodes.
 */
export interface Cluster {
  /** For logs: `alice@login.example.org`, `alice by sudo`. */
  readonly name: string;
  /** Runs commands as the user. */
  readonly commands: Commands;
  /** Reads what the unit runners of the user's attempts wrote. */
  readonly attempts: AttemptReader;
  /** Where the runner finds what the server wrote for its attempt. */
  specFolder(submission: Pick<Submission, 'localFolder' | 'folder'>): string;
  /** Makes folders of the user's, private to them; parents too, and it does not matter if they exist. @throws HostError */
  makeFolders(paths: readonly string[], options: CallOptions): Promise<void>;
  /** Brings the files that the server wrote for an attempt to where the nodes can read them. @throws HostError */
  deliver(submission: Submission, options: CallOptions): Promise<void>;
  /**
   * Hands a batch to SLURM. Whatever `sbatch` answered is returned; only its name tells whether there is a SLURM job after an error.
   * @throws HostError
   */
  submit(submission: Submission, options: CallOptions): Promise<CommandResult>;
  /** Asks SLURM to end jobs. Jobs that it does not know are no error. @throws HostError */
  cancel(slurmJobIds: readonly string[], options: CallOptions): Promise<void>;
  /** Asks SLURM to end the jobs with the name, whatever their ids are. @throws HostError */
  cancelByName(name: string, options: CallOptions): Promise<void>;
  /** Removes the folder of a job's attempts on the cluster, where the server may. @throws HostError */
  removeFolder(path: string, options: CallOptions): Promise<void>;
}
