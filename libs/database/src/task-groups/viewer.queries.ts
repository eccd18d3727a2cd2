import type { Queryable } from '../connection/database.js';

/** What decides which task groups a user may use (contract: api-data-model 3.3). */
export interface Viewer {
  readonly userId: number;
  readonly email: string;
  /** The resource of the user's profile; null without a profile. */
  readonly resourceId: number | null;
  /** The user groups of the user, the one joined earliest first. */
  readonly userGroupIds: readonly number[];
}

/** The user as a viewer of task groups, in one statement; null when the user does not exist. */
export async function findViewer(db: Queryable, userId: number): Promise<Viewer | null> {
  const rows = await db.query<Viewer>(
    `select u.id as "userId", u.email, p.resource_id as "resourceId",
       array(select m.group_id from user_group_member m where m.user_id = u.id order by m.timestamp_created, m.group_id) as "userGroupIds"
     from user_account u left join profile p on p.id = u.profile_id
     where u.id = $1`,
    [userId],
  );
  return rows[0] ?? null;
}
