import { stringifyJson, type ChangedImage, type ImageContent } from '@fractal-server/domain';
import type { Transaction } from '../connection/database.js';
import { changeOfValues, imageValueKey, valuesOfImage, type ImageValue } from './image-value-key.js';
import * as sql from './image-writer.sql.js';
import type { LockedDataset } from './lock-dataset.js';
import type { ImageChangeSet } from './image-change-set.js';

/** Statements on up to so many rows are planned once per connection; a good plan for more depends on their number. */
const FEW_ROWS = 32;
/** Some blocks: a batch that ends with a block never writes that block a second time. */
const IMAGES_PER_BATCH = 4 * sql.POSITIONS_PER_BLOCK;

/** So many new images of one dataset change what plans are good. */
const MANY_IMAGES = 2_000;

/**
 * Writes to the list of images of a dataset that the transaction holds, and keeps beside it, in the same transaction, what every query
 * also shows: the distinct attribute values and types with their counts, and the bits that filters are made of.
 *
 * Call `remove`, `update` and `insert` as often as needed, and `finish` once at the end.
 */
export class ImageWriter {
  private nextPosition: number;
  private countChange = 0;
  private insertedCount = 0;
  /** Whether the set of values, or their order of appearance, is another one now. */
  private valuesChanged = false;
  /** Values to look at again at the end: perhaps unused, or with another first image. */
  private readonly unsettled = new Set<number>();
  private readonly valueIds = new Map<string, number>();

  constructor(
    private readonly transaction: Transaction,
    private readonly dataset: LockedDataset,
  ) {
    this.nextPosition = dataset.nextImagePosition;
  }

  /** Removes images. @throws Error when a position is not in the list: the caller read it under another lock */
  async remove(positions: readonly number[]): Promise<void> {
    for (const batch of batches(positions, IMAGES_PER_BATCH)) {
      await this.lose(
        batch,
        batch.map(() => null),
      );
      const removed = await this.transaction.execute(sql.deleteImages, [this.dataset.id, batch]);
      this.expectCount(removed, batch.length);
      this.countChange -= removed;
    }
  }

  /** Replaces the content of images at their place; of their values only what differs costs anything. @throws Error as `remove` */
  async update(images: readonly ChangedImage[]): Promise<void> {
    for (const batch of batches(images, IMAGES_PER_BATCH)) {
      const positions = batch.map((image) => image.position);
      const changes = batch.map((image) => changeOfValues(image.before, image));
      const lost = await this.register(
        changes.map((change) => change.lost),
        positions,
      );
      const gained = await this.register(
        changes.map((change) => change.gained),
        positions,
      );
      if (changes.some((change) => change.lost.length > 0)) await this.lose(positions, lost);
      const updated = await this.transaction.execute(sql.updateImages, [
        this.dataset.id,
        positions,
        batch.map((image) => image.origin),
        batch.map((image) => stringifyJson(image.attributes)),
        batch.map((image) => stringifyJson(image.types)),
        lost,
        gained,
      ]);
      this.expectCount(updated, batch.length);
      if (changes.some((change) => change.gained.length > 0)) await this.gain(positions, gained);
    }
  }

  /** Appends images. The unique index refuses a URL that is in the list already. */
  async insert(images: readonly ImageContent[]): Promise<void> {
    let start = 0;
    while (start < images.length) {
      const room = IMAGES_PER_BATCH - (this.nextPosition % sql.POSITIONS_PER_BLOCK);
      const batch = images.slice(start, start + room);
      await this.insertBatch(batch);
      start += batch.length;
    }
  }

  /** Settles the values and writes the dataset's counters. */
  async finish(): Promise<void> {
    // Until autovacuum comes by, the planner would take the dataset for a small one, and compare each of its images with each of a list.
    if (this.insertedCount >= MANY_IMAGES) await this.transaction.execute('analyze image (dataset_id, position, url_hash)');
    if (this.unsettled.size > 0) {
      const ids = [...this.unsettled];
      await this.transaction.execute(sql.removeUnusedValues, [ids]);
      await this.transaction.execute(sql.findFirstImages, [this.dataset.id, ids]);
      this.valuesChanged = true;
    }
    await this.transaction.execute(sql.updateDataset, [this.dataset.id, this.countChange, this.nextPosition, this.valuesChanged]);
  }

  private async insertBatch(batch: readonly ImageContent[]): Promise<void> {
    const positions = batch.map((_, index) => this.nextPosition + index);
    const values = await this.register(batch.map(valuesOfImage), positions);
    await this.transaction.execute(sql.insertImages, [
      this.dataset.id,
      positions,
      batch.map((image) => image.zarrUrl),
      batch.map((image) => image.origin),
      batch.map((image) => stringifyJson(image.attributes)),
      batch.map((image) => stringifyJson(image.types)),
      values,
    ]);
    await this.gain(positions, values);
    this.nextPosition += batch.length;
    this.countChange += batch.length;
    this.insertedCount += batch.length;
  }

  /** The ids of some values of each image, as PostgreSQL array texts. */
  private async register(valuesOf: readonly (readonly ImageValue[])[], positions: readonly number[]): Promise<string[]> {
    const unknown = new Map<string, ImageValue & { firstPosition: number }>();
    valuesOf.forEach((values, index) => {
      for (const value of values) {
        if (this.valueIds.has(value.text) || unknown.has(value.text)) continue;
        unknown.set(value.text, { ...value, firstPosition: positions[index]! });
      }
    });
    if (unknown.size > 0) await this.registerUnknown([...unknown.values()]);
    return valuesOf.map((values) => `{${values.map((value) => this.valueIds.get(value.text)!).join(',')}}`);
  }

  private async registerUnknown(values: readonly (ImageValue & { firstPosition: number })[]): Promise<void> {
    const rows = await this.run<{ id: number; born: boolean }>('register-image-values', sql.registerValues, values.length, [
      this.dataset.id,
      values.map((value) => value.kind),
      values.map((value) => value.name),
      values.map((value) => stringifyJson(value.value)),
      values.map((value) => imageValueKey(value.text)),
      values.map((value) => value.firstPosition),
    ]);
    rows.forEach((row, index) => {
      this.valueIds.set(values[index]!.text, row.id);
      if (row.born) this.valuesChanged = true;
    });
  }

  /** @param lost null: all that the image has */
  private async lose(positions: readonly number[], lost: readonly (string | null)[]): Promise<void> {
    const parameters = [this.dataset.id, positions, lost];
    this.settleLater(await this.run<{ id: number }>('lose-image-values', sql.loseValues, positions.length, parameters));
  }

  private async gain(positions: readonly number[], values: readonly string[]): Promise<void> {
    this.settleLater(await this.run<{ id: number }>('gain-image-values', sql.gainValues, positions.length, [positions, values]));
  }

  /** @param rows how many images or values the arrays among the parameters hold */
  private run<Row>(name: string, text: string, rows: number, parameters: readonly unknown[]): Promise<Row[]> {
    return rows > FEW_ROWS ? this.transaction.query<Row>(text, parameters) : this.transaction.prepared<Row>(name, text, parameters);
  }

  private settleLater(rows: readonly { id: number }[]): void {
    for (const row of rows) this.unsettled.add(row.id);
  }

  private expectCount(actual: number, expected: number): void {
    if (actual === expected) return;
    throw new Error(`dataset ${this.dataset.id}: ${expected} images to change, ${actual} found`);
  }
}

/** Applies a whole change set to the list of images of a dataset that the transaction holds. */
export async function applyImageChanges(transaction: Transaction, dataset: LockedDataset, changes: ImageChangeSet): Promise<void> {
  const writer = new ImageWriter(transaction, dataset);
  await writer.remove(changes.removed);
  await writer.update(changes.updated);
  await writer.insert(changes.inserted);
  await writer.finish();
}

function* batches<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
