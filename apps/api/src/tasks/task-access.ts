import type { TaskWithGroup, Viewer } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { requireOwnTaskGroup, requireReadableTaskGroup } from '../task-groups/task-group-access.js';

/** The task is not there, or not any more. */
export function taskNotFound(taskId: number): DomainError {
  return new DomainError('notFound', 'task.not_found', `TaskV2 ${taskId} not found`);
}

/** @throws DomainError notFound */
export function requireTask(task: TaskWithGroup | null | undefined, taskId: number): TaskWithGroup {
  if (task === null || task === undefined) throw taskNotFound(taskId);
  return task;
}

/** Task read access (contract: api-execution 2.4): stricter than that of its group, an owner on another resource is refused too. */
export function requireReadableTask(viewer: Viewer, task: TaskWithGroup): void {
  requireReadableTaskGroup(viewer, task.taskGroup);
  requireSameResource(viewer, task);
}

/** Task full access: the owner, on the group's resource. */
export function requireOwnTask(viewer: Viewer, task: TaskWithGroup): void {
  requireOwnTaskGroup(viewer.userId, task.taskGroup);
  requireSameResource(viewer, task);
}

/** @throws DomainError refused when the environment of the task is not there to be used */
export function requireActiveTask(task: TaskWithGroup): void {
  if (task.taskGroup.active) return;
  throw new DomainError('refused', 'task.not_active', `Error: task ${task.id} (${task.name}) is not active.`);
}

function requireSameResource(viewer: Viewer, task: TaskWithGroup): void {
  if (viewer.resourceId !== null && viewer.resourceId === task.taskGroup.resourceId) return;
  throw new DomainError('forbidden', 'task.other_resource', `User ${viewer.userId} has no access to TaskGroup's Resource.`);
}
