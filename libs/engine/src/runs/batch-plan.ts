import type { JsonObject, JsonInput } from '@fractal-server/domain';
import type { EngineJob } from '@fractal-server/database';
import type { TaskSnapshot } from './task-snapshot.js';

/** Which command of its task a phase runs: init parts and non-parallel tasks have one, parallel tasks and compute parts the other. */
export type TaskPart = 'non_parallel' | 'parallel';

/** The units of a phase that are about to be planned. */
export interface PhaseToPlan {
  readonly job: EngineJob;
  readonly task: TaskSnapshot;
  readonly part: TaskPart;
  readonly unitCount: number;
}

/** How an executor cuts the units of a phase into batches. */
export interface BatchPlan {
  /** Units of every batch but the last; null: all in one. */
  readonly unitsPerBatch: number | null;
  /** Units that share a number in their files' names (contract: runner.md 8.1); null: all of them. */
  readonly unitsPerName: number | null;
  /** Units of a batch that may run at once; null: as many as the resource has slots. */
  readonly parallelism: number | null;
  /** What the executor needs later to start the batches, kept with them. */
  readonly execution: JsonInput;
  /** For the job's log. */
  readonly warnings: readonly string[];
}

/** Meta of a task part: the resources that its units need. */
export function metaOfPart(task: TaskSnapshot, part: TaskPart): JsonObject | null {
  return part === 'parallel' ? task.metaParallel : task.metaNonParallel;
}
