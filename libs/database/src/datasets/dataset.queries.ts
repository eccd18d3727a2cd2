import type { Database, Queryable, Transaction } from '../connection/database.js';
import { DATASET_COLUMNS, type Dataset } from './dataset.js';

/** A dataset to store, under an id that `nextDatasetId` gave. */
export interface NewDataset {
  readonly id: number;
  readonly name: string;
  readonly projectId: number;
  readonly zarrDir: string;
}

/** Fields of a dataset that may change. */
export type DatasetChanges = Partial<Pick<Dataset, 'name' | 'isStarred'>>;

const FIND = /* sql */ `select ${DATASET_COLUMNS} from dataset d where d.id = $2 and d.project_id = $1`;

/** The dataset of that id in that project, or null. */
export async function findDataset(database: Database, projectId: number, datasetId: number): Promise<Dataset | null> {
  const [dataset] = await database.prepared<Dataset>('find-dataset', FIND, [projectId, datasetId]);
  return dataset ?? null;
}

/** The datasets of a project: starred first, then by name. */
export async function listDatasets(db: Queryable, projectId: number): Promise<Dataset[]> {
  const sql = `select ${DATASET_COLUMNS} from dataset d where d.project_id = $1 order by d.is_starred desc, d.name, d.id`;
  return db.prepared<Dataset>('list-datasets', sql, [projectId]);
}

/** An id for a new dataset, whose default folder is named after it. */
export async function nextDatasetId(db: Queryable): Promise<number> {
  const [row] = await db.query<{ id: number }>(`select nextval(pg_get_serial_sequence('dataset', 'id')) as id`);
  if (row === undefined) throw new Error('the sequence of datasets gave nothing');
  return row.id;
}

/** Stores a dataset without images; null when its project is gone. */
export async function insertDataset(db: Queryable, dataset: NewDataset): Promise<Dataset | null> {
  const [stored] = await db.query<Dataset>(
    `insert into dataset as d (id, name, project_id, zarr_dir)
     select $1, $2, p.id, $4 from (select id from project where id = $3 for key share) p
     returning ${DATASET_COLUMNS}`,
    [dataset.id, dataset.name, dataset.projectId, dataset.zarrDir],
  );
  return stored ?? null;
}

/** Changes the given fields; null when the project has no such dataset. */
export async function updateDataset(db: Queryable, projectId: number, datasetId: number, changes: DatasetChanges): Promise<Dataset | null> {
  const rows = await db.query<Dataset>(
    `update dataset as d set name = coalesce($3, name), is_starred = coalesce($4, is_starred)
      where d.id = $2 and d.project_id = $1 returning ${DATASET_COLUMNS}`,
    [projectId, datasetId, changes.name ?? null, changes.isStarred ?? null],
  );
  return rows[0] ?? null;
}

/** The dataset with a lock that keeps new jobs on it waiting until the transaction ends; null when the project has no such dataset. */
export async function lockDatasetForDeletion(transaction: Transaction, projectId: number, datasetId: number): Promise<Dataset | null> {
  const rows = await transaction.query<Dataset>(`${FIND} for update`, [projectId, datasetId]);
  return rows[0] ?? null;
}

/** Deletes a dataset with its images and runs; its jobs stay, without their reference to it. */
export async function deleteDataset(db: Queryable, datasetId: number): Promise<void> {
  await db.execute('delete from dataset where id = $1', [datasetId]);
}

/** Ids of the jobs on the dataset that have not ended, ascending. */
export async function listSubmittedJobsOfDataset(db: Queryable, datasetId: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(`select id from job where dataset_id = $1 and status = 'submitted' order by id`, [datasetId]);
  return rows.map((row) => row.id);
}
