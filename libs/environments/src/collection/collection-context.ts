import type { ActivityProgress, Database, Lease, TaskGroup } from '@fractal-server/database';
import type { StepRunner } from '../activity/step-runner.js';
import type { EnvironmentSite } from '../sites/environment-site.js';
import type { CollectionSpec } from './collection-spec.js';

/** What the steps of collections work with. */
export interface CollectionContext {
  readonly database: Database;
  /** Variables of the worker: how it reaches the package index. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runner: StepRunner;
}

/** A collection that is under way. */
export interface Collection {
  readonly activity: ActivityProgress;
  readonly group: TaskGroup & { readonly path: string; readonly venvPath: string };
  readonly spec: CollectionSpec;
}

/** What it takes to write down what has become of a collection. */
export interface CollectionTurn {
  readonly collection: Collection;
  readonly lease: Lease;
}

/** One look at a collection. */
export interface CollectionLook extends CollectionTurn {
  readonly context: CollectionContext;
  /** Where its environment is built. */
  readonly site: EnvironmentSite;
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
export function attemptsFolder(site: EnvironmentSite, { baseFolder }: CollectionSpec, { id, userId }: ActivityProgress): string {
  return `${site.toolsFolder(baseFolder, userId)}/.attempts/${id}`;
}
