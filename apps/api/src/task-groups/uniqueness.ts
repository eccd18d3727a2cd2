import {
  findOwnedClash,
  findSharedClash,
  lockPackageVersion,
  type TaskGroupClash,
  type Transaction,
  type Viewer,
} from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/** A package version that is about to get a task group, or a new user group. */
export interface PackageVersion {
  readonly pkgName: string;
  readonly version: string;
}

/**
 * Refuses a second task group of the same package version: for its owner on the same resource, and for the user group it is shared with
 * on any (contract: api-execution 8.1). Call it in the transaction that stores the group: others that want the same wait for its end.
 *
 * @throws DomainError refused
 */
export async function requireNewPackageVersion(
  transaction: Transaction,
  owner: Viewer & { readonly resourceId: number },
  wanted: PackageVersion,
  userGroupId: number | null,
): Promise<void> {
  await lockPackageVersion(transaction, wanted.pkgName, wanted.version);
  const { pkgName, version } = wanted;
  const own = await findOwnedClash(transaction, { userId: owner.userId, resourceId: owner.resourceId, pkgName, version });
  if (own !== null) {
    const whose = `User '${owner.email}' already owns a task group with name='${pkgName}' and version='${version}'.`;
    throw new DomainError('refused', 'task_group.owned', whose + noteOnCollection(own));
  }
  await requireNewForUserGroup(transaction, wanted, userGroupId);
}

/**
 * The user group's part of the rule. The caller holds the lock of the package version, or takes it with `lockPackageVersion` first.
 *
 * @throws DomainError refused
 */
export async function requireNewForUserGroup(
  transaction: Transaction,
  { pkgName, version }: PackageVersion,
  userGroupId: number | null,
): Promise<void> {
  if (userGroupId === null) return;
  const clash = await findSharedClash(transaction, { userGroupId, pkgName, version });
  if (clash === null) return;
  const whose = `UserGroup ${clash.userGroupName} already owns a task group with pkg_name='${pkgName}' and version='${version}'.`;
  throw new DomainError('refused', 'task_group.shared', whose + noteOnCollection(clash));
}

function noteOnCollection({ taskGroupId, collection }: TaskGroupClash): string {
  if (collection === null) return '';
  return (
    `\nNote: There exists another task-group collection (activity ID=${collection.id}) ` +
    `for this task group (ID=${taskGroupId}), with status '${collection.status}'.`
  );
}
