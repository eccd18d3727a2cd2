import { findJobTask, readInitResult, type EngineBatch, type Queryable, type UnfinishedUnit } from '@fractal-server/database';
import {
  computeArguments,
  nonParallelArguments,
  parallelArguments,
  readInitOutput,
  stringifyJson,
  type JsonObject,
} from '@fractal-server/domain';
import type { TaskUnit } from '@fractal-server/execution';
import { readTaskSnapshot, type TaskSnapshot } from '../runs/task-snapshot.js';
import { unitStem } from './unit-stem.js';

/** The units of an attempt with their arguments (contract: runner.md 4.1), from the job's snapshot and the units' rows alone. */
export async function buildUnits(db: Queryable, batch: EngineBatch, units: readonly UnfinishedUnit[]): Promise<TaskUnit[]> {
  const jobTask = await findJobTask(db, batch.jobId, batch.spec.get('taskPosition') as number);
  if (jobTask === null) throw new Error(`batch ${batch.id} belongs to no task of its job`);
  const task = readTaskSnapshot(jobTask);
  const argumentsOf = await argumentsFor(db, batch, task);
  return units.map((unit) => ({
    index: unit.index,
    stem: unitStem(batch, unit.index),
    args: stringifyJson(argumentsOf(unit)),
  }));
}

async function argumentsFor(db: Queryable, batch: EngineBatch, task: TaskSnapshot): Promise<(unit: UnfinishedUnit) => JsonObject> {
  switch (batch.phase) {
    case 'parallel':
      return ({ zarrUrls }) => parallelArguments(zarrUrls[0] ?? '', task.argsParallel);
    case 'compute': {
      const init = await readInitResult(db, batch.runId);
      const outcome = readInitOutput(init?.output ?? null);
      const items = outcome.ok ? outcome.output : [];
      return ({ index }) => {
        const item = items[index];
        if (item === undefined) throw new Error(`run ${batch.runId} has no item ${index}`);
        return computeArguments(item, task.argsParallel);
      };
    }
    case 'non_parallel':
    case 'init': {
      const zarrDir = batch.spec.get('zarrDir') as string;
      return ({ zarrUrls }) => nonParallelArguments(task.type, zarrDir, zarrUrls, task.argsNonParallel);
    }
  }
}
