import { DomainError, type ResourceType } from '@fractal-server/domain';
import { sqlState, type Queryable } from '../connection/database.js';

/** How users act on a resource. */
export interface Profile {
  readonly id: number;
  readonly resourceId: number;
  readonly resourceType: ResourceType;
  readonly name: string;
  readonly username: string | null;
  readonly sshKeyPath: string | null;
  readonly jobsRemoteDir: string | null;
  readonly tasksRemoteDir: string | null;
  readonly pixiCacheDir: string | null;
}

/** A profile to be stored. */
export type ProfileData = Omit<Profile, 'id' | 'resourceId'>;

const COLUMNS = {
  resourceType: 'resource_type',
  name: 'name',
  username: 'username',
  sshKeyPath: 'ssh_key_path',
  jobsRemoteDir: 'jobs_remote_dir',
  tasksRemoteDir: 'tasks_remote_dir',
  pixiCacheDir: 'pixi_cache_dir',
} as const satisfies Record<keyof ProfileData, string>;
const FIELDS = Object.keys(COLUMNS) as (keyof ProfileData)[];

const SELECT = /* sql */ `
  select id, resource_id "resourceId", ${FIELDS.map((field) => `${COLUMNS[field]} "${field}"`).join(', ')} from profile`;

const UNIQUE_VIOLATION = '23505';
const STILL_REFERRED_TO = new Set(['23503', '23001']);

/** All profiles by id, or those of one resource. */
export async function listProfiles(database: Queryable, { resourceId }: { readonly resourceId: number | null }): Promise<Profile[]> {
  return database.query<Profile>(`${SELECT} where $1::int is null or resource_id = $1 order by id`, [resourceId]);
}

/** @throws {DomainError} `profile.not_found` */
export async function getProfile(database: Queryable, profileId: number): Promise<Profile> {
  const [profile] = await database.query<Profile>(`${SELECT} where id = $1`, [profileId]);
  if (profile === undefined) throw new DomainError('notFound', 'profile.not_found', `Profile ${profileId} not found`);
  return profile;
}

/** Whether there is such a profile; it cannot be deleted until the transaction ends. */
export async function profileExists(database: Queryable, profileId: number): Promise<boolean> {
  return (await database.query('select 1 from profile where id = $1 for key share', [profileId])).length > 0;
}

/** Stores a profile and returns its id. @throws {DomainError} `profile.name_taken` */
export async function insertProfile(database: Queryable, resourceId: number, profile: ProfileData): Promise<number> {
  const columns = FIELDS.map((field) => COLUMNS[field]).join(', ');
  const places = FIELDS.map((_, index) => `$${index + 2}`).join(', ');
  return refusingTakenNames(profile.name, async () => {
    const sql = `insert into profile (resource_id, ${columns}) values ($1, ${places}) returning id`;
    const [row] = await database.query<{ id: number }>(sql, [resourceId, ...FIELDS.map((field) => profile[field])]);
    return row!.id;
  });
}

/** Overwrites everything but the resource. @throws {DomainError} `profile.name_taken` */
export async function overwriteProfile(database: Queryable, profileId: number, profile: ProfileData): Promise<void> {
  const assignments = FIELDS.map((field, index) => `${COLUMNS[field]} = $${index + 2}`).join(', ');
  await refusingTakenNames(profile.name, () =>
    database.execute(`update profile set ${assignments} where id = $1`, [profileId, ...FIELDS.map((field) => profile[field])]),
  );
}

async function refusingTakenNames<T>(name: string, store: () => Promise<T>): Promise<T> {
  try {
    return await store();
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw new DomainError('refused', 'profile.name_taken', `Profile with name '${name}' already exists.`, { cause: error });
  }
}

/** @throws {DomainError} `profile.in_use` while a user has it */
export async function deleteProfile(database: Queryable, profileId: number): Promise<void> {
  try {
    await database.execute('delete from profile where id = $1', [profileId]);
  } catch (error) {
    if (!STILL_REFERRED_TO.has(sqlState(error) ?? '')) throw error;
    const [users] = await database.query<{ count: number }>('select count(*) from user_account where profile_id = $1', [profileId]);
    const message = `Cannot delete Profile ${profileId} because it's associated with ${users?.count ?? 0} UserOAuths.`;
    throw new DomainError('refused', 'profile.in_use', message, { cause: error });
  }
}
