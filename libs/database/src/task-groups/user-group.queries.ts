import type { Queryable } from '../connection/database.js';

/**
 * Name of a user group and whether the user belongs to it, or null when there is no such group. In a transaction the group stays until its
 * end.
 */
export async function findMembershipIn(
  db: Queryable,
  userGroupId: number,
  userId: number,
): Promise<{ name: string; isMember: boolean } | null> {
  const rows = await db.query<{ name: string; isMember: boolean }>(
    `select name, exists (select from user_group_member where group_id = user_group.id and user_id = $2) as "isMember"
     from user_group where id = $1 for key share`,
    [userGroupId, userId],
  );
  return rows[0] ?? null;
}
