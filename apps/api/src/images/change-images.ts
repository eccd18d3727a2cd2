import {
  findImage,
  forgetImageUnits,
  ImageWriter,
  lockDataset,
  type Database,
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

/**
 * Appends an image to the list of a dataset.
 *
 * @throws DomainError refused when it lies outside of the dataset's folder or is in the list already; notFound
 */
export async function addImage(database: Database, dataset: Dataset, image: ImageContent): Promise<void> {
  const { zarrUrl } = image;
  if (!isZarrUrlRelativeTo(zarrUrl, dataset.zarrDir)) {
    const text = `Cannot create image with zarr_url which is not relative to ${dataset.zarrDir}.`;
    throw new DomainError('refused', 'image.outside_of_dataset', text);
  }
  if (zarrUrl === dataset.zarrDir) {
    const text = `\`SingleImage.zarr_url\` cannot be equal to \`Dataset.zarr_dir\`: ${dataset.zarrDir}`;
    throw new DomainError('refused', 'image.is_dataset_folder', text);
  }
  await changeImages(database, dataset.id, async (transaction, locked) => {
    if ((await findImage(transaction, dataset.id, zarrUrl)) !== null) {
      const text = `Image with zarr_url '${zarrUrl}' already in DatasetV2 ${dataset.id}`;
      throw new DomainError('refused', 'image.exists', text, { asList: true });
    }
    const writer = new ImageWriter(transaction, locked);
    await writer.insert([image]);
    await writer.finish();
  });
}

/** What changes in an image; what is absent stays. A given object replaces the old one as a whole. */
export interface ImageEdit {
  readonly attributes?: ImageAttributes | undefined;
  readonly types?: ImageTypes | undefined;
}

/** @throws DomainError notFound */
export async function editImage(database: Database, datasetId: number, zarrUrl: string, edit: ImageEdit): Promise<ImageContent> {
  return changeImages(database, datasetId, async (transaction, locked) => {
    const image = await requireImage(transaction, datasetId, zarrUrl);
    const edited = { ...image, attributes: edit.attributes ?? image.attributes, types: edit.types ?? image.types };
    const writer = new ImageWriter(transaction, locked);
    await writer.update([edited]);
    await writer.finish();
    return edited;
  });
}

/**
 * Takes an image out of the list, together with what was done to it in the dataset's workflow tasks. Its files stay.
 *
 * @throws DomainError notFound
 */
export async function removeImage(database: Database, datasetId: number, zarrUrl: string): Promise<void> {
  await changeImages(database, datasetId, async (transaction, locked) => {
    const image = await requireImage(transaction, datasetId, zarrUrl);
    const writer = new ImageWriter(transaction, locked);
    await writer.remove([image.position]);
    await writer.finish();
    await forgetImageUnits(transaction, datasetId, zarrUrl);
  });
}

/** Runs a change of the list alone: others wait, so none is lost (oddity 29). */
async function changeImages<T>(
  database: Database,
  datasetId: number,
  change: (transaction: Transaction, dataset: LockedDataset) => Promise<T>,
): Promise<T> {
  return database.transaction(async (transaction) => {
    const locked = await lockDataset(transaction, datasetId);
    if (locked === null) throw datasetNotFound();
    return change(transaction, locked);
  });
}

async function requireImage(transaction: Transaction, datasetId: number, zarrUrl: string): Promise<StoredImage> {
  const image = await findImage(transaction, datasetId, zarrUrl);
  if (image !== null) return image;
  throw new DomainError('notFound', 'image.not_found', `No image with zarr_url '${zarrUrl}' in DatasetV2 ${datasetId}.`);
}
