import type { ActivityProgress, TaskGroup } from '@fractal-server/database';
import type { CollectionSpec } from './collection-spec.js';

/** A collection that is under way. */
export interface Collection {
  readonly activity: ActivityProgress;
  readonly group: TaskGroup & { readonly path: string; readonly venvPath: string };
  readonly spec: CollectionSpec;
}

/** Folder of the scripts, attempts and answers of a task group. */
export function scriptsFolder({ group }: Collection): string {
  return `${group.path}/scripts`;
}

/** Files of one operation begin with its time and its name (contract: task-environments.md 6). */
export function filePrefix({ activity, spec }: Collection): string {
  return `${spec.epoch}_${activity.action}`;
}

/** Holds the id of the task group that a folder belongs to: only a folder with the own id is ever removed. */
export function ownerMark(groupPath: string): string {
  return `${groupPath}/fractal_task_group_id.txt`;
}
