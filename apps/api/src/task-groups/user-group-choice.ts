import { findGroupId, findMembershipIn, type Queryable, type Viewer } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/** What the caller of an endpoint that makes tasks says about their visibility. */
export interface Visibility {
  readonly isPrivate: boolean;
  readonly userGroupId: number | null;
}

/**
 * The user group that new tasks are shared with, or null for none (contract: api-execution 2.5). Without a wish it is the default group,
 * where one is configured.
 *
 * @throws DomainError refused, notFound, forbidden
 */
export async function chooseUserGroup(
  db: Queryable,
  viewer: Viewer,
  { isPrivate, userGroupId }: Visibility,
  defaultGroupName: string | null,
): Promise<number | null> {
  if (isPrivate && userGroupId !== null) {
    throw new DomainError('refused', 'user_group.private_and_shared', `Cannot set both user_group_id=${userGroupId} and private=True`);
  }
  if (isPrivate) return null;
  if (userGroupId === null) return findDefaultGroup(db, defaultGroupName);
  await requireMembership(db, viewer.userId, userGroupId);
  return userGroupId;
}

/**
 * Id of the default group, or null where none is configured.
 * @throws DomainError notFound, as a list, when the configured group does not exist
 */
export async function findDefaultGroup(db: Queryable, defaultGroupName: string | null): Promise<number | null> {
  if (defaultGroupName === null) return null;
  const groupId = await findGroupId(db, defaultGroupName);
  if (groupId === undefined) {
    throw new DomainError('notFound', 'user_group.no_default', `User group '${defaultGroupName}' not found.`, { asList: true });
  }
  return groupId;
}

/**
 * Refuses a user group that the user does not belong to (contract: api-data-model 3.5).
 * @throws DomainError notFound, forbidden
 */
export async function requireMembership(db: Queryable, userId: number, userGroupId: number): Promise<void> {
  const group = await findMembershipIn(db, userGroupId, userId);
  if (group === null) throw new DomainError('notFound', 'user_group.not_found', `UserGroup ${userGroupId} not found`);
  if (!group.isMember) {
    throw new DomainError('forbidden', 'user_group.no_member', `User ${userId} does not belong to UserGroup ${userGroupId}`);
  }
}
