import { lockPackageVersion, shareTaskGroup, type Database, type TaskGroup } from '@fractal-server/database';
import { requireNewForUserGroup } from './uniqueness.js';
import { requireMembership } from './user-group-choice.js';

/**
 * Shares a task group of the caller with a user group, or with nobody (contract: api-execution 9.3).
 *
 * @throws DomainError refused when the user group has that package version already; notFound, forbidden when it is not the caller's
 */
export async function changeSharing(database: Database, group: TaskGroup, userGroupId: number | null): Promise<void> {
  if (userGroupId === group.userGroupId) return;
  await database.transaction(async (transaction) => {
    await lockPackageVersion(transaction, group.pkgName, group.version);
    await requireNewForUserGroup(transaction, group, userGroupId);
    if (userGroupId !== null) await requireMembership(transaction, group.userId, userGroupId);
    await shareTaskGroup(transaction, group.id, userGroupId);
  });
}
