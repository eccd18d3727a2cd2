import type { User } from '@fractal-server/database';
import { HttpError } from '../http/errors/http-error.js';
import type { AccessLevel } from './access-level.js';

/** Texts that clients match (contract: auth-admin 1.7). */
const NO_PROFILE = 'Forbidden access (user.is_verified=True user.profile_id=None).';
export const GUESTS_NOT_ALLOWED = 'This feature is not available for guest users.';

/**
 * Decides whether a caller may use a route. The only place that does.
 *
 * @throws {HttpError} 401 without a valid, active user; 403 for a user of too low a level
 */
export function checkAccess(level: Exclude<AccessLevel, 'public'>, caller: User | undefined): asserts caller is User {
  if (caller === undefined || !caller.isActive) throw new HttpError(401);
  switch (level) {
    case 'active':
      return;
    case 'superuser':
      if (!caller.isSuperuser) throw new HttpError(403);
      return;
    case 'activeVerified':
      return requireVerified(caller);
    case 'guest':
      return requireProfile(caller);
    case 'user':
      requireProfile(caller);
      if (caller.isGuest) throw new HttpError(403, GUESTS_NOT_ALLOWED);
      return;
  }
}

function requireVerified(caller: User): void {
  if (!caller.isVerified) throw new HttpError(403);
}

function requireProfile(caller: User): void {
  requireVerified(caller);
  if (caller.profileId === null) throw new HttpError(403, NO_PROFILE);
}
