import { addMember, findGroupId, hashPassword, insertUser, isEmailTaken, profileExists, type Database } from '@fractal-server/database';
import { DomainError, passwordFault } from '@fractal-server/domain';
import { HttpError } from '../../http/index.js';
import type { Logger } from '../../logging/logger.js';
import type { UserCreate } from './user.schemas.js';

/**
 * Creates an active, unverified user and puts it into the default group, if there is one (contract: auth-admin 3.2). Returns its id.
 *
 * @throws {HttpError} 400 for a bad password, then for an e-mail in use
 * @throws {DomainError} `profile.not_found`, instead of the reference's 500 (oddity 5)
 */
export async function createUser(
  { database, logger, defaultGroupName }: { database: Database; logger: Logger; defaultGroupName: string | null },
  wanted: UserCreate,
): Promise<number> {
  const fault = passwordFault(wanted.password);
  if (fault !== undefined) throw new HttpError(400, { code: 'REGISTER_INVALID_PASSWORD', reason: fault });
  if (await isEmailTaken(database, wanted.email)) throw emailTaken();
  const hashedPassword = await hashPassword(wanted.password);
  return database.transaction(async (transaction) => {
    if (wanted.profile_id !== null && !(await profileExists(transaction, wanted.profile_id))) throw profileNotFound(wanted.profile_id);
    const userId = await insertUser(transaction, {
      email: wanted.email,
      hashedPassword,
      isSuperuser: false,
      isVerified: false,
      isGuest: wanted.is_guest,
      profileId: wanted.profile_id,
      projectDirs: wanted.project_dirs,
      slurmAccounts: wanted.slurm_accounts,
    });
    if (userId === undefined) throw emailTaken();
    if (defaultGroupName === null) return userId;
    const groupId = await findGroupId(transaction, defaultGroupName);
    if (groupId === undefined) logger.error('auth', `user ${userId} is in no default group: there is no group '${defaultGroupName}'`);
    else await addMember(transaction, groupId, userId);
    return userId;
  });
}

/** The profile that a user shall get does not exist. */
export function profileNotFound(profileId: number): DomainError {
  return new DomainError('notFound', 'profile.not_found', `Profile ${profileId} not found.`);
}

function emailTaken(): HttpError {
  return new HttpError(400, 'REGISTER_USER_ALREADY_EXISTS');
}
