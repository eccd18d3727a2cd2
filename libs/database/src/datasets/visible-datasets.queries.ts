import type { Queryable } from '../connection/database.js';
import type { Project } from '../projects/project.js';
import { DATASET_COLUMNS, type Dataset } from './dataset.js';

/** Which of the datasets that a user may see. */
export interface VisibleDatasetsFilter {
  readonly userId: number;
  /** Part of the project's name, in any case. */
  readonly projectName: string | null;
  /** Part of the dataset's name, in any case. */
  readonly datasetName: string | null;
  /** Only projects that the user owns. */
  readonly onlyOwned: boolean;
}

/** A dataset with what a list across projects shows of its project. */
export interface VisibleDataset extends Dataset {
  readonly project: Project;
  readonly ownerEmail: string;
}

const SCOPE = /* sql */ `
  from project_member m
  join project p on p.id = m.project_id
  join dataset d on d.project_id = p.id
 where m.user_id = $1 and m.is_verified and (m.is_owner or not $4)
   and ($2::text is null or p.name ilike $2) and ($3::text is null or d.name ilike $3)`;

/**
 * A part of the datasets of all projects that the user owns or has accepted: starred first, then the newest.
 *
 * @param limit null for all
 */
export async function listVisibleDatasets(
  db: Queryable,
  filter: VisibleDatasetsFilter,
  { offset, limit }: { offset: number; limit: number | null },
): Promise<{ datasets: VisibleDataset[]; totalCount: number }> {
  const parameters = [filter.userId, containing(filter.projectName), containing(filter.datasetName), filter.onlyOwned];
  const [count] = await db.prepared<{ total: number }>('count-visible-datasets', `select count(*) as total ${SCOPE}`, parameters);
  const rows = await db.prepared<VisibleDatasetRow>(
    'list-visible-datasets',
    `select ${DATASET_COLUMNS}, owner.email as "ownerEmail", p.name as "projectName", p.description, p.is_starred as "projectIsStarred",
            p.resource_id as "resourceId", p.timestamp_created as "projectCreated"
       from (select d.* ${SCOPE} order by d.is_starred desc, d.timestamp_created desc, d.id desc offset $5 limit $6) d
       join project p on p.id = d.project_id
       join project_member o on o.project_id = d.project_id and o.is_owner
       join user_account owner on owner.id = o.user_id
      order by d.is_starred desc, d.timestamp_created desc, d.id desc`,
    [...parameters, offset, limit],
  );
  return { datasets: rows.map(toVisibleDataset), totalCount: count?.total ?? 0 };
}

interface VisibleDatasetRow extends Dataset {
  readonly ownerEmail: string;
  readonly projectName: string;
  readonly description: string | null;
  readonly projectIsStarred: boolean;
  readonly resourceId: number;
  readonly projectCreated: string;
}

function toVisibleDataset(row: VisibleDatasetRow): VisibleDataset {
  const { projectName, description, projectIsStarred, resourceId, projectCreated, ...dataset } = row;
  const project: Project = {
    id: dataset.projectId,
    name: projectName,
    description,
    isStarred: projectIsStarred,
    resourceId,
    timestampCreated: projectCreated,
  };
  return { ...dataset, project };
}

/** A pattern for texts that contain this one: what is special in a pattern stands for itself. */
function containing(part: string | null): string | null {
  return part === null ? null : `%${part.replace(/[\\%_]/g, '\\$&')}%`;
}
