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
import { ServerAttempts } from '../activity/server-attempts.js';
import { StepRunner } from '../activity/step-runner.js';
import { ServerSite } from '../sites/server-site.js';
import { SiteDirectory, type LoginNodes } from '../sites/site-directory.js';
import { attemptsFolder, type Collection, type CollectionContext, type CollectionLook, type CollectionTurn } from './collection-context.js';
import { decodeCollectionSpec } from './collection-spec.js';
import { endAsFailed, giveUp, logLine } from './move-on.js';
import { FIND_INSTALLER, MAKE_FOLDER, REGISTER_TASKS, STORE_ARCHIVE, UNDO } from './step-names.js';
import { begin } from './steps/begin.js';
import { findInstaller } from './steps/find-installer.js';
import { install } from './steps/install.js';
import { makeFolder } from './steps/make-folder.js';
import { registerTasks } from './steps/register-tasks.js';
import { storeArchive } from './steps/store-archive.js';
import { ASK_AGAIN_SECONDS, undo } from './steps/undo.js';
import { isPassingTrouble, isSiteAway, isSiteClosed, messageOf } from './trouble.js';
import { PatienceOver, waitForSite } from './wait-for-site.js';

/** What a reconciler of collections works with. */
export interface CollectionDependencies {
  readonly database: Database;
  /** This machine, as the server's own user. */
  readonly host: Host;
  /** Gives the login nodes of clusters. */
  readonly hosts: LoginNodes;
  readonly place: Place;
  /** Variables of the worker: its installers see the part that `installerEnvironment` names. */
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
  private readonly sites: SiteDirectory;

  constructor(dependencies: CollectionDependencies) {
    const { database, environment, host, hosts, place: here, nudge } = dependencies;
    const attempts = new ServerAttempts({ ...dependencies, here, watches: new ActivityWatches(nudge) });
    this.context = { database, environment, runner: new StepRunner(database) };
    this.sites = new SiteDirectory(database, new ServerSite(host, attempts, environment), hosts);
  }

  /** Does the next step of a collection. */
  async reconcile(activityId: number, lease: Lease): Promise<NextLook> {
    const activity = await findActivityProgress(this.context.database, activityId);
    if (activity === null || activityStatuses.isTerminal(activity.status as ActivityStatus)) return 'closed';
    const collection = await this.findCollection(activity);
    if (collection === null) return this.closeWithoutGroup(activity, lease);
    const turn = { collection, lease };
    try {
      return await doStep({ ...turn, context: this.context, site: await this.sites.of(activity) });
    } catch (error) {
      return this.afterTrouble(turn, error);
    }
  }

  private async findCollection(activity: ActivityProgress): Promise<Collection | null> {
    const group = activity.taskGroupId === null ? null : await findTaskGroup(this.context.database, activity.taskGroupId);
    if (group === null || group.path === null || group.venvPath === null) return null;
    const spec = decodeCollectionSpec(activity.spec);
    return { activity, spec, group: { ...group, path: group.path, venvPath: group.venvPath } };
  }

  /** A site that is away is waited for; everything else, and a wait that took too long, decides about the collection. */
  private async afterTrouble(turn: CollectionTurn, error: unknown): Promise<NextLook> {
    if (!isSiteAway(error) || turn.lease.signal.aborted) return this.handleTrouble(turn, error);
    try {
      return await waitForSite(this.context, turn, error);
    } catch (over) {
      if (!(over instanceof PatienceOver)) throw over;
      return this.handleTrouble(turn, over);
    }
  }

  private async handleTrouble(turn: CollectionTurn, error: unknown): Promise<NextLook> {
    const { lease, collection } = turn;
    const { id, step } = collection.activity;
    if (isPassingTrouble(error, lease)) throw error;
    // Nothing was made yet: there is nothing to undo.
    if (step === null) return endAsFailed(turn, [logLine('WARNING', `The collection failed. ${messageOf(error)}`)]);
    if (step !== UNDO) return giveUp(turn, messageOf(error));
    // Undoing is repeated until it works, unless nobody may get there any more.
    if (!isSiteClosed(error) && !(error instanceof PatienceOver)) throw error;
    await this.context.runner.abandon(id, messageOf(error), lease);
    return endAsFailed(turn, [logLine('ERROR', `${collection.group.path} was not removed. ${messageOf(error)}`)]);
  }

  /** The task group was deleted under the collection: nothing may go on running for it. Its folder belongs to whoever deleted it. */
  private async closeWithoutGroup(activity: ActivityProgress, lease: Lease): Promise<NextLook> {
    const log = [logLine('WARNING', 'The task group was deleted.')];
    try {
      if (!(await this.endWithoutGroup(activity, lease))) return { afterSeconds: ASK_AGAIN_SECONDS };
    } catch (error) {
      if (!isSiteClosed(error)) throw error;
      await this.context.runner.abandon(activity.id, messageOf(error), lease);
      log.push(logLine('ERROR', `What it left was not removed. ${messageOf(error)}`));
    }
    await lease.transaction((transaction) => moveActivity(transaction, activity, { step: null, status: 'failed', log }));
    return 'closed';
  }

  private async endWithoutGroup(activity: ActivityProgress, lease: Lease): Promise<boolean> {
    const spec = decodeCollectionSpec(activity.spec);
    const site = await this.sites.of(activity);
    if (!(await this.context.runner.endAll(site, activity.id, { python: spec.basePython }, lease))) return false;
    await site.host.remove(attemptsFolder(site, spec, activity), await lease.beforeEffect());
    return true;
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
