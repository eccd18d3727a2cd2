import { JobFailure } from '../errors/job-failure.js';
import { JsonFloat } from '../json/json.js';
import { isZarrUrlRelativeTo } from '../paths/zarr-url.js';
import type { ImageLookup } from './image-lookup.js';
import type { AttributeValue, ChangedImage, ImageContent, ImageTypes, StoredImage } from './stored-image.js';
import type { ImageUpdate, RunOutput } from './task-output.js';

/** The least that must be written to bring the stored list to where a run leaves it. Images that come out as they were are not in it. */
export interface ImageChanges {
  /** New images, in the order in which they join the end of the list. */
  readonly inserted: readonly ImageContent[];
  readonly updated: readonly ChangedImage[];
  readonly removed: readonly StoredImage[];
}

/** What an output is applied under. */
export interface OutputContext {
  /** Folder of the dataset, below which new images must lie. */
  readonly zarrDir: string;
  /** The task's output types, which win over the types that it returned (contract: runner.md 6.4). */
  readonly outputTypes: ImageTypes;
  /**
   * Whether the image was in the list when the run was planned. Such an image may have been deleted meanwhile: an update brings it back
   * wherever it lies, and its removal is no error.
   */
  readonly wasPresentAtPlanning?: (zarrUrl: string) => boolean;
}

/** An image that an earlier update of the same output made or changed. */
interface WorkingImage {
  readonly before: StoredImage | undefined;
  readonly after: ImageContent;
}

/**
 * Applies a run's output to the image list, updates first, then removals, without changing the list (contract: runner.md 6.4). Costs
 * O(updates + removals): each is looked up by its URL. Later updates see what earlier ones did.
 *
 * Difference (contract: runner.md 16.5): a new image must lie below the dataset's folder by its path components, not by its first letters.
 *
 * @throws JobFailure `new_image_not_in_zarr_dir`, `removal_of_missing_image`
 */
export function applyOutput(images: ImageLookup, output: RunOutput, context: OutputContext): ImageChanges {
  const working = new Map<string, WorkingImage>();
  const current = (zarrUrl: string): ImageContent | undefined => working.get(zarrUrl)?.after ?? images.get(zarrUrl);

  for (const update of output.updates) {
    const { zarrUrl } = update;
    const present = current(zarrUrl);
    if (present === undefined) {
      if (output.isImplied) continue;
      requireInZarrDir(zarrUrl, context);
    }
    const before = working.has(zarrUrl) ? working.get(zarrUrl)?.before : images.get(zarrUrl);
    working.set(zarrUrl, { before, after: updatedImage(update, present, current, context.outputTypes) });
  }

  const removed: StoredImage[] = [];
  for (const zarrUrl of output.removals) {
    const image = images.get(zarrUrl);
    if (image !== undefined) removed.push(image);
    else if (context.wasPresentAtPlanning?.(zarrUrl) !== true) {
      throw new JobFailure('removal_of_missing_image', `Cannot remove missing image (zarr_url=${zarrUrl}).`);
    }
  }
  return { ...changesOf(working), removed };
}

function requireInZarrDir(zarrUrl: string, { zarrDir, wasPresentAtPlanning }: OutputContext): void {
  if (zarrUrl !== zarrDir && isZarrUrlRelativeTo(zarrUrl, zarrDir)) return;
  if (wasPresentAtPlanning?.(zarrUrl) === true) return;
  throw new JobFailure(
    'new_image_not_in_zarr_dir',
    `Cannot create image if zarr_url is not a subfolder of zarr_dir.\nzarr_dir: ${zarrDir}\nzarr_url: ${zarrUrl}`,
  );
}

/** An edit starts from the image itself; an image that is new or made again from another origin starts from that origin, if it is listed. */
function updatedImage(
  update: ImageUpdate,
  present: ImageContent | undefined,
  find: (zarrUrl: string) => ImageContent | undefined,
  outputTypes: ImageTypes,
): ImageContent {
  const { zarrUrl } = update;
  const isEdit = present !== undefined && (update.origin === null || update.origin === zarrUrl);
  const base = isEdit ? present : update.origin === null ? undefined : find(update.origin);
  const origin = isEdit ? present.origin : update.origin;

  const attributes = new Map<string, AttributeValue>(base?.attributes);
  for (const [name, value] of update.attributes) {
    if (value === null) attributes.delete(name);
    else attributes.set(name, value);
  }
  const types = new Map<string, boolean>(base?.types);
  for (const [name, value] of update.types) types.set(name, value);
  for (const [name, value] of outputTypes) types.set(name, value);
  return { zarrUrl, origin, attributes, types };
}

function changesOf(working: ReadonlyMap<string, WorkingImage>): Pick<ImageChanges, 'inserted' | 'updated'> {
  const inserted: ImageContent[] = [];
  const updated: ChangedImage[] = [];
  for (const { before, after } of working.values()) {
    if (before === undefined) inserted.push(after);
    else if (!isSameImage(before, after)) updated.push({ ...after, position: before.position, before });
  }
  return { inserted, updated };
}

function isSameImage(left: ImageContent, right: ImageContent): boolean {
  return left.origin === right.origin && isSameMap(left.attributes, right.attributes) && isSameMap(left.types, right.types);
}

/** Stricter than Python's equality: `1` that becomes `1.0` is a change to be written. */
function isSameMap(left: ReadonlyMap<string, AttributeValue>, right: ReadonlyMap<string, AttributeValue>): boolean {
  if (left.size !== right.size) return false;
  for (const [name, value] of left) {
    const other = right.get(name);
    const isSame = value instanceof JsonFloat ? other instanceof JsonFloat && Object.is(value.value, other.value) : Object.is(value, other);
    if (!isSame) return false;
  }
  return true;
}
