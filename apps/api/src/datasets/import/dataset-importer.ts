import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  ImageWriter,
  insertDataset,
  nextDatasetId,
  type Dataset,
  type NewDataset,
  type Project,
  type User,
} from '@fractal-server/database';
import { DomainError, isZarrUrlRelativeTo, pythonRepr, type ImageContent } from '@fractal-server/domain';
import { OneAtATime } from '../../images/one-at-a-time.js';
import { projectNotFound } from '../../projects/project-access.js';
import { readAhead } from './read-ahead.js';

/** A dataset to import. All of it is known to be valid. */
export interface ImportedDataset {
  readonly name: string;
  readonly zarrDir: string;
  /** The images in their order, some at a time; may be asked for again when the transaction has to be repeated. */
  batches(): AsyncIterable<readonly ImageContent[]> | Iterable<readonly ImageContent[]>;
}

/** Stores datasets with their images. One import at a time: each may be large, and others wait for their connections meanwhile. */
@Injectable()
export class DatasetImporter {
  private readonly queue = new OneAtATime<'import'>();

  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Stores a dataset with all its images, or nothing.
   *
   * @throws DomainError refused when its folder lies in none of the caller's project folders; notFound
   */
  async import(caller: Pick<User, 'projectDirs'>, project: Project, imported: ImportedDataset): Promise<Dataset> {
    const { name, zarrDir } = imported;
    if (!caller.projectDirs.some((projectDir) => isZarrUrlRelativeTo(zarrDir, projectDir))) {
      const text = `dataset.zarr_dir=${pythonRepr(zarrDir)} is not relative to any of user's project dirs.`;
      throw new DomainError('refused', 'dataset.foreign_folder', text);
    }
    const id = await nextDatasetId(this.database);
    return this.queue.run('import', () => this.store({ id, name, projectId: project.id, zarrDir }, imported));
  }

  private async store(wanted: NewDataset, { batches }: Pick<ImportedDataset, 'batches'>): Promise<Dataset> {
    return this.database.transaction(async (transaction) => {
      const dataset = await insertDataset(transaction, wanted);
      if (dataset === null) throw projectNotFound();
      const writer = new ImageWriter(transaction, { ...dataset, nextImagePosition: 0 });
      for await (const images of readAhead(batches())) await writer.insert(images);
      await writer.finish();
      return dataset;
    });
  }
}
