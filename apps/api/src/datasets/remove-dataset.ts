import { deleteDataset, listSubmittedJobsOfDataset, lockDatasetForDeletion, type Database } from '@fractal-server/database';
import { refuseWithJobs } from '../projects/change-project.js';
import { datasetNotFound } from '../projects/project-access.js';

/**
 * Deletes a dataset with its images and the history of its runs. Jobs stay, and so do all files.
 *
 * @throws DomainError refused while a job runs on it; notFound
 */
export async function removeDataset(database: Database, projectId: number, datasetId: number): Promise<void> {
  await database.transaction(async (transaction) => {
    if ((await lockDatasetForDeletion(transaction, projectId, datasetId)) === null) throw datasetNotFound();
    refuseWithJobs('dataset', datasetId, await listSubmittedJobsOfDataset(transaction, datasetId));
    await deleteDataset(transaction, datasetId);
  });
}
