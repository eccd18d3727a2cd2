import {
  findDataset,
  ImageWriter,
  insertDataset,
  lockDataset,
  nextDatasetId,
  type Database,
  type Dataset,
  type Project,
  type User,
} from '@fractal-server/database';
import { DomainError, isZarrUrlRelativeTo, pythonRepr, type ImageContent } from '@fractal-server/domain';
import { datasetNotFound } from '../../projects/project-access.js';
import { readAhead } from './read-ahead.js';

/** A dataset to import. All of it is known to be valid. */
export interface ImportedDataset {
  readonly name: string;
  readonly zarrDir: string;
  /** The images in their order, some at a time; may be asked for again when the transaction has to be repeated. */
  batches(): AsyncIterable<readonly ImageContent[]> | Iterable<readonly ImageContent[]>;
}

/**
 * Stores a dataset with all its images, or nothing.
 *
 * @throws DomainError refused when its folder lies in none of the caller's project folders
 */
export async function importDataset(
  database: Database,
  caller: Pick<User, 'projectDirs'>,
  project: Project,
  imported: ImportedDataset,
): Promise<Dataset> {
  const { name, zarrDir } = imported;
  if (!caller.projectDirs.some((projectDir) => isZarrUrlRelativeTo(zarrDir, projectDir))) {
    const text = `dataset.zarr_dir=${pythonRepr(zarrDir)} is not relative to any of user's project dirs.`;
    throw new DomainError('refused', 'dataset.foreign_folder', text);
  }
  const id = await nextDatasetId(database);
  await database.transaction(async (transaction) => {
    await insertDataset(transaction, { id, name, projectId: project.id, zarrDir });
    const locked = await lockDataset(transaction, id);
    if (locked === null) throw datasetNotFound();
    const writer = new ImageWriter(transaction, locked);
    for await (const images of readAhead(imported.batches())) await writer.insert(images);
    await writer.finish();
  });
  const dataset = await findDataset(database, project.id, id);
  if (dataset === null) throw datasetNotFound();
  return dataset;
}
