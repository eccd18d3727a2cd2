/** What the unit runner of an attempt is told. */
export interface AttemptSpec {
  readonly name: string;
  /** See `newAttemptToken`. The runner adds it to every unit's environment as `FRACTAL_ATTEMPT`. */
  readonly token: string;
  /** Name of the place that the attempt is started at; repeated in the claim. */
  readonly place: string;
  /** The whole environment of the units, but for `FRACTAL_ATTEMPT`. Nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Working folder of the units unless a unit names its own. */
  readonly workingFolder: string;
  /**
   * Milliseconds between SIGTERM and SIGKILL of units that have to end. Default {@link UNIT_GRACE_MS}. Under a scheduler it must leave room in the
   * scheduler's own time between its two signals (SLURM: `KillWait`): the runner needs at most half as much again to end what units left behind, and
   * a moment for the bundle and the end marker.
   */
  readonly unitGraceMs?: number | undefined;
  /**
   * Where the attempt runs. `local` (the default): on a disk of the worker's machine. `cluster`: on a node whose files are read over a network, by
   * `ls` and `cat` alone; units then also get the environment that the batch script gave to the runner, below {@link environment}.
   */
  readonly site?: AttemptSite | undefined;
  /** Words before the command of every unit, such as `srun` with its options; none by default. */
  readonly launcher?: readonly string[] | undefined;
  readonly batch: TaskBatch | CommandBatch;
}

/** Decides which files the runner writes and what it does for their safety; see docs/execution.md. */
export type AttemptSite = 'local' | 'cluster';

/**
 * Units of one task. One line of the spec per unit, and no file: the runner writes each unit's argument file right before it starts the unit.
 * A unit runs `<command> --args-json <folder>/<stem>-args.json --out-json <folder>/<stem>-metadiff.json`, with its output in
 * `<folder>/<stem>-log.txt` (contract: runner.md 8.1, 10).
 */
export interface TaskBatch {
  readonly kind: 'tasks';
  /** The task's command as words; the first one is absolute or looked up in the environment's PATH. */
  readonly command: readonly string[];
  /** The task folder. It exists before the attempt starts. */
  readonly folder: string;
  readonly units: readonly TaskUnit[];
  /** Names of files in the folder to which a scheduler writes what the batch itself prints; `%j` stands for its id. They come with the bundle. */
  readonly batchOutput?: readonly string[] | undefined;
}

/** One unit of a {@link TaskBatch}. */
export interface TaskUnit {
  /** Names the unit in the results; unique in the batch. */
  readonly index: number;
  /** Beginning of its file names: `par-000000-0000012`, or `non_par-`. */
  readonly stem: string;
  /** JSON text of its argument file; null when the file is there already. */
  readonly args: string | null;
}

/** Commands that share nothing but the attempt: the steps of building an environment. */
export interface CommandBatch {
  readonly kind: 'commands';
  readonly units: readonly CommandUnit[];
}

/** One unit of a {@link CommandBatch}. */
export interface CommandUnit {
  readonly index: number;
  readonly argv: readonly string[];
  /** File for stdout and stderr together. */
  readonly logPath: string;
  /** A file that the command writes, which the result may carry inline; see `UnitOutput`. */
  readonly outPath?: string | undefined;
  readonly workingFolder?: string | undefined;
  /** Variables on top of the batch's environment. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** Milliseconds between SIGTERM and SIGKILL of units, unless an attempt says otherwise. */
export const UNIT_GRACE_MS = 10_000;

/** Version of the attempt folder's protocol. A runner refuses a spec of another version. */
export const PROTOCOL_VERSION = 1;

/** The file `spec`: one line of JSON for what the units share, then one line of JSON per unit, so that the runner reads it as it goes. */
export function encodeAttemptSpec(spec: AttemptSpec): string {
  const { batch } = spec;
  const head = {
    version: PROTOCOL_VERSION,
    name: spec.name,
    token: spec.token,
    place: spec.place,
    environment: spec.environment,
    cwd: spec.workingFolder,
    kind: batch.kind,
    units: batch.units.length,
    grace: (spec.unitGraceMs ?? UNIT_GRACE_MS) / 1_000,
    ...(spec.site === undefined ? {} : { site: spec.site }),
    ...(spec.launcher === undefined ? {} : { launcher: spec.launcher }),
    ...(batch.kind === 'tasks' ? { command: batch.command, folder: batch.folder, batchOutput: batch.batchOutput } : {}),
  };
  const lines = [JSON.stringify(head)];
  if (batch.kind === 'tasks') {
    for (const unit of batch.units) {
      lines.push(JSON.stringify([unit.index, unit.stem, unit.args]));
    }
  } else {
    for (const unit of batch.units) {
      lines.push(
        JSON.stringify({
          index: unit.index,
          argv: unit.argv,
          log: unit.logPath,
          out: unit.outPath,
          cwd: unit.workingFolder,
          environment: unit.environment,
        }),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
