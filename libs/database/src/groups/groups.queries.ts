import { DomainError } from '@fractal-server/domain';
import { sqlState, type Queryable } from '../connection/database.js';

/** A user group; its members only where they were asked for. */
export interface UserGroup {
  readonly id: number;
  readonly name: string;
  readonly timestampCreated: string;
  readonly userIds: readonly number[] | null;
}

const UNIQUE_VIOLATION = '23505';

/** @param withMembers reads the ids of the members too, in the order in which they joined */
function selectGroups(withMembers: boolean): string {
  const members = /* sql */ `array(select m.user_id from user_group_member m where m.group_id = g.id order by m.timestamp_created, m.user_id)`;
  return /* sql */ `select g.id, g.name, g.timestamp_created "timestampCreated", ${withMembers ? members : 'null'} "userIds" from user_group g`;
}

/** All groups by id. */
export async function listGroups(database: Queryable, { withMembers }: { readonly withMembers: boolean }): Promise<UserGroup[]> {
  return database.query<UserGroup>(`${selectGroups(withMembers)} order by g.id`);
}

/** @throws {DomainError} `user_group.not_found` */
export async function getGroup(database: Queryable, groupId: number): Promise<UserGroup> {
  const [group] = await database.query<UserGroup>(`${selectGroups(true)} where g.id = $1`, [groupId]);
  if (group === undefined) throw new DomainError('notFound', 'user_group.not_found', `UserGroup ${groupId} not found.`);
  return group;
}

/** The id of the group of this name, if there is one. */
export async function findGroupId(database: Queryable, name: string): Promise<number | undefined> {
  const [group] = await database.query<{ id: number }>('select id from user_group where md5(name) = md5($1)', [name]);
  return group?.id;
}

/** @throws {DomainError} `user_group.name_taken` */
export async function createGroup(database: Queryable, name: string): Promise<UserGroup> {
  try {
    const [group] = await database.query<UserGroup>(
      `insert into user_group (name) values ($1) returning id, name, timestamp_created "timestampCreated", '{}'::int[] "userIds"`,
      [name],
    );
    return group!;
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw new DomainError('refused', 'user_group.name_taken', 'A group with the same name already exists', { cause: error });
  }
}

/** Deletes a group; what was shared with it becomes private. */
export async function deleteGroup(database: Queryable, groupId: number): Promise<void> {
  await database.execute('delete from user_group where id = $1', [groupId]);
}
