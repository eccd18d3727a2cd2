import {
  addMember,
  findGroupId,
  getGroup,
  lockUser,
  removeMember,
  type Database,
  type Transaction,
  type User,
} from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { userNotFound } from '../users/update-user.js';
import { cannotLeaveDefaultGroup, defaultGroupMissing } from './default-group.js';

/** A user and a group. */
export interface Membership {
  readonly groupId: number;
  readonly userId: number;
}

/** Adds a user to a group (contract: auth-admin 3.8). */
export async function addUserToGroup(database: Database, membership: Membership): Promise<void> {
  await database.transaction(async (transaction) => {
    const user = await requireBoth(transaction, membership);
    if (await addMember(transaction, membership.groupId, user.id)) return;
    throw new DomainError(
      'refused',
      'user_group.already_member',
      `User '${user.email}' is already a member of group ${membership.groupId}.`,
    );
  });
}

/** Removes a user from a group; never from the default group (contract: auth-admin 3.8). */
export async function removeUserFromGroup(database: Database, membership: Membership, defaultGroupName: string | null): Promise<void> {
  await database.transaction(async (transaction) => {
    const user = await requireBoth(transaction, membership);
    if (defaultGroupName !== null) {
      const defaultGroupId = await findGroupId(transaction, defaultGroupName);
      if (defaultGroupId === undefined) throw defaultGroupMissing(defaultGroupName);
      if (defaultGroupId === membership.groupId) throw cannotLeaveDefaultGroup(defaultGroupName);
    }
    if (await removeMember(transaction, membership.groupId, user.id)) return;
    throw new DomainError('refused', 'user_group.no_member', `User '${user.email}' is not a member of group ${membership.groupId}.`);
  });
}

async function requireBoth(transaction: Transaction, { groupId, userId }: Membership): Promise<User> {
  await getGroup(transaction, groupId);
  const user = await lockUser(transaction, userId);
  if (user === undefined) throw userNotFound(userId);
  return user;
}
