import { insertAttempt, moveBatch, resetResults, setWorkPlace, type BatchAttempt, type NextLook } from '@fractal-server/database';
import { newAttemptName, newAttemptToken } from '@fractal-server/execution';
import { basename, join } from 'node:path';
import { engineFailPoints } from '../fail-points.js';
import { attemptsFolder } from '../jobs/job-folder.js';
import type { BatchStep } from '../batches/batch-step.js';

/** Makes the task's folder (compound tasks share one for both parts, contract: runner.md 8.1) and the one of the job's attempts. */
export async function stageLocalBatch({ context, lease, batch }: BatchStep): Promise<NextLook> {
  const calls = await lease.beforeEffect();
  await engineFailPoints.around('stage', async () => {
    await context.host.makeFolder(batch.folder, { ...calls, parents: true });
    await context.host.makeFolder(attemptsFolder(batch.workingDir), { ...calls, parents: true });
  });
  await lease.transaction((tx) => moveBatch(tx, batch.id, 'planned', 'staged'));
  return 'now';
}

/**
 * Writes the intent before the effect: a new attempt with its name, its folder and its place. From here on only workers of the place look
 * at the batch.
 */
export async function nameLocalAttempt({ context, lease, batch }: BatchStep, previous: BatchAttempt | null): Promise<NextLook> {
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
      folder: join(attemptsFolder(batch.workingDir), name),
      place: context.place.name,
      accountId: null,
    });
    await setWorkPlace(tx, lease.key, context.place.name);
  });
  engineFailPoints.after('name');
  return 'now';
}
