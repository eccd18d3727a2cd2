/**
 * What SLURM is asked for, for the batches of one phase of a run. Immutable: what a job adds makes a copy (`forJob`), so that nothing is
 * added twice (contract: lessons.md 10).
 */
export interface SlurmConfig {
  readonly partition: string;
  readonly cpusPerUnit: number;
  /** MB of one unit. */
  readonly memoryMbPerUnit: number;
  /** First line of the script. */
  readonly shebang: string;
  /** Ask for memory by CPU, for sites that refuse `--mem`. */
  readonly useMemoryPerCpu: boolean;
  /** What `squeue` would show, were it not for the attempt's name on the command line. */
  readonly jobName: string;
  readonly constraint: string | null;
  readonly gres: string | null;
  readonly gpus: string | null;
  /** Time limit in a form of SLURM's (`1:00:00`); it is that of the whole SLURM job. */
  readonly time: string | null;
  readonly account: string | null;
  readonly exclude: string | null;
  readonly nodelist: string | null;
  readonly nodes: number | null;
  /** Lines for the script, directives and shell lines mixed. An entry may have several lines. */
  readonly extraLines: readonly string[];
  /** Environment variables and their paths, relative to the user's cache folder, in the order of the configuration. */
  readonly userLocalExports: readonly (readonly [variable: string, path: string])[];
  /** How many units make a batch. */
  readonly unitsPerBatch: number;
  /** How many units of a batch run side by side. */
  readonly unitsAtOnce: number;
}
