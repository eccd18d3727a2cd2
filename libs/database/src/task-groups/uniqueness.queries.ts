import type { Queryable, Transaction } from '../connection/database.js';

/** A task group that already has a package name and version, and the activity that collected it. */
export interface TaskGroupClash {
  readonly taskGroupId: number;
  /** Name of the user group that it is shared with. */
  readonly userGroupName: string | null;
  /** The activity with action `collect`; null when the group was made by hand. */
  readonly collection: { readonly id: number; readonly status: string } | null;
}

/**
 * Makes other transactions that create or share a task group of this name and version wait until this one ends. Whether a name is taken
 * depends on owner, resource and user group, so no single unique index can say it.
 */
export async function lockPackageVersion(transaction: Transaction, pkgName: string, version: string): Promise<void> {
  await transaction.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [JSON.stringify(['task_group', pkgName, version])]);
}

/** A task group of this owner, resource, name and version (contract: api-execution 8.1, user uniqueness). */
export async function findOwnedClash(
  db: Queryable,
  wanted: { readonly userId: number; readonly resourceId: number; readonly pkgName: string; readonly version: string },
): Promise<TaskGroupClash | null> {
  return findClash(db, 'g.user_id = $3 and g.resource_id = $4', [wanted.pkgName, wanted.version, wanted.userId, wanted.resourceId]);
}

/** A task group of this user group, name and version, of any owner and resource (contract: api-execution 8.1, group uniqueness). */
export async function findSharedClash(
  db: Queryable,
  wanted: { readonly userGroupId: number; readonly pkgName: string; readonly version: string },
): Promise<TaskGroupClash | null> {
  return findClash(db, 'g.user_group_id = $3', [wanted.pkgName, wanted.version, wanted.userGroupId]);
}

async function findClash(db: Queryable, condition: string, parameters: readonly unknown[]): Promise<TaskGroupClash | null> {
  const rows = await db.query<{ taskGroupId: number; userGroupName: string | null; activityId: number | null; status: string | null }>(
    `select g.id as "taskGroupId", u.name as "userGroupName", a.id as "activityId", a.status
     from task_group g left join activity a on a.task_group_id = g.id and a.action = 'collect'
       left join user_group u on u.id = g.user_group_id
     where g.pkg_name = $1 and g.version = $2 and ${condition}
     order by g.id limit 1`,
    parameters,
  );
  const row = rows[0];
  if (row === undefined) return null;
  const collection = row.activityId === null || row.status === null ? null : { id: row.activityId, status: row.status };
  return { taskGroupId: row.taskGroupId, userGroupName: row.userGroupName, collection };
}
