import { DomainError } from '@fractal-server/domain';

/** The group that everybody is in is configured but not there. The text is shown as a list (contract: auth-admin 3.7). */
export function defaultGroupMissing(name: string): DomainError {
  return new DomainError('notFound', 'user_group.default_missing', `User group '${name}' not found.`, { asList: true });
}

/** Everybody is in the default group. The text is shown as a list (contract: auth-admin 3.7). */
export function cannotLeaveDefaultGroup(name: string): DomainError {
  return new DomainError('refused', 'user_group.default_kept', `Cannot remove user from '${name}' group.`, { asList: true });
}
