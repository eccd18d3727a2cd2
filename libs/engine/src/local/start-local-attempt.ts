import {
  claimAttempt,
  listUnfinishedUnits,
  moveBatch,
  type BatchAttempt,
  type EngineBatch,
  type NextLook,
  type Queryable,
} from '@fractal-server/database';
import { JobFailure, type JsonInput, type JsonObject } from '@fractal-server/domain';
import {
  observeAttempt,
  prepareAttempt,
  revokeAttempt,
  RunnerNotStarted,
  spawnRunner,
  type AttemptSpec,
  type Owner,
} from '@fractal-server/execution';
import { cleanEnvironment } from '@fractal-server/hosts';
import { pauseForLastingFailure } from '../jobs/pause-job.js';
import { engineFailPoints } from '../fail-points.js';
import { SHUTDOWN_TEXT } from '../runs/unit-failure.js';
import { isEnding, type BatchStep } from '../batches/batch-step.js';
import { commandWords } from '../batches/command-words.js';
import { giveUpAttempt, settleBatch } from '../batches/settle-batch.js';
import { buildUnits } from '../batches/build-units.js';

/** Seconds until we look whether a runner that was started has taken the claim; its first line of results wakes us earlier. */
const CLAIM_SECONDS = 2;

/**
 * Starts the runner of a named attempt, or finds that it was started before: submitting again after doubt repeats the same attempt, and
 * its claim decides which runner counts.
 */
export async function startLocalAttempt(step: BatchStep, attempt: BatchAttempt): Promise<NextLook> {
  const { context, lease, batch } = step;
  const calls = await lease.beforeEffect();
  const sight = await observeAttempt(context.host, attempt.folder, context.place, calls);
  if (sight.state === 'revoked') return giveUpAttempt(step, attempt, isEnding(batch) ? SHUTDOWN_TEXT : null);
  if (sight.state !== 'unclaimed') return noteClaim(step, attempt, sight.owner);
  if (isEnding(batch)) {
    const claim = await revokeAttempt(context.host, attempt.folder, calls);
    return claim.kind === 'owned' ? noteClaim(step, attempt, claim.owner) : giveUpAttempt(step, attempt, SHUTDOWN_TEXT);
  }
  let spec: AttemptSpec;
  try {
    spec = await specOf(context.database, step, attempt);
  } catch (error) {
    // A command that cannot be run is the task's fault (contract: runner.md 10). Nothing may start under the attempt's name any more.
    if (!(error instanceof JobFailure)) throw error;
    const claim = await revokeAttempt(context.host, attempt.folder, calls);
    return claim.kind === 'owned' ? noteClaim(step, attempt, claim.owner) : settleBatch(step, attempt, error.message);
  }
  const slots = await context.slots.forNewBatch(batch);
  await prepareAttempt(context.host, attempt.folder, spec, slots, { ...(await lease.beforeEffect()), parents: false });
  await lease.beforeEffect();
  const runner = await spawnRunner({
    ...attempt,
    python: pythonOf(batch.resource),
    environment: cleanEnvironment(context.serverEnvironment),
  }).catch((error: unknown) => {
    if (error instanceof RunnerNotStarted) return error;
    throw error;
  });
  // No Python, or none that may be run: somebody has to mend the resource. The attempt keeps its name and its open claim.
  if (runner instanceof RunnerNotStarted) return pauseForLastingFailure(step, runner.message);
  context.watches.watch(batch.id, attempt.folder, null);
  context.logger.info({ job: batch.jobId, batch: batch.id, attempt: attempt.name, pid: runner.pid }, 'started a unit runner');
  return { afterSeconds: CLAIM_SECONDS };
}

/** The runner that won the claim is written down; from now on the batch is live. */
async function noteClaim({ context, lease, batch }: BatchStep, attempt: BatchAttempt, owner: Owner): Promise<NextLook> {
  engineFailPoints.before('live');
  await lease.transaction(async (tx) => {
    await claimAttempt(tx, attempt.id, owner as unknown as JsonInput);
    await moveBatch(tx, batch.id, 'submitting', 'live');
  });
  engineFailPoints.after('live');
  context.watches.watch(batch.id, attempt.folder, owner);
  return 'now';
}

async function specOf(db: Queryable, { context, batch }: BatchStep, attempt: BatchAttempt): Promise<AttemptSpec> {
  const command = batch.spec.get('command') as string;
  return {
    name: attempt.name,
    token: attempt.token,
    place: context.place.name,
    environment: { ...unitEnvironment(batch.resource, context.serverEnvironment), FRACTAL_CACHE_DIR: batch.cacheDir },
    workingFolder: batch.folder,
    batch: {
      kind: 'tasks',
      command: commandWords(command),
      folder: batch.folder,
      units: await buildUnits(db, batch, await listUnfinishedUnits(db, batch.id)),
    },
  };
}

function unitEnvironment(resource: JsonObject, server: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const names = (resource.get('settings') as JsonObject | undefined)?.get('task_environment');
  return cleanEnvironment(server, Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
}

/** The interpreter of the runner: the resource's own, else that of its default Python, else the one on the path. */
function pythonOf(resource: EngineBatch['resource']): string {
  const worker = resource.get('jobs_slurm_python_worker');
  if (typeof worker === 'string') return worker;
  const config = resource.get('tasks_python_config') as JsonObject;
  const versions = config.get('versions') as JsonObject | undefined;
  const path = versions?.get(String(config.get('default_version')));
  return typeof path === 'string' ? path : 'python3';
}
