import type { Queryable } from '../connection/database.js';

/** Adds a user to a group. False when the user was a member already. */
export async function addMember(database: Queryable, groupId: number, userId: number): Promise<boolean> {
  const sql = 'insert into user_group_member (group_id, user_id) values ($1, $2) on conflict do nothing';
  return (await database.execute(sql, [groupId, userId])) === 1;
}

/** Removes a user from a group. False when the user was no member. */
export async function removeMember(database: Queryable, groupId: number, userId: number): Promise<boolean> {
  return (await database.execute('delete from user_group_member where group_id = $1 and user_id = $2', [groupId, userId])) === 1;
}

/** Which of these groups exist; they cannot be deleted until the transaction ends. */
export async function lockExistingGroups(database: Queryable, groupIds: readonly number[]): Promise<number[]> {
  const rows = await database.query<{ id: number }>('select id from user_group where id = any($1) order by id for key share', [groupIds]);
  return rows.map((row) => row.id);
}

/** Makes a user a member of exactly these groups. Memberships that stay keep their time. */
export async function replaceMemberships(database: Queryable, userId: number, groupIds: readonly number[]): Promise<void> {
  await database.execute('delete from user_group_member where user_id = $1 and group_id <> all($2)', [userId, groupIds]);
  const sql = /* sql */ `
    insert into user_group_member (group_id, user_id)
    select wanted.id, $1 from unnest($2::int[]) with ordinality as wanted (id, place) order by wanted.place on conflict do nothing`;
  await database.execute(sql, [userId, groupIds]);
}
