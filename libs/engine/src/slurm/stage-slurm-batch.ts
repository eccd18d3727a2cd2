import { ensureAccount, insertAttempt, moveBatch, resetResults, type BatchAttempt, type NextLook } from '@fractal-server/database';
import { newAttemptName, newAttemptToken } from '@fractal-server/execution';
import { basename, join } from 'node:path';
import type { BatchStep } from '../batches/batch-step.js';
import { engineFailPoints } from '../fail-points.js';
import { attemptsFolder } from '../jobs/job-folder.js';

/** Names of attempts are random: who may pass through the folder of all attempts still finds none that is not his. */
const PASSABLE = 0o711;

/** Makes the task's folder and the one of the attempts on the server's side; on the cluster they come with the submission, in one call. */
export async function stageSlurmBatch(step: BatchStep): Promise<NextLook> {
  const { context, lease, batch } = step;
  const calls = await lease.beforeEffect();
  await engineFailPoints.around('stage', async () => {
    await context.host.makeFolder(batch.folder, { ...calls, parents: true });
    await context.host.makeFolder(attemptsFolder(batch.workingDir), { ...calls, parents: true, mode: PASSABLE });
  });
  await lease.transaction((tx) => moveBatch(tx, batch.id, 'planned', 'staged'));
  return 'now';
}

/** Writes the intent before the effect: a new attempt, whose name will be that of its SLURM job, and where that job will be looked for. */
export async function nameSlurmAttempt({ context, lease, batch }: BatchStep, previous: BatchAttempt | null): Promise<NextLook> {
  const { resourceId, resource, profile } = batch;
  const name = newAttemptName(basename(batch.folder));
  engineFailPoints.before('name');
  await lease.transaction(async (tx) => {
    await moveBatch(tx, batch.id, 'staged', 'submitting');
    await resetResults(tx, batch.id);
    await insertAttempt(tx, {
      batchId: batch.id,
      number: (previous?.number ?? 0) + 1,
      name,
      token: newAttemptToken(),
      folder: join(attemptsFolder(batch.workingDirUser), name),
      place: null,
      accountId: await ensureAccount(tx, { resourceId, login: context.clusters.loginOf({ resource, profile }) }),
    });
  });
  engineFailPoints.after('name');
  return 'now';
}
