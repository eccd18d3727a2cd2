export type { Dataset } from './dataset.js';
export {
  deleteDataset,
  findDataset,
  insertDataset,
  listDatasets,
  listSubmittedJobsOfDataset,
  lockDatasetForDeletion,
  nextDatasetId,
  updateDataset,
  type DatasetChanges,
  type NewDataset,
} from './dataset.queries.js';
export { listVisibleDatasets, type VisibleDataset, type VisibleDatasetsFilter } from './visible-datasets.queries.js';
