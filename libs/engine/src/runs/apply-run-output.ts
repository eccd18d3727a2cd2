import {
  ImageWriter,
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

/** So many updates or removals are read, applied and written at a time: memory does not grow with what else a run says. */
const IMAGES_PER_PIECE = 8_192;

/**
 * Writes a run's output to the image list (contract: runner.md 6.4). Only the images that it mentions are read and written, piece by piece:
 * each piece reads what the earlier ones wrote, as later updates see what earlier ones did.
 * @returns how many images are new
 * @throws JobFailure after some of the output was written: the caller takes that back
 */
export async function applyRunOutput(tx: Transaction, result: RunResult): Promise<number> {
  // A compute unit may name any image, also one that was never in the list (contract: runner.md 4.4).
  const inputs = new Set(result.units.filter(({ phase }) => phase !== 'compute').flatMap(({ zarrUrls }) => zarrUrls));
  const writer = new ImageWriter(tx, result.dataset);
  let newImageCount = 0;
  for (const piece of piecesOf(result.output)) newImageCount += await applyPiece(tx, writer, result, piece, inputs);
  await writer.finish();
  return newImageCount;
}

async function applyPiece(
  tx: Transaction,
  writer: ImageWriter,
  { job, task, dataset }: RunResult,
  piece: RunOutput,
  inputs: ReadonlySet<string>,
): Promise<number> {
  const mentioned = [...urlsMentionedBy(piece)];
  const stored = await readImagesByUrl(tx, dataset.id, mentioned);
  const statuses = usesStatuses(job) ? await readImageStatuses(tx, job.id, dataset.id, mentioned) : new Map<string, ImageStatus>();
  const changes = applyOutput(new Map(stored.map((image) => [image.zarrUrl, carry(image, statuses.get(image.zarrUrl))])), piece, {
    zarrDir: dataset.zarrDir,
    outputTypes: task.outputTypes,
    wasPresentAtPlanning: (zarrUrl) => inputs.has(zarrUrl),
  });
  if (usesStatuses(job)) await writeImageStatuses(tx, job.id, statusesAfter(changes));
  const removedUrls = changes.removed.map(({ zarrUrl }) => zarrUrl);
  await writer.remove(changes.removed.map(({ position }) => position));
  await writer.update(changes.updated.map((image) => ({ ...withoutStatus(image), before: withoutStatus(image.before) })));
  await writer.insert(changes.inserted.map(withoutStatus));
  if (removedUrls.length > 0) await unlinkImages(tx, dataset.id, task.workflowTaskId, removedUrls);
  return changes.inserted.length;
}

/** The output in parts, in order: updates first, then removals. */
function* piecesOf({ updates, removals, isImplied }: RunOutput): Generator<RunOutput> {
  for (let start = 0; start < updates.length; start += IMAGES_PER_PIECE) {
    yield { updates: updates.slice(start, start + IMAGES_PER_PIECE), removals: [], isImplied };
  }
  for (let start = 0; start < removals.length; start += IMAGES_PER_PIECE) {
    yield { updates: [], removals: removals.slice(start, start + IMAGES_PER_PIECE), isImplied };
  }
}

function statusesAfter({ inserted, updated, removed }: ImageChanges): Map<string, ImageStatus | undefined> {
  return new Map<string, ImageStatus | undefined>([
    ...[...inserted, ...updated].map((image) => [image.zarrUrl, carriedStatus(image)] as const),
    ...removed.map(({ zarrUrl }) => [zarrUrl, undefined] as const),
  ]);
}
