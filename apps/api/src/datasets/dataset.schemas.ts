import type { Dataset, Project, VisibleDataset } from '@fractal-server/database';
import {
  boolean,
  integer,
  lenientModel,
  list,
  nullable,
  omittable,
  optional,
  projectDir,
  required,
  safeRelativePath,
  safeString,
  strictModel,
  string,
  zarrDir,
  type Infer,
} from '@fractal-server/domain';
import { singleImage } from '../images/image.schemas.js';
import { projectRead, toProjectRead } from '../projects/project.schemas.js';
import { importedUrlsFault } from './import/imported-urls.js';

const readFields = {
  id: required(integer()),
  name: required(string()),
  project_id: required(integer()),
  project: required(projectRead),
  timestamp_created: required(string()),
  zarr_dir: required(string()),
  is_starred: required(boolean()),
} as const;

/** A dataset without its images, as it is shown. */
export const datasetRead = lenientModel('DatasetRead', readFields);
export type DatasetRead = Infer<typeof datasetRead>;

/** A dataset in the list across projects. */
export const datasetReadExpanded = lenientModel('DatasetReadExpanded', {
  ...readFields,
  owner_email: required(string()),
  image_count: required(integer()),
});
export type DatasetReadExpanded = Infer<typeof datasetReadExpanded>;

export const datasetPage = lenientModel('PaginationResponse_DatasetReadExpanded_', {
  current_page: required(integer()),
  page_size: required(integer()),
  total_count: required(integer()),
  items: required(list(datasetReadExpanded)),
});

export const datasetCreate = strictModel(
  'DatasetCreate',
  {
    name: required(safeString()),
    project_dir: optional(nullable(projectDir()), null),
    zarr_subfolder: optional(nullable(safeRelativePath()), null),
  },
  {
    after: [
      ({ project_dir, zarr_subfolder }) =>
        project_dir === null && zarr_subfolder !== null ? 'Cannot provide `zarr_subfolder` without `project_dir`' : undefined,
    ],
  },
);

export const datasetUpdate = strictModel('DatasetUpdate', { name: omittable(safeString()) });

/** A dataset with its images, as another dataset was exported. */
export const datasetImport = lenientModel(
  'DatasetImport',
  { name: required(safeString()), zarr_dir: required(zarrDir()), images: optional(list(singleImage), () => []) },
  {
    after: [
      ({ zarr_dir, images }) =>
        importedUrlsFault(
          images.map((image) => image.zarr_url),
          zarr_dir,
        ),
    ],
  },
);

export const datasetExport = lenientModel('DatasetExport', {
  name: required(string()),
  zarr_dir: required(string()),
  images: required(list(singleImage)),
});

export function toDatasetRead(dataset: Dataset, project: Project): DatasetRead {
  return {
    id: dataset.id,
    name: dataset.name,
    project_id: dataset.projectId,
    project: toProjectRead(project),
    timestamp_created: dataset.timestampCreated,
    zarr_dir: dataset.zarrDir,
    is_starred: dataset.isStarred,
  };
}

export function toDatasetReadExpanded(dataset: VisibleDataset): DatasetReadExpanded {
  return { ...toDatasetRead(dataset, dataset.project), owner_email: dataset.ownerEmail, image_count: dataset.imageCount };
}
