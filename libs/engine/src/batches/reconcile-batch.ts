import {
  findEngineBatch,
  findLatestAttempt,
  type BatchAttempt,
  type EngineBatch,
  type Lease,
  type NextLook,
} from '@fractal-server/database';
import type { EngineContext } from '../engine-context.js';
import { localExecutor } from '../local/local-executor.js';
import { slurmExecutor } from '../slurm/slurm-executor.js';
import { isEnding, type BatchStep } from './batch-step.js';
import type { Executor } from './executor.js';
import { settleBatch } from './settle-batch.js';
import { SHUTDOWN_TEXT } from '../runs/unit-failure.js';

/** The next step of a batch (docs/engine.md has its states). */
export async function reconcileBatch(context: EngineContext, id: number, lease: Lease): Promise<NextLook> {
  const batch = await findEngineBatch(context.database, id);
  if (batch === null) return 'closed';
  const step: BatchStep = { context, lease, batch };
  const attempt = await findLatestAttempt(context.database, id);
  const executor = executorOf(batch);
  if (isHeldUp(batch)) return { afterSeconds: context.pauseRetrySeconds, waitingReason: 'the job is paused' };
  switch (batch.state) {
    case 'planned':
      return isEnding(batch) ? settleBatch(step, attempt, SHUTDOWN_TEXT) : executor.stage(step);
    case 'staged':
      return isEnding(batch) ? settleBatch(step, attempt, SHUTDOWN_TEXT) : executor.name(step, attempt);
    case 'submitting':
      return executor.start(step, required(attempt, batch));
    case 'live':
      return executor.look(step, required(attempt, batch));
    case 'gone':
      return executor.fetch(step, required(attempt, batch));
    case 'fetched':
      return settleBatch(step, attempt, 'The unit has no result.');
    case 'settled':
      return 'closed';
  }
}

function executorOf({ resource }: EngineBatch): Executor {
  return resource.get('type') === 'local' ? localExecutor : slurmExecutor;
}

/** While its job is paused, a batch that has not begun does not meet the same failure again; it is rung when the job goes on. */
function isHeldUp(batch: EngineBatch): boolean {
  return batch.jobState === 'paused' && !isEnding(batch) && (batch.state === 'planned' || batch.state === 'staged');
}

function required(attempt: BatchAttempt | null, { id, state }: EngineBatch): BatchAttempt {
  if (attempt === null) throw new Error(`batch ${id} is ${state} and has no attempt`);
  return attempt;
}
