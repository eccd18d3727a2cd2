import {
  hashPassword,
  isEmailTaken,
  listReachableZarrDirs,
  lockUser,
  profileExists,
  updateUser as storeChanges,
  type Database,
  type Transaction,
  type User,
} from '@fractal-server/database';
import { DomainError, isZarrUrlRelativeTo, passwordFault, pythonRepr } from '@fractal-server/domain';
import { HttpError } from '../../http/index.js';
import { profileNotFound } from './create-user.js';
import type { UserUpdate } from './user.schemas.js';

/** Changes a user on behalf of an administrator (contract: auth-admin 3.6); the checks and their order are the contract's. */
export async function updateUser(database: Database, userId: number, changes: UserUpdate): Promise<void> {
  // Hashing takes long; the transaction waits for nothing. A password that is refused below costs only the time.
  const isUsable = changes.password !== undefined && passwordFault(changes.password) === undefined;
  const hashedPassword = isUsable ? await hashPassword(changes.password!) : undefined;
  await database.transaction(async (transaction) => {
    const user = await lockUser(transaction, userId);
    if (user === undefined) throw userNotFound(userId);
    await checkChanges(transaction, user, changes);
    const isStored = await storeChanges(transaction, userId, {
      hashedPassword,
      email: changes.email,
      isActive: changes.is_active,
      isSuperuser: changes.is_superuser,
      isVerified: changes.is_verified ?? (isNewEmail(user, changes) ? false : undefined),
      isGuest: changes.is_guest,
      profileId: changes.profile_id,
      projectDirs: changes.project_dirs,
      slurmAccounts: changes.slurm_accounts,
    });
    if (!isStored) throw emailTaken();
  });
}

async function checkChanges(transaction: Transaction, user: User, changes: UserUpdate): Promise<void> {
  if (typeof changes.profile_id === 'number' && !(await profileExists(transaction, changes.profile_id)))
    throw profileNotFound(changes.profile_id);
  if (changes.project_dirs !== undefined) await checkRemovedDirs(transaction, user, changes.project_dirs);
  // A guest is not made superuser by naming one of both flags alone (oddity 7).
  if ((changes.is_guest ?? user.isGuest) && (changes.is_superuser ?? user.isSuperuser)) {
    throw new DomainError('refused', 'user.superuser_and_guest', 'Superuser cannot be guest.');
  }
  const fault = changes.password === undefined ? undefined : passwordFault(changes.password);
  if (fault !== undefined) throw new HttpError(400, { code: 'UPDATE_USER_INVALID_PASSWORD', reason: fault });
  if (isNewEmail(user, changes) && (await isEmailTaken(transaction, changes.email!))) throw emailTaken();
}

function isNewEmail(user: User, { email }: UserUpdate): boolean {
  return email !== undefined && email !== user.email;
}

/** No dataset that the user can reach may be left without a project folder of the user above it. */
async function checkRemovedDirs(transaction: Transaction, user: User, newDirs: readonly string[]): Promise<void> {
  const isBelowAny = (url: string, dirs: readonly string[]): boolean => dirs.some((dir) => isZarrUrlRelativeTo(url, dir));
  const removed = user.projectDirs.filter((dir) => !isBelowAny(dir, newDirs));
  if (removed.length === 0) return;
  const zarrDirs = await listReachableZarrDirs(transaction, user.id);
  if (!zarrDirs.some((zarrDir) => isBelowAny(zarrDir, removed) && !isBelowAny(zarrDir, newDirs))) return;
  throw new DomainError(
    'refused',
    'user.project_dirs_in_use',
    `You tried updating the user project_dirs, removing ${pythonRepr(removed)}. This operation is not possible, because it would make ` +
      'the user loose access to some of their dataset zarr directories.',
  );
}

/** Nobody has this id. */
export function userNotFound(userId: number): DomainError {
  return new DomainError('notFound', 'user.not_found', `User ${userId} not found.`);
}

function emailTaken(): HttpError {
  return new HttpError(400, 'UPDATE_USER_EMAIL_ALREADY_EXISTS');
}
