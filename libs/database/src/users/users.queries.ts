import type { Json } from '@fractal-server/domain';
import { sqlState, type Queryable } from '../connection/database.js';
import { USER_COLUMNS, type OauthAccount, type User } from './user.js';

/** A user with what is shown beside it. */
export interface UserDetails extends User {
  readonly oauthAccounts: readonly OauthAccount[];
  /** Id and name of the user's groups: the default group first, then in the order of joining. `null` where not asked for. */
  readonly groups: readonly (readonly [id: number, name: string])[] | null;
}

/** What to read beside the user. */
export interface UserDetailsOptions {
  readonly withGroups: boolean;
  /** Name of the group that comes first; `null`: none. */
  readonly defaultGroupName: string | null;
}

const OAUTH_ACCOUNTS = /* sql */ `(
  select coalesce(json_agg(json_build_array(o.id, o.account_email, o.oauth_name) order by o.id), '[]')
  from oauth_account o where o.user_id = u.id) "oauthAccounts"`;

const GROUPS = /* sql */ `case when $1::boolean then (
  select coalesce(json_agg(json_build_array(g.id, g.name) order by g.name is distinct from $2::text, m.timestamp_created, g.id), '[]')
  from user_group_member m join user_group g on g.id = m.group_id where m.user_id = u.id) end "groups"`;

const SELECT_DETAILS = /* sql */ `select ${USER_COLUMNS}, ${OAUTH_ACCOUNTS}, ${GROUPS} from user_account u`;

interface DetailsRow extends User {
  readonly oauthAccounts: Json[];
  readonly groups: Json[] | null;
}

/** All users by id, or those with one profile. */
export async function listUsers(database: Queryable, filter: { readonly profileId: number | null }): Promise<UserDetails[]> {
  const sql = `${SELECT_DETAILS} where $3::int is null or u.profile_id = $3 order by u.id`;
  return (await database.query<DetailsRow>(sql, [false, null, filter.profileId])).map(toDetails);
}

/** One user with details. */
export async function findUserDetails(database: Queryable, userId: number, options: UserDetailsOptions): Promise<UserDetails | undefined> {
  const parameters = [options.withGroups, options.defaultGroupName, userId];
  const [row] = await database.query<DetailsRow>(`${SELECT_DETAILS} where u.id = $3`, parameters);
  return row === undefined ? undefined : toDetails(row);
}

function toDetails(row: DetailsRow): UserDetails {
  return {
    ...row,
    oauthAccounts: (row.oauthAccounts as [number, string, string][]).map(([id, accountEmail, oauthName]) => ({
      id,
      accountEmail,
      oauthName,
    })),
    groups: row.groups as [number, string][] | null,
  };
}

/** The user, locked against changes by others until the transaction ends. */
export async function lockUser(database: Queryable, userId: number): Promise<User | undefined> {
  const [user] = await database.query<User>(`select ${USER_COLUMNS} from user_account u where u.id = $1 for update`, [userId]);
  return user;
}

/** What a log-in needs of a user. The e-mail is matched whatever its letter case. */
export async function findUserForLogin(
  database: Queryable,
  email: string,
): Promise<{ readonly id: number; readonly hashedPassword: string; readonly isActive: boolean } | undefined> {
  const sql = /* sql */ `select id, hashed_password "hashedPassword", is_active "isActive" from user_account where md5(lower(email)) = md5(lower($1))`;
  const [user] = await database.query<{ id: number; hashedPassword: string; isActive: boolean }>(sql, [email]);
  return user;
}

/** Whether some user has this e-mail, whatever its letter case. */
export async function isEmailTaken(database: Queryable, email: string): Promise<boolean> {
  const rows = await database.query('select 1 from user_account where md5(lower(email)) = md5(lower($1))', [email]);
  return rows.length > 0;
}

/** A user to be stored. */
export interface NewUser {
  readonly email: string;
  readonly hashedPassword: string;
  readonly isSuperuser: boolean;
  readonly isVerified: boolean;
  readonly isGuest: boolean;
  readonly profileId: number | null;
  readonly projectDirs: readonly string[];
  readonly slurmAccounts: readonly string[];
}

/** Stores an active user. Returns undefined when the e-mail is taken. */
export async function insertUser(database: Queryable, user: NewUser): Promise<number | undefined> {
  const sql = /* sql */ `
    insert into user_account (email, hashed_password, is_superuser, is_verified, is_guest, profile_id, project_dirs, slurm_accounts)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (md5(lower(email))) do nothing returning id`;
  const [row] = await database.query<{ id: number }>(sql, [
    user.email,
    user.hashedPassword,
    user.isSuperuser,
    user.isVerified,
    user.isGuest,
    user.profileId,
    user.projectDirs,
    user.slurmAccounts,
  ]);
  return row?.id;
}

/** What may be changed of a user; what is absent stays. */
export interface UserChanges {
  readonly hashedPassword?: string | undefined;
  readonly email?: string | undefined;
  readonly isActive?: boolean | undefined;
  readonly isSuperuser?: boolean | undefined;
  readonly isVerified?: boolean | undefined;
  readonly isGuest?: boolean | undefined;
  readonly profileId?: number | null | undefined;
  readonly projectDirs?: readonly string[] | undefined;
  readonly slurmAccounts?: readonly string[] | undefined;
}

const COLUMN_OF: Readonly<Record<keyof UserChanges, string>> = {
  hashedPassword: 'hashed_password',
  email: 'email',
  isActive: 'is_active',
  isSuperuser: 'is_superuser',
  isVerified: 'is_verified',
  isGuest: 'is_guest',
  profileId: 'profile_id',
  projectDirs: 'project_dirs',
  slurmAccounts: 'slurm_accounts',
};

const UNIQUE_VIOLATION = '23505';

/** Changes a user. False when the new e-mail is taken by another user; nothing is changed then. */
export async function updateUser(database: Queryable, userId: number, changes: UserChanges): Promise<boolean> {
  const entries = (Object.keys(COLUMN_OF) as (keyof UserChanges)[]).filter((key) => changes[key] !== undefined);
  if (entries.length === 0) return true;
  const assignments = entries.map((key, index) => `${COLUMN_OF[key]} = $${index + 2}`).join(', ');
  try {
    await database.execute(`update user_account set ${assignments} where id = $1`, [userId, ...entries.map((key) => changes[key])]);
    return true;
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return false;
    throw error;
  }
}

/** The folders of all datasets that the user can reach through projects (own and shared ones, once accepted), each once. */
export async function listReachableZarrDirs(database: Queryable, userId: number): Promise<string[]> {
  const sql = /* sql */ `
    select distinct d.zarr_dir from dataset d join project_member m on m.project_id = d.project_id
    where m.user_id = $1 and m.is_verified`;
  return (await database.query<{ zarr_dir: string }>(sql, [userId])).map((row) => row.zarr_dir);
}

/** Names of a user's profile and of its resource; undefined without a profile. */
export async function findProfileInfo(
  database: Queryable,
  userId: number,
): Promise<{ readonly resourceName: string; readonly profileName: string; readonly username: string | null } | undefined> {
  const sql = /* sql */ `
    select r.name "resourceName", p.name "profileName", p.username
    from user_account u join profile p on p.id = u.profile_id join resource r on r.id = p.resource_id where u.id = $1`;
  const [info] = await database.query<{ resourceName: string; profileName: string; username: string | null }>(sql, [userId]);
  return info;
}
