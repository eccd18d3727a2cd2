import type { TaskGroup, Viewer } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/**
 * Group read access (contract: api-data-model 3.3): owners always, whatever their resource; members of the group's user group when they use
 * the group's resource.
 */
export function mayReadTaskGroup(viewer: Viewer, group: Pick<TaskGroup, 'userId' | 'userGroupId' | 'resourceId'>): boolean {
  if (group.userId === viewer.userId) return true;
  return group.userGroupId !== null && viewer.userGroupIds.includes(group.userGroupId) && viewer.resourceId === group.resourceId;
}

/** The task group is not there, or not any more. */
export function taskGroupNotFound(taskGroupId: number): DomainError {
  return new DomainError('notFound', 'task_group.not_found', `TaskGroupV2 ${taskGroupId} not found`);
}

/** @throws DomainError notFound */
export function requireTaskGroup(group: TaskGroup | null, taskGroupId: number): TaskGroup {
  if (group === null) throw taskGroupNotFound(taskGroupId);
  return group;
}

/** @throws DomainError forbidden */
export function requireReadableTaskGroup(viewer: Viewer, group: TaskGroup): void {
  if (mayReadTaskGroup(viewer, group)) return;
  throw new DomainError('forbidden', 'task_group.no_read_access', `Current user has no read access to TaskGroupV2 ${group.id}.`);
}

/** Full access is the owner's. @throws DomainError forbidden, as a list */
export function requireOwnTaskGroup(userId: number, group: TaskGroup): void {
  if (group.userId === userId) return;
  throw new DomainError('forbidden', 'task_group.no_full_access', `Current user has no full access to TaskGroupV2 ${group.id}.`, {
    asList: true,
  });
}
