import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  findImage,
  forgetImageUnits,
  ImageWriter,
  lockDataset,
  type Dataset,
  type LockedDataset,
  type Transaction,
} from '@fractal-server/database';
import {
  DomainError,
  isZarrUrlRelativeTo,
  type ImageAttributes,
  type ImageContent,
  type ImageTypes,
  type StoredImage,
} from '@fractal-server/domain';
import { datasetNotFound } from '../projects/project-access.js';
import { OneAtATime } from './one-at-a-time.js';

/** What changes in an image; what is absent stays. A given object replaces the old one as a whole. */
export interface ImageEdit {
  readonly attributes?: ImageAttributes | undefined;
  readonly types?: ImageTypes | undefined;
}

/** Changes single images of a dataset, one change after the other: none is lost (oddity 29). */
@Injectable()
export class ImageEditor {
  private readonly queue = new OneAtATime<number>();

  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Appends an image to the list.
   *
   * @throws DomainError refused when it lies outside of the dataset's folder or is in the list already; notFound
   */
  async add(dataset: Dataset, image: ImageContent): Promise<void> {
    requireInDataset(image.zarrUrl, dataset.zarrDir);
    await this.change(dataset.id, async (transaction, locked) => {
      if ((await findImage(transaction, dataset.id, image.zarrUrl)) !== null) {
        const text = `Image with zarr_url '${image.zarrUrl}' already in DatasetV2 ${dataset.id}`;
        throw new DomainError('refused', 'image.exists', text, { asList: true });
      }
      const writer = new ImageWriter(transaction, locked);
      await writer.insert([image]);
      await writer.finish();
    });
  }

  /** @throws DomainError notFound */
  async edit(datasetId: number, zarrUrl: string, edit: ImageEdit): Promise<ImageContent> {
    return this.change(datasetId, async (transaction, locked) => {
      const image = await requireImage(transaction, datasetId, zarrUrl);
      const edited = { ...image, attributes: edit.attributes ?? image.attributes, types: edit.types ?? image.types };
      const writer = new ImageWriter(transaction, locked);
      await writer.update([{ ...edited, before: image }]);
      await writer.finish();
      return edited;
    });
  }

  /**
   * Takes an image out of the list, together with what was done to it in workflow tasks. Its files stay.
   *
   * @throws DomainError notFound
   */
  async remove(datasetId: number, zarrUrl: string): Promise<void> {
    await this.change(datasetId, async (transaction, locked) => {
      const image = await requireImage(transaction, datasetId, zarrUrl);
      const writer = new ImageWriter(transaction, locked);
      await writer.remove([image.position]);
      await writer.finish();
      await forgetImageUnits(transaction, datasetId, zarrUrl);
    });
  }

  private async change<T>(datasetId: number, work: (transaction: Transaction, dataset: LockedDataset) => Promise<T>): Promise<T> {
    const inTransaction = () =>
      this.database.transaction(async (transaction) => {
        const locked = await lockDataset(transaction, datasetId);
        if (locked === null) throw datasetNotFound();
        return work(transaction, locked);
      });
    return this.queue.run(datasetId, inTransaction);
  }
}

function requireInDataset(zarrUrl: string, zarrDir: string): void {
  if (!isZarrUrlRelativeTo(zarrUrl, zarrDir)) {
    const text = `Cannot create image with zarr_url which is not relative to ${zarrDir}.`;
    throw new DomainError('refused', 'image.outside_of_dataset', text);
  }
  if (zarrUrl === zarrDir) {
    const text = `\`SingleImage.zarr_url\` cannot be equal to \`Dataset.zarr_dir\`: ${zarrDir}`;
    throw new DomainError('refused', 'image.is_dataset_folder', text);
  }
}

async function requireImage(transaction: Transaction, datasetId: number, zarrUrl: string): Promise<StoredImage> {
  const image = await findImage(transaction, datasetId, zarrUrl);
  if (image !== null) return image;
  throw new DomainError('notFound', 'image.not_found', `No image with zarr_url '${zarrUrl}' in DatasetV2 ${datasetId}.`);
}
