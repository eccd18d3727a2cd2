import type { ResourceType } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';

/** How a user of a resource gets to its cluster, as it is now. */
export interface ClusterAccess {
  readonly type: ResourceType;
  /** Address of the login node; null where none is needed. */
  readonly host: string | null;
  readonly username: string | null;
  readonly sshKeyPath: string | null;
}

const SELECT = /* sql */ `
  select r.type, r.host, p.username, p.ssh_key_path as "sshKeyPath" from resource r, profile p`;

/** The access of a profile. @returns null when the resource or the profile is gone */
export async function findClusterAccess(db: Queryable, resourceId: number, profileId: number): Promise<ClusterAccess | null> {
  const [row] = await db.query<ClusterAccess>(`${SELECT} where r.id = $1 and p.id = $2 and p.resource_id = r.id`, [resourceId, profileId]);
  return row ?? null;
}

/**
 * The access of a user, by the profile that they have now. Without one for this resource only the resource's own columns are there.
 * @returns null when the resource is gone
 */
export async function findUserAccess(db: Queryable, resourceId: number, userId: number): Promise<ClusterAccess | null> {
  const [row] = await db.query<ClusterAccess>(
    `select r.type, r.host, p.username, p.ssh_key_path as "sshKeyPath"
       from resource r
       left join user_account u on u.id = $2
       left join profile p on p.id = u.profile_id and p.resource_id = r.id
      where r.id = $1`,
    [resourceId, userId],
  );
  return row ?? null;
}

/** The access of any profile of a resource that logs in under the name. @returns null when there is none any more */
export async function findLoginAccess(db: Queryable, resourceId: number, login: string): Promise<ClusterAccess | null> {
  const [row] = await db.query<ClusterAccess>(
    `${SELECT} where r.id = $1 and p.resource_id = r.id and p.username = $2 order by p.id limit 1`,
    [resourceId, login],
  );
  return row ?? null;
}
