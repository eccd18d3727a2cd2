import type { ActivityProgress, Database, Lease, TaskGroup } from '@fractal-server/database';
import type { Host, Place } from '@fractal-server/hosts';
import type { StepRunner } from '../activity/step-runner.js';
import type { CollectionSpec } from './collection-spec.js';

/** What the steps of collections work with. */
export interface CollectionContext {
  readonly database: Database;
  readonly host: Host;
  readonly place: Place;
  /** Variables of the worker: installers see the part that `installerEnvironment` names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runner: StepRunner;
}

/** A collection that is under way. */
export interface Collection {
  readonly activity: ActivityProgress;
  readonly group: TaskGroup & { readonly path: string; readonly venvPath: string };
  readonly spec: CollectionSpec;
}

/** One look at a collection. */
export interface CollectionLook {
  readonly context: CollectionContext;
  readonly collection: Collection;
  readonly lease: Lease;
}

/** Folder of what an operation on a task group leaves behind beside its environment (contract: task-environments.md 6). */
export function scriptsFolder({ group }: Collection): string {
  return `${group.path}/scripts`;
}

/** Files of one operation begin with its time and its name (contract: task-environments.md 6). */
export function filePrefix({ activity, spec }: Collection): string {
  return `${spec.epoch}_${activity.action}`;
}

/**
 * Folder of an activity's attempts: outside of the group's folder, so that a worker which wakes up late never brings that back. Removed when
 * the activity ends.
 */
export function attemptsFolder(spec: CollectionSpec, activityId: number): string {
  return `${spec.baseFolder}/.attempts/${activityId}`;
}
