import { findUserForLogin, hashPassword, isOutdatedHash, updateUser, verifyPassword, type Database } from '@fractal-server/database';
import { HttpError } from '../../http/index.js';

/**
 * The id of the active user with this e-mail and password (contract: auth-admin 3.1). A stored hash of an older kind is replaced.
 *
 * @throws {HttpError} 400, the same for every reason; an unknown e-mail costs the time of a check too
 */
export async function logIn(database: Database, { email, password }: { email: string; password: string }): Promise<number> {
  const user = await findUserForLogin(database, email);
  if (user === undefined) await hashPassword('x');
  if (user === undefined || !(await verifyPassword(password, user.hashedPassword)) || !user.isActive) {
    throw new HttpError(400, 'LOGIN_BAD_CREDENTIALS');
  }
  if (isOutdatedHash(user.hashedPassword)) await updateUser(database, user.id, { hashedPassword: await hashPassword(password) });
  return user.id;
}
