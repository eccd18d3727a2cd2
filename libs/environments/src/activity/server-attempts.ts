import { setTimeout as sleep } from 'node:timers/promises';
import { secondsSincePlaceWasSeen, type ActivityAttempt, type Database, type Lease } from '@fractal-server/database';
import {
  attemptFiles,
  endAttempt,
  hasAllLines,
  observeAttempt,
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
import type { ActivityStep } from './activity-step.js';
import type { ActivityWatches } from './activity-watches.js';
import { attemptSpec, runnerCouldNotRun, storedOwner, type StepAttempts, type StepAttemptSight } from './step-attempts.js';
import { readStepOutput } from './step-output.js';

/** Milliseconds that a runner which was started gets to take the claim before we look elsewhere. */
const START_PATIENCE_MS = 3_000;
const START_LOOK_MS = 20;
/** Seconds for which promised lines of results are waited for: a network file system may show them late (engine rules, 4). */
const GRACE_SECONDS = 60;

/** What commands on the server's machines need. */
export interface ServerAttemptsDependencies {
  readonly database: Database;
  readonly host: Host;
  /** Of this worker. */
  readonly here: Place;
  readonly watches: ActivityWatches;
  /** After so many seconds without a worker at its place a command says so. */
  readonly placeSilentSeconds: number;
  /** After so many seconds without a worker at its place a command is lost. */
  readonly placeLostSeconds: number;
}

/** Commands that workers run on their own machines, as the server's user. Only a worker of the same place sees how they do (engine rules, 5). */
export class ServerAttempts implements StepAttempts {
  /** The worker that has started a command watches it; the others look now and then. */
  readonly lookEverySeconds = 5;

  constructor(private readonly dependencies: ServerAttemptsDependencies) {}

  get place(): string {
    return this.dependencies.here.name;
  }

  async look(attempt: ActivityAttempt, _step: unknown, lease: Lease): Promise<StepAttemptSight> {
    const { host, here } = this.dependencies;
    const sight = await observeAttempt(host, attempt.folder, here, await lease.beforeEffect(), storedOwner(attempt));
    switch (sight.state) {
      case 'unclaimed':
      case 'revoked':
        return { kind: sight.state };
      case 'running':
        return { kind: 'running', owner: sight.owner };
      case 'unknown':
        return this.lookElsewhere(sight.owner);
      case 'ended':
        return this.ended(attempt, sight, lease);
      case 'lost':
        return { kind: 'lost', reason: `The ${sight.reason}.` };
    }
  }

  async start(attempt: ActivityAttempt, step: ActivityStep, lease: Lease): Promise<StepAttemptSight> {
    const { host, here } = this.dependencies;
    const { token, folder } = attempt;
    const environment = await step.environment(await lease.beforeEffect());
    const spec = attemptSpec(attempt, step, here.name, environment);
    // Not with parents: they are gone when the activity has ended.
    await prepareAttempt(host, folder, spec, 1, { ...(await lease.beforeEffect()), parents: false });
    const calls = await lease.beforeEffect();
    const runner = await spawnRunner({ folder, token, python: step.python, environment: { PATH: environment['PATH'] ?? '/usr/bin:/bin' } });
    const claim = await this.waitForClaim(runner, attempt, step, calls);
    return claim.kind === 'owned' ? { kind: 'running', owner: claim.owner } : { kind: 'unclaimed' };
  }

  async end(attempt: ActivityAttempt, _step: unknown, lease: Lease): Promise<'revoked' | 'ended' | 'elsewhere'> {
    const { host, here } = this.dependencies;
    const { folder, token } = attempt;
    const calls = await lease.beforeEffect();
    const ended = await endAttempt(host, { folder, token, here, knownOwner: storedOwner(attempt), calls, signal: lease.signal });
    return ended.kind === 'elsewhere' && (await this.silence(ended.owner)).isLost ? 'ended' : ended.kind;
  }

  watch(activityId: number, { folder }: ActivityAttempt, owner: Owner): void {
    this.dependencies.watches.watch(activityId, folder, owner);
  }

  unwatch(activityId: number): void {
    this.dependencies.watches.close(activityId);
  }

  /** Its Python may not be able to run the runner: only the moment after the start tells that. */
  private async waitForClaim(
    runner: SpawnedRunner,
    { folder }: ActivityAttempt,
    { python }: ActivityStep,
    calls: CallOptions,
  ): Promise<Claim> {
    const { host } = this.dependencies;
    let hasExited = false;
    void runner.exited.then(() => (hasExited = true));
    const until = Date.now() + START_PATIENCE_MS;
    for (;;) {
      const exitedBefore = hasExited;
      const claim = await readClaim(host, folder, calls);
      if (claim.kind !== 'open' || Date.now() > until) return claim;
      if (exitedBefore) throw runnerCouldNotRun(python, await readStepOutput(host, attemptFiles(folder).runnerLog, null, calls));
      await sleep(START_LOOK_MS);
    }
  }

  /** Another place is unknown, until no worker was seen there for so long that it has to be given up (engine rules, 5). */
  private async lookElsewhere(owner: Owner): Promise<StepAttemptSight> {
    const { isSilent, isLost } = await this.silence(owner);
    if (isLost) return { kind: 'lost', reason: `No worker was seen at ${owner.place.name} for a long time.` };
    return { kind: 'elsewhere', ...(isSilent ? { waitingReason: `runs on ${owner.host}, no worker there` } : {}) };
  }

  private async silence(owner: Owner): Promise<{ readonly isSilent: boolean; readonly isLost: boolean }> {
    const { database, placeSilentSeconds, placeLostSeconds } = this.dependencies;
    const seconds = (await secondsSincePlaceWasSeen(database, owner.place.name)) ?? Number.POSITIVE_INFINITY;
    return { isSilent: seconds > placeSilentSeconds, isLost: seconds > placeLostSeconds };
  }

  private async ended(
    attempt: ActivityAttempt,
    { owner, marker }: Extract<AttemptSight, { state: 'ended' }>,
    lease: Lease,
  ): Promise<StepAttemptSight> {
    const { cursor, results } = await readProgress(attempt.folder, RESULTS_START);
    if (!hasAllLines(marker, cursor)) {
      const seen = await this.dependencies.host.stat(attemptFiles(attempt.folder).end, await lease.beforeEffect());
      if (seen !== null && Date.now() - seen.modifiedAt.getTime() < GRACE_SECONDS * 1_000) return { kind: 'running', owner };
    }
    return { kind: 'ended', result: results[0], reason: marker.reason };
  }
}
