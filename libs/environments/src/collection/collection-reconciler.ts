import {
  ActivityMoved,
  countLostActivityAttempts,
  deleteTaskGroup,
  findActivityProgress,
  findTaskGroup,
  insertTasks,
  isDatabaseAway,
  moveActivity,
  setEnvironmentInfo,
  sqlState,
  type ActivityLogLine,
  type ActivityMove,
  type Database,
  type Lease,
  type NextLook,
  type Transaction,
} from '@fractal-server/database';
import { activityStatuses, type ActivityStatus } from '@fractal-server/domain';
import { describeCommand, type Host, type Place } from '@fractal-server/hosts';
import { collectionFailPoints } from '../fail-points.js';
import { StepRunner, type StepSight } from '../activity/step-runner.js';
import { indexAddress } from '../python-index/index-address.js';
import { PythonIndex } from '../python-index/python-index.js';
import { ensureUv } from '../uv/uv-installation.js';
import { thisPlatform } from '../uv/wheel-platform.js';
import { filePrefix, scriptsFolder, type Collection } from './collection-context.js';
import { decodeCollectionSpec, encodeCollectionSpec } from './collection-spec.js';
import { lookAtGroupFolder, makeGroupFolder, removeGroupFolder } from './group-folder.js';
import { installationSteps, type InstallationAnswers, type InstallationStep } from './installation-steps.js';
import { installerEnvironment } from './installer-environment.js';
import { readLocatedPackage } from './located-package.js';
import { describeTaskGroup } from './describe-task-group.js';
import { readInstalledTasks } from './register-tasks.js';

/** Steps beside the installer's commands; docs/environments.md shows the whole way. */
const MAKE_FOLDER = 'make_folder';
const FIND_INSTALLER = 'find_installer';
const REGISTER_TASKS = 'register_tasks';
const UNDO = 'undo';

/** Between two looks at a command that runs. */
const LOOK_AGAIN_SECONDS = 0.25;
/** Between two looks at a command that runs where no worker of ours is. */
const ELSEWHERE_SECONDS = 30;
/** An environment is begun anew this often when its installer was killed. */
const MAX_LOST_ATTEMPTS = 3;

/** What a reconciler of collections works with. */
export interface CollectionDependencies {
  readonly database: Database;
  readonly host: Host;
  readonly place: Place;
  /** Variables of the worker: installers see the part that `installerEnvironment` names. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Builds the environment of a task group and registers its tasks, one step for each look. What to do follows from the rows alone, so any
 * worker of the place may do the next look, also after all of them were killed.
 */
export class CollectionReconciler {
  private readonly steps: StepRunner;

  constructor(private readonly dependencies: CollectionDependencies) {
    this.steps = new StepRunner(dependencies.database, dependencies.host, dependencies.place);
  }

  /** Does the next step of a collection. */
  async reconcile(activityId: number, lease: Lease): Promise<NextLook> {
    const activity = await findActivityProgress(this.dependencies.database, activityId);
    if (activity === null || activityStatuses.isTerminal(activity.status as ActivityStatus)) return 'closed';
    const group = activity.taskGroupId === null ? null : await findTaskGroup(this.dependencies.database, activity.taskGroupId);
    if (group === null || group.path === null || group.venvPath === null) {
      const log = [line('WARNING', 'The task group was deleted.')];
      await lease.transaction((transaction) => moveActivity(transaction, activity, { step: null, status: 'failed', log }));
      return 'closed';
    }
    const spec = decodeCollectionSpec(activity.spec);
    const collection: Collection = { activity, spec, group: { ...group, path: group.path, venvPath: group.venvPath } };
    try {
      return await this.step(collection, lease);
    } catch (error) {
      if (isOurTrouble(error, lease)) throw error;
      return this.giveUp(collection, messageOf(error), lease);
    }
  }

  private async step(collection: Collection, lease: Lease): Promise<NextLook> {
    switch (collection.activity.step) {
      case null:
        return this.begin(collection, lease);
      case MAKE_FOLDER:
        return this.makeFolder(collection, lease);
      case FIND_INSTALLER:
        return this.findInstaller(collection, lease);
      case REGISTER_TASKS:
        return this.registerTasks(collection, lease);
      case UNDO:
        return this.undo(collection, lease);
      default:
        return this.install(collection, lease);
    }
  }

  private async begin(collection: Collection, lease: Lease): Promise<NextLook> {
    const { group } = collection;
    const sight = await lookAtGroupFolder(this.dependencies.host, group.path, group.id, await lease.beforeEffect());
    if (sight !== 'absent') {
      // Nothing is removed: the folder is not ours.
      await this.fail(collection, [line('WARNING', `${group.path} already exists.`)], lease);
      return 'closed';
    }
    const log = [line('INFO', `START collection of ${group.pkgName} ${group.version}`), ...describeTaskGroup(group)];
    return this.moveOn(collection, { step: MAKE_FOLDER, status: 'ongoing', log }, lease);
  }

  private async makeFolder(collection: Collection, lease: Lease): Promise<NextLook> {
    const { group, spec } = collection;
    const calls = await lease.beforeEffect();
    await collectionFailPoints.around('make_folder', () => makeGroupFolder(this.dependencies.host, group.path, group.id, calls));
    const step = spec.installer === 'uv' && spec.uvProgram === null ? FIND_INSTALLER : this.plan(collection)[0]!.name;
    return this.moveOn(collection, { step, log: [line('DEBUG', `Made the folder ${group.path}`)] }, lease);
  }

  private async findInstaller(collection: Collection, lease: Lease): Promise<NextLook> {
    const { spec } = collection;
    const index = new PythonIndex(await indexAddress(this.dependencies.environment));
    const uvProgram = await collectionFailPoints.around('find_installer', () =>
      ensureUv(`${spec.baseFolder}/.uv`, spec.uvVersion ?? undefined, index, thisPlatform(), lease.signal),
    );
    const found = { ...collection, spec: { ...spec, uvProgram } };
    const log = [line('DEBUG', `Installer: ${uvProgram}`)];
    return this.moveOn(collection, { step: this.plan(found)[0]!.name, spec: encodeCollectionSpec(found.spec), log }, lease);
  }

  private async install(collection: Collection, lease: Lease): Promise<NextLook> {
    const { activity, group, spec } = collection;
    const plan = this.plan(collection);
    const position = plan.findIndex((step) => step.name === activity.step);
    const step = plan[position];
    if (step === undefined) throw new Error(`activity ${activity.id} is in the step '${activity.step}', which no collection has`);
    const sight = await this.steps.look(
      activity.id,
      {
        name: step.name,
        argv: step.argv,
        folder: group.path,
        label: `${filePrefix(collection)}_${position + 1}_${step.name}`,
        environment: installerEnvironment(this.dependencies.environment, await indexAddress(this.dependencies.environment)),
        python: spec.basePython,
      },
      lease,
    );
    switch (sight.kind) {
      case 'running':
        return { afterSeconds: LOOK_AGAIN_SECONDS };
      case 'elsewhere':
        return { afterSeconds: ELSEWHERE_SECONDS, waitingReason: `runs on ${sight.place}, no worker there` };
      case 'lost':
        return this.beginAgain(collection, sight, plan, lease);
      case 'ended':
        return this.finishStep(collection, step, sight, plan[position + 1]?.name ?? REGISTER_TASKS, lease);
    }
  }

  private async finishStep(
    collection: Collection,
    step: InstallationStep,
    sight: Extract<StepSight, { kind: 'ended' }>,
    next: string,
    lease: Lease,
  ): Promise<NextLook> {
    const log = [
      line('INFO', step.purpose),
      line('DEBUG', `Command: ${describeCommand(step.argv)}`),
      line('DEBUG', `Output:\n${sight.output.trimEnd()}`),
    ];
    if (sight.exitCode === 0) return this.moveOn(collection, { step: next, log }, lease, sight.close);
    const failure = `${step.purpose}: the command failed with returncode=${String(sight.exitCode)}.`;
    return this.giveUp(collection, `${failure}\n${sight.output.trimEnd()}`, lease, log.slice(0, 2), sight.close);
  }

  /** An installer that was killed may have left anything: the environment is begun anew. */
  private async beginAgain(
    collection: Collection,
    sight: Extract<StepSight, { kind: 'lost' }>,
    plan: readonly InstallationStep[],
    lease: Lease,
  ): Promise<NextLook> {
    const { activity, group } = collection;
    const lost = (await countLostActivityAttempts(this.dependencies.database, activity.id)) + 1;
    if (lost > MAX_LOST_ATTEMPTS) return this.giveUp(collection, `${sight.reason} That happened ${lost} times.`, lease, [], sight.close);
    const calls = await lease.beforeEffect();
    const trash = `${group.venvPath}.${lease.epoch}.trash`;
    if ((await this.dependencies.host.stat(group.venvPath, calls)) !== null)
      await this.dependencies.host.rename(group.venvPath, trash, calls);
    await this.dependencies.host.remove(trash, calls);
    const log = [line('WARNING', `${sight.reason} The environment is built anew.`)];
    return this.moveOn(collection, { step: plan[0]!.name, log }, lease, sight.close);
  }

  private async registerTasks(collection: Collection, lease: Lease): Promise<NextLook> {
    const { group } = collection;
    const { host } = this.dependencies;
    const calls = await lease.beforeEffect();
    const answers = answersOf(collection);
    const located = readLocatedPackage((await host.readFile(answers.locationPath, calls)).toString('utf8'), group.pkgName);
    const environmentInfo = (await host.readFile(answers.freezePath, calls)).toString('utf8');
    const source = { ...located, python: `${group.venvPath}/bin/python`, version: group.version };
    const tasks = await readInstalledTasks(host, source, calls);
    const log = [line('INFO', `Registered ${tasks.length} tasks from ${located.manifestPath}`), line('INFO', 'END collection')];
    await lease.transaction(async (transaction) => {
      await insertTasks(transaction, group.id, tasks);
      await setEnvironmentInfo(transaction, group.id, environmentInfo);
      await moveActivity(transaction, collection.activity, { step: null, status: 'OK', log });
    });
    return 'closed';
  }

  /** Writes down why the collection failed; what it made is removed in the next step, however often that has to be tried. */
  private async giveUp(
    collection: Collection,
    failure: string,
    lease: Lease,
    log: readonly ActivityLogLine[] = [],
    close?: (transaction: Transaction) => Promise<void>,
  ): Promise<NextLook> {
    const move: ActivityMove = { step: UNDO, status: 'ongoing', log: [...log, line('WARNING', `The collection failed. ${failure}`)] };
    return this.moveOn(collection, move, lease, close);
  }

  private async undo(collection: Collection, lease: Lease): Promise<NextLook> {
    const { group } = collection;
    const calls = await lease.beforeEffect();
    const log: ActivityLogLine[] = [];
    try {
      await collectionFailPoints.around('undo', () => removeGroupFolder(this.dependencies.host, group.path, group.id, calls));
      log.push(line('INFO', `Removed ${group.path}`));
    } catch (error) {
      if (isOurTrouble(error, lease)) throw error;
      log.push(line('ERROR', `Could not remove ${group.path}: ${messageOf(error)}`));
    }
    await this.fail(collection, log, lease);
    return 'closed';
  }

  /** Ends the activity; the task group never came to be. */
  private async fail(collection: Collection, log: readonly ActivityLogLine[], lease: Lease): Promise<void> {
    await lease.transaction(async (transaction) => {
      await moveActivity(transaction, collection.activity, { step: null, status: 'failed', log });
      await deleteTaskGroup(transaction, collection.group.id);
    });
  }

  private async moveOn(
    { activity }: Collection,
    move: ActivityMove,
    lease: Lease,
    close?: (transaction: Transaction) => Promise<void>,
  ): Promise<NextLook> {
    await lease.transaction(async (transaction) => {
      await close?.(transaction);
      await moveActivity(transaction, activity, move);
    });
    return 'now';
  }

  private plan(collection: Collection): InstallationStep[] {
    const { group, spec } = collection;
    return installationSteps(
      {
        packageName: group.pkgName,
        version: group.version,
        archivePath: group.archivePath,
        extras: group.pipExtras,
        pinsBefore: group.pinnedPackageVersionsPre,
        pinsAfter: group.pinnedPackageVersionsPost,
        venvPath: group.venvPath,
        basePython: spec.basePython,
        cacheDir: spec.pipCacheDir,
        answers: answersOf(collection),
      },
      spec.uvProgram === null ? { kind: 'pip' } : { kind: 'uv', program: spec.uvProgram },
    );
  }
}

function answersOf(collection: Collection): InstallationAnswers {
  const prefix = `${scriptsFolder(collection)}/${filePrefix(collection)}`;
  return { freezePath: `${prefix}_freeze.txt`, locationPath: `${prefix}_location.json` };
}

function line(level: ActivityLogLine['level'], message: string): ActivityLogLine {
  return { level, message };
}

/** Trouble of the server itself, after which the same step is done again; everything else is the collection's own failure. */
function isOurTrouble(error: unknown, lease: Lease): boolean {
  return lease.signal.aborted || error instanceof ActivityMoved || isDatabaseAway(error) || sqlState(error) !== undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
