import {
  findActivityProgress,
  findTaskGroup,
  moveActivity,
  type ActivityProgress,
  type Database,
  type Lease,
  type NextLook,
  type WorkKey,
} from '@fractal-server/database';
import { activityStatuses, type ActivityStatus } from '@fractal-server/domain';
import type { Host, Place } from '@fractal-server/hosts';
import { ActivityWatches } from '../activity/activity-watches.js';
import { StepRunner } from '../activity/step-runner.js';
import { attemptsFolder, type CollectionContext, type CollectionLook } from './collection-context.js';
import { decodeCollectionSpec } from './collection-spec.js';
import { giveUp, logLine } from './move-on.js';
import { FIND_INSTALLER, MAKE_FOLDER, REGISTER_TASKS, STORE_ARCHIVE, UNDO } from './step-names.js';
import { begin } from './steps/begin.js';
import { findInstaller } from './steps/find-installer.js';
import { install } from './steps/install.js';
import { makeFolder } from './steps/make-folder.js';
import { registerTasks } from './steps/register-tasks.js';
import { storeArchive } from './steps/store-archive.js';
import { ASK_AGAIN_SECONDS, undo } from './steps/undo.js';
import { isPassingTrouble, messageOf } from './trouble.js';

/** What a reconciler of collections works with. */
export interface CollectionDependencies {
  readonly database: Database;
  readonly host: Host;
  readonly place: Place;
  /** Variables of the worker: installers see the part that `installerEnvironment` names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Asks this process for a look, at once: a command has ended. */
  readonly nudge: (key: WorkKey) => void;
  /** After so many seconds without a worker at its place a collection says so. */
  readonly placeSilentSeconds: number;
  /** After so many seconds without a worker at its place an installer's command is lost. */
  readonly placeLostSeconds: number;
}

/**
 * Builds the environment of a task group and registers its tasks, one step for each look. What to do follows from the rows alone, so any
 * worker may do the next look, also after all of them were killed.
 */
export class CollectionReconciler {
  private readonly context: CollectionContext;

  constructor(dependencies: CollectionDependencies) {
    const watches = new ActivityWatches(dependencies.nudge);
    this.context = { ...dependencies, runner: new StepRunner({ ...dependencies, watches }) };
  }

  /** Does the next step of a collection. */
  async reconcile(activityId: number, lease: Lease): Promise<NextLook> {
    const activity = await findActivityProgress(this.context.database, activityId);
    if (activity === null || activityStatuses.isTerminal(activity.status as ActivityStatus)) return 'closed';
    const look = await this.lookAt(activity, lease);
    if (look === null) return this.closeWithoutGroup(activity, lease);
    try {
      return await doStep(look);
    } catch (error) {
      // Undoing is repeated until it works: there is nothing left to give up.
      if (isPassingTrouble(error, lease) || activity.step === UNDO) throw error;
      return giveUp(look, messageOf(error));
    }
  }

  private async lookAt(activity: ActivityProgress, lease: Lease): Promise<CollectionLook | null> {
    const group = activity.taskGroupId === null ? null : await findTaskGroup(this.context.database, activity.taskGroupId);
    if (group === null || group.path === null || group.venvPath === null) return null;
    const collection = {
      activity,
      spec: decodeCollectionSpec(activity.spec),
      group: { ...group, path: group.path, venvPath: group.venvPath },
    };
    return { context: this.context, collection, lease };
  }

  /** The task group was deleted under the collection: nothing may go on running for it. Its folder belongs to whoever deleted it. */
  private async closeWithoutGroup(activity: ActivityProgress, lease: Lease): Promise<NextLook> {
    const { runner, host } = this.context;
    if (!(await runner.endAll(activity.id, lease))) return { afterSeconds: ASK_AGAIN_SECONDS };
    await host.remove(attemptsFolder(decodeCollectionSpec(activity.spec), activity.id), await lease.beforeEffect());
    const log = [logLine('WARNING', 'The task group was deleted.')];
    await lease.transaction((transaction) => moveActivity(transaction, activity, { step: null, status: 'failed', log }));
    return 'closed';
  }
}

function doStep(look: CollectionLook): Promise<NextLook> {
  switch (look.collection.activity.step) {
    case null:
      return begin(look);
    case MAKE_FOLDER:
      return makeFolder(look);
    case STORE_ARCHIVE:
      return storeArchive(look);
    case FIND_INSTALLER:
      return findInstaller(look);
    case REGISTER_TASKS:
      return registerTasks(look);
    case UNDO:
      return undo(look);
    default:
      return install(look);
  }
}
