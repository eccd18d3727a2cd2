import { setTimeout as sleep } from 'node:timers/promises';
import {
  claimActivityAttempt,
  closeActivityAttempt,
  findOpenActivityAttempt,
  nameActivityAttempt,
  secondsSincePlaceWasSeen,
  type ActivityAttempt,
  type Database,
  type Lease,
} from '@fractal-server/database';
import { DomainError, stringifyJson, toJson, type JsonInput } from '@fractal-server/domain';
import {
  attemptFiles,
  endAttempt,
  hasAllLines,
  newAttemptName,
  newAttemptToken,
  observeAttempt,
  parseOwner,
  prepareAttempt,
  readClaim,
  readProgress,
  RESULTS_START,
  spawnRunner,
  type AttemptSight,
  type Claim,
  type Owner,
  type SpawnedRunner,
} from '@fractal-server/execution';
import type { CallOptions, Host, Place } from '@fractal-server/hosts';
import type { ActivityWatches } from './activity-watches.js';
import type { ActivityStep, StepSight } from './activity-step.js';
import { readStepOutput } from './step-output.js';

/** Milliseconds that a runner which was started gets to take the claim before we look elsewhere. */
const START_PATIENCE_MS = 3_000;
const START_LOOK_MS = 20;
/** Seconds for which promised lines of results are waited for: a network file system may show them late (engine rules, 4). */
const GRACE_SECONDS = 60;

/** What a runner of steps works with. */
export interface StepRunnerDependencies {
  readonly database: Database;
  readonly host: Host;
  readonly place: Place;
  readonly watches: ActivityWatches;
  /** After so many seconds without a worker at its place a command says so. */
  readonly placeSilentSeconds: number;
  /** After so many seconds without a worker at its place a command is lost. */
  readonly placeLostSeconds: number;
}

/**
 * Runs the commands of activities as attempts. A look either starts the attempt, finds it running, or tells how it ended; whoever looks next,
 * and however often the server was restarted in between, the command runs once for each attempt.
 */
export class StepRunner {
  constructor(private readonly dependencies: StepRunnerDependencies) {}

  /** Looks at the step of an activity, and starts it when it was not started yet. */
  async look(activityId: number, step: ActivityStep, lease: Lease): Promise<StepSight> {
    const { database, host, place } = this.dependencies;
    const attempt = (await findOpenActivityAttempt(database, activityId)) ?? (await this.name(activityId, step, lease));
    const sight = await observeAttempt(host, attempt.folder, place, await lease.beforeEffect(), storedOwner(attempt));
    switch (sight.state) {
      case 'unclaimed':
        return this.start(activityId, attempt, step, lease);
      case 'revoked':
        return lost(attempt, 'revoked', 'It was given up before it started.');
      case 'running':
        return this.keepWatch(activityId, attempt, sight.owner, lease);
      case 'unknown':
        return this.lookElsewhere(attempt, sight.owner, lease);
      case 'ended':
        return this.ended(attempt, sight, lease);
      case 'lost':
        await this.endProcesses(attempt, lease);
        return lost(attempt, 'lost', `The ${sight.reason}.`);
    }
  }

  /**
   * Ends whatever an activity still has running, so that its files can be removed.
   * @returns false while something may run at another place, which was asked to stop
   */
  async endAll(activityId: number, lease: Lease): Promise<boolean> {
    this.dependencies.watches.close(activityId);
    const attempt = await findOpenActivityAttempt(this.dependencies.database, activityId);
    if (attempt === null) return true;
    const ended = await this.endProcesses(attempt, lease);
    if (ended.kind === 'elsewhere' && (await this.silence(ended.owner)).isLost === false) return false;
    const state = ended.kind === 'revoked' ? 'revoked' : 'ended';
    await lease.transaction((transaction) => closeActivityAttempt(transaction, attempt.id, state, { reason: 'given up' }));
    return true;
  }

  /** The intent comes before the effect: the row that names the attempt is there before its folder. */
  private async name(activityId: number, step: ActivityStep, lease: Lease): Promise<ActivityAttempt> {
    const { database, place } = this.dependencies;
    const name = newAttemptName(step.name);
    const folder = `${step.attemptsFolder}/${name}`;
    await lease.transaction((transaction) =>
      nameActivityAttempt(transaction, activityId, { name, token: newAttemptToken(), folder, place: place.name }),
    );
    const attempt = await findOpenActivityAttempt(database, activityId);
    if (attempt === null) throw new Error(`activity ${activityId}: the attempt that was just named is not open`);
    return attempt;
  }

  private async start(activityId: number, attempt: ActivityAttempt, step: ActivityStep, lease: Lease): Promise<StepSight> {
    const { host, place } = this.dependencies;
    const { name, token, folder } = attempt;
    const { environment } = step;
    const batch = { kind: 'commands', units: [{ index: 0, argv: step.argv, logPath: outputPath(attempt) }] } as const;
    const spec = { name, token, place: place.name, environment, workingFolder: step.workingFolder, batch };
    // Not with parents: they are gone when the activity has ended.
    await prepareAttempt(host, folder, spec, 1, { ...(await lease.beforeEffect()), parents: false });
    const calls = await lease.beforeEffect();
    const runner = await spawnRunner({ folder, token, python: step.python, environment: { PATH: environment['PATH'] ?? '/usr/bin:/bin' } });
    const claim = await this.waitForClaim(runner, attempt, step, calls);
    return claim.kind === 'owned' ? this.keepWatch(activityId, attempt, claim.owner, lease) : { kind: 'running' };
  }

  /** Its Python may not be able to run the runner: only the moment after the start tells that. */
  private async waitForClaim(runner: SpawnedRunner, attempt: ActivityAttempt, step: ActivityStep, calls: CallOptions): Promise<Claim> {
    const { host } = this.dependencies;
    let hasExited = false;
    void runner.exited.then(() => (hasExited = true));
    const until = Date.now() + START_PATIENCE_MS;
    for (;;) {
      const exitedBefore = hasExited;
      const claim = await readClaim(host, attempt.folder, calls);
      if (claim.kind !== 'open' || Date.now() > until) return claim;
      if (exitedBefore) {
        const words = await readStepOutput(host, attemptFiles(attempt.folder).runnerLog, null, calls);
        throw new DomainError('refused', 'activity.runner', `The unit runner could not run with ${step.python}: ${words.trim()}`);
      }
      await sleep(START_LOOK_MS);
    }
  }

  private async keepWatch(activityId: number, attempt: ActivityAttempt, owner: Owner, lease: Lease): Promise<StepSight> {
    if (attempt.state !== 'claimed') {
      await lease.transaction((transaction) => claimActivityAttempt(transaction, attempt.id, owner as unknown as JsonInput));
    }
    this.dependencies.watches.watch(activityId, attempt.folder, owner);
    return { kind: 'running' };
  }

  /** Another place is unknown, until no worker was seen there for so long that it has to be given up (engine rules, 5). */
  private async lookElsewhere(attempt: ActivityAttempt, owner: Owner, lease: Lease): Promise<StepSight> {
    const { isSilent, isLost } = await this.silence(owner);
    if (!isLost) return { kind: 'elsewhere', ...(isSilent ? { waitingReason: `runs on ${owner.host}, no worker there` } : {}) };
    await this.endProcesses(attempt, lease);
    return lost(attempt, 'lost', `No worker was seen at ${owner.place.name} for a long time.`);
  }

  private async silence(owner: Owner): Promise<{ readonly isSilent: boolean; readonly isLost: boolean }> {
    const { database, placeSilentSeconds, placeLostSeconds } = this.dependencies;
    const seconds = (await secondsSincePlaceWasSeen(database, owner.place.name)) ?? Number.POSITIVE_INFINITY;
    return { isSilent: seconds > placeSilentSeconds, isLost: seconds > placeLostSeconds };
  }

  private async endProcesses(attempt: ActivityAttempt, lease: Lease): ReturnType<typeof endAttempt> {
    const { host, place } = this.dependencies;
    const { folder, token } = attempt;
    const calls = await lease.beforeEffect();
    return endAttempt(host, { folder, token, here: place, knownOwner: storedOwner(attempt), calls, signal: lease.signal });
  }

  private async ended(attempt: ActivityAttempt, sight: Extract<AttemptSight, { state: 'ended' }>, lease: Lease): Promise<StepSight> {
    const { host } = this.dependencies;
    const calls = await lease.beforeEffect();
    const { cursor, results } = await readProgress(attempt.folder, RESULTS_START);
    if (!hasAllLines(sight.marker, cursor)) {
      const seen = await host.stat(attemptFiles(attempt.folder).end, calls);
      if (seen !== null && Date.now() - seen.modifiedAt.getTime() < GRACE_SECONDS * 1_000) return { kind: 'running' };
    }
    const result = results[0];
    if (result === undefined || result.stopped || result.diskFull) {
      const reason = result?.diskFull === true ? 'disk full' : sight.marker.reason;
      return lost(attempt, 'ended', `The command did not finish: ${reason}.`);
    }
    const { exitCode, signal, wallSeconds, cpuSeconds } = result;
    return {
      kind: 'ended',
      exitCode,
      signal,
      output: result.startError ?? (await readStepOutput(host, outputPath(attempt), result.logTail, calls)),
      close: (transaction) => closeActivityAttempt(transaction, attempt.id, 'ended', toJson({ exitCode, signal, wallSeconds, cpuSeconds })),
    };
  }
}

function outputPath(attempt: ActivityAttempt): string {
  return `${attempt.folder}/output.txt`;
}

function storedOwner(attempt: ActivityAttempt): Owner | null {
  return attempt.owner === null ? null : parseOwner(attempt.folder, stringifyJson(attempt.owner));
}

function lost(attempt: ActivityAttempt, how: 'lost' | 'revoked' | 'ended', reason: string): StepSight {
  const state = how === 'revoked' ? 'revoked' : 'lost';
  return { kind: 'lost', reason, close: (transaction) => closeActivityAttempt(transaction, attempt.id, state, { reason }) };
}
