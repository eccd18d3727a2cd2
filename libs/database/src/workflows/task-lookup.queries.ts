import type { TaskType } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';
import type { Viewer } from '../task-groups/viewer.queries.js';

/** A task that could take the place of another version of itself. */
export interface TaskVersion {
  readonly taskId: number;
  readonly taskName: string;
  readonly taskType: TaskType;
  readonly pkgName: string;
  readonly version: string;
}

/** A task that a workflow file may mean. */
export interface ImportCandidate {
  readonly taskId: number;
  readonly taskName: string;
  readonly isCore: boolean;
  readonly pkgName: string;
  readonly version: string;
  /** Of the task group. */
  readonly active: boolean;
  /** The owner of the task group. */
  readonly userId: number;
  readonly userGroupId: number | null;
}

/** Task groups of the viewer's resource (`$2`) that are the viewer's own (`$1`) or shared with one of the groups (`$3`). */
const USABLE_GROUP = 'g.resource_id = $2 and (g.user_id = $1 or g.user_group_id = any($3))';

/**
 * Active tasks with an args schema of the given packages that the viewer may use (contract: api-execution 12.1), by id. One statement
 * for all packages.
 */
export async function findTaskVersions(db: Queryable, viewer: Viewer, pkgNames: readonly string[]): Promise<TaskVersion[]> {
  return db.query<TaskVersion>(
    `select t.id as "taskId", t.name as "taskName", t.type as "taskType", g.pkg_name as "pkgName", g.version
     from task_group g join task t on t.task_group_id = g.id
     where ${USABLE_GROUP} and g.active and g.pkg_name = any($4)
       and (t.args_schema_non_parallel is not null or t.args_schema_parallel is not null)
     order by t.id`,
    [viewer.userId, viewer.resourceId, viewer.userGroupIds, pkgNames],
  );
}

/** Tasks of the given packages that the viewer may use, active or not, by task group. One statement for all packages. */
export async function findImportCandidates(db: Queryable, viewer: Viewer, pkgNames: readonly string[]): Promise<ImportCandidate[]> {
  return db.query<ImportCandidate>(
    `select t.id as "taskId", t.name as "taskName", t.is_core as "isCore", g.pkg_name as "pkgName", g.version, g.active,
       g.user_id as "userId", g.user_group_id as "userGroupId"
     from task_group g join task t on t.task_group_id = g.id
     where ${USABLE_GROUP} and g.pkg_name = any($4)
     order by g.id, t.id`,
    [viewer.userId, viewer.resourceId, viewer.userGroupIds, pkgNames],
  );
}
