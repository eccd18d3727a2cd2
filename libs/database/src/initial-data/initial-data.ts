import type { ProfileCreate, ResourceCreate } from '@fractal-server/domain';
import type { Database, Queryable } from '../connection/database.js';
import { createGroup, findGroupId } from '../groups/groups.queries.js';
import { addMember } from '../groups/membership.queries.js';
import { insertProfile } from '../profiles/profiles.queries.js';
import { insertResource } from '../resources/resources.queries.js';
import { profileDataOf, resourceDataOf } from '../resources/stored-form.js';
import { hashPassword } from '../users/password-hash.js';
import { insertUser } from '../users/users.queries.js';

// The steps of `init-db-data` (contract: auth-admin 8). Each may be repeated; several callers at a time do no harm.

/** Makes sure that the group exists in which every user is. Returns whether it was made now. */
export async function ensureDefaultGroup(database: Database, name: string): Promise<boolean> {
  return alone(database, async (transaction) => {
    if ((await findGroupId(transaction, name)) !== undefined) return false;
    await createGroup(transaction, name);
    return true;
  });
}

/** The first superuser. Its values are validated by the caller. */
export interface FirstSuperuser {
  readonly email: string;
  readonly password: string;
  readonly projectDir: string;
}

/** What became of the first superuser: made now, or not because there is one, or because another user has the e-mail. */
export type SuperuserOutcome = 'created' | 'there is a superuser' | 'e-mail in use';

/** Makes an active, verified superuser in the default group, unless there is a superuser. */
export async function ensureSuperuser(
  database: Database,
  { email, password, projectDir }: FirstSuperuser,
  defaultGroupName: string | null,
): Promise<SuperuserOutcome> {
  const hashedPassword = await hashPassword(password);
  return alone(database, async (transaction) => {
    const superusers = await transaction.query('select 1 from user_account where is_superuser limit 1');
    if (superusers.length > 0) return 'there is a superuser';
    const userId = await insertUser(transaction, {
      email,
      hashedPassword,
      isSuperuser: true,
      isVerified: true,
      isGuest: false,
      profileId: null,
      projectDirs: [projectDir],
      slurmAccounts: [],
    });
    if (userId === undefined) return 'e-mail in use';
    const groupId = defaultGroupName === null ? undefined : await findGroupId(transaction, defaultGroupName);
    if (groupId !== undefined) await addMember(transaction, groupId, userId);
    return 'created';
  });
}

/** What became of the first resource and profile. */
export type FirstResourceOutcome =
  | { readonly created: false; readonly resourceCount: number }
  | { readonly created: true; readonly resourceId: number; readonly profileId: number; readonly emails: readonly string[] };

/** Stores the first resource and its profile and gives the profile to every user; does nothing when there is a resource. */
export async function ensureFirstResource(
  database: Database,
  { resource, profile }: { readonly resource: ResourceCreate; readonly profile: ProfileCreate },
): Promise<FirstResourceOutcome> {
  return alone(database, async (transaction) => {
    const [resources] = await transaction.query<{ count: number }>('select count(*) from resource');
    if (resources!.count > 0) return { created: false, resourceCount: resources!.count };
    const resourceId = await insertResource(transaction, resourceDataOf(resource));
    const profileId = await insertProfile(transaction, resourceId, profileDataOf(profile));
    await transaction.execute('update user_account set profile_id = $1', [profileId]);
    const users = await transaction.query<{ email: string }>('select email from user_account order by id');
    return { created: true, resourceId, profileId, emails: users.map((user) => user.email) };
  });
}

/** Any number, the same for all initialisations. */
const INITIAL_DATA_LOCK = 7_204_351;

/** Runs one initialisation at a time, so that "look whether it is there, then make it" is one step. */
async function alone<T>(database: Database, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  return database.transaction(async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock($1)', [INITIAL_DATA_LOCK]);
    return work(transaction);
  });
}
