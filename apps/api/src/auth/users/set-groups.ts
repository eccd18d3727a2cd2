import { findGroupId, lockExistingGroups, lockUser, replaceMemberships, type Database } from '@fractal-server/database';
import { DomainError, pythonRepr } from '@fractal-server/domain';
import { cannotLeaveDefaultGroup, defaultGroupMissing } from '../groups/default-group.js';
import { userNotFound } from './update-user.js';

/** Makes a user a member of exactly these groups (contract: auth-admin 3.7). Nobody leaves the default group. */
export async function setGroups(
  database: Database,
  { userId, groupIds, defaultGroupName }: { userId: number; groupIds: readonly number[]; defaultGroupName: string | null },
): Promise<void> {
  await database.transaction(async (transaction) => {
    if ((await lockUser(transaction, userId)) === undefined) throw userNotFound(userId);
    const existing = await lockExistingGroups(transaction, groupIds);
    if (existing.length < groupIds.length) {
      throw new DomainError('notFound', 'user_group.not_found', `Some UserGroups in ${pythonRepr([...groupIds])} do not exist.`);
    }
    if (defaultGroupName !== null) {
      const defaultGroupId = await findGroupId(transaction, defaultGroupName);
      if (defaultGroupId === undefined) throw defaultGroupMissing(defaultGroupName);
      if (!groupIds.includes(defaultGroupId)) throw cannotLeaveDefaultGroup(defaultGroupName);
    }
    await replaceMemberships(transaction, userId, groupIds);
  });
}
