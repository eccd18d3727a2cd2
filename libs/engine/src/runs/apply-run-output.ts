import {
  applyImageChanges,
  readImagesByUrl,
  readImageStatuses,
  unlinkImages,
  writeImageStatuses,
  type EndedUnit,
  type EngineJob,
  type LockedDataset,
  type Transaction,
} from '@fractal-server/database';
import {
  applyOutput,
  carriedStatus,
  urlsMentionedBy,
  withoutStatus,
  type ImageChanges,
  type ImageStatus,
  type RunOutput,
} from '@fractal-server/domain';
import { carry, usesStatuses } from './job-images.js';
import type { TaskSnapshot } from './task-snapshot.js';

/** What a run does to which dataset. */
export interface RunResult {
  readonly job: EngineJob;
  readonly task: TaskSnapshot;
  readonly units: readonly EndedUnit[];
  readonly dataset: LockedDataset;
  readonly output: RunOutput;
}

/**
 * Writes a run's output to the image list (contract: runner.md 6.4). Only the images that it mentions are read and written.
 * @returns how many images are new
 * @throws JobFailure
 */
export async function applyRunOutput(tx: Transaction, { job, task, units, dataset, output }: RunResult): Promise<number> {
  const mentioned = [...urlsMentionedBy(output)];
  const stored = await readImagesByUrl(tx, dataset.id, mentioned);
  const statuses = usesStatuses(job) ? await readImageStatuses(tx, job.id, dataset.id, mentioned) : new Map<string, ImageStatus>();
  const images = new Map(stored.map((image) => [image.zarrUrl, carry(image, statuses.get(image.zarrUrl))]));
  // A compute unit may name any image, also one that was never in the list (contract: runner.md 4.4).
  const inputs = new Set(units.filter(({ phase }) => phase !== 'compute').flatMap(({ zarrUrls }) => zarrUrls));
  const changes = applyOutput(images, output, {
    zarrDir: dataset.zarrDir,
    outputTypes: task.outputTypes,
    wasPresentAtPlanning: (zarrUrl) => inputs.has(zarrUrl),
  });
  if (usesStatuses(job)) await writeImageStatuses(tx, job.id, statusesAfter(changes));
  await applyImageChanges(tx, dataset, {
    inserted: changes.inserted.map(withoutStatus),
    updated: changes.updated.map((image) => ({ ...withoutStatus(image), before: withoutStatus(image.before) })),
    removed: changes.removed.map(({ position }) => position),
  });
  if (changes.removed.length > 0) {
    await unlinkImages(
      tx,
      dataset.id,
      task.workflowTaskId,
      changes.removed.map(({ zarrUrl }) => zarrUrl),
    );
  }
  return changes.inserted.length;
}

function statusesAfter({ inserted, updated, removed }: ImageChanges): Map<string, ImageStatus | undefined> {
  return new Map<string, ImageStatus | undefined>([
    ...[...inserted, ...updated].map((image) => [image.zarrUrl, carriedStatus(image)] as const),
    ...removed.map(({ zarrUrl }) => [zarrUrl, undefined] as const),
  ]);
}
