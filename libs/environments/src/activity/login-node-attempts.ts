import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActivityAttempt, Lease } from '@fractal-server/database';
import {
  attemptFiles,
  AttemptReader,
  endDetachedAttempt,
  hasAllLines,
  launchDetached,
  PARTS_START,
  prepareAttempt,
  ProcessReportUnreadable,
  seeDetachedRunner,
  SignsOfLife,
  UNIT_RUNNER_PATH,
  type AttemptLook,
  type ClusterEndMarker,
  type Owner,
} from '@fractal-server/execution';
import { CommandFailed, type Host } from '@fractal-server/hosts';
import type { ActivityStep } from './activity-step.js';
import { attemptSpec, runnerCouldNotRun, storedOwner, type StepAttempts, type StepAttemptSight } from './step-attempts.js';

/** Milliseconds that a look waits for a command which it has started: many end so soon. */
const START_PATIENCE_MS = 4_000;
const FIRST_LOOK_MS = 150;
/** Milliseconds without a heartbeat (one comes every 10 s) after which the machine is asked for the runner itself. */
const SUSPECT_MS = 25_000;
/** Milliseconds without a heartbeat after which a runner that cannot be seen has ended itself and its commands: twice the time of its own fence. */
const FENCED_MS = 600_000;
/** Milliseconds for which promised lines of results are waited for: a network file system may show them late (engine rules, 4). */
const GRACE_MS = 60_000;
/** What a runner says when it cannot run is short. */
const MAX_WORDS_BYTES = 64 * 1024;

/**
 * Commands on the login node of a cluster, as the user of a profile. They do not depend on the connection that has started them: whoever
 * connects next finds them by their folders.
 */
export class LoginNodeAttempts implements StepAttempts {
  readonly place: string;
  /** Nothing is watched over the network. */
  readonly lookEverySeconds = 2;
  private readonly reader: AttemptReader;
  private readonly heartbeats = new SignsOfLife();
  private readonly unfinished = new SignsOfLife();

  constructor(private readonly host: Host) {
    this.place = host.name;
    this.reader = new AttemptReader(host);
  }

  async look(attempt: ActivityAttempt, step: Pick<ActivityStep, 'python'>, lease: Lease): Promise<StepAttemptSight> {
    const seen = await this.lookAtFolder(attempt, lease);
    if (seen.claim.kind !== 'owned') return { kind: seen.claim.kind === 'open' ? 'unclaimed' : 'revoked' };
    const { owner } = seen.claim;
    if (seen.end !== null) return this.ended(attempt, owner, seen, seen.end);
    const silentMs = await this.silentMs(attempt, lease);
    return silentMs < SUSPECT_MS ? { kind: 'running', owner } : this.lookAtRunner(attempt, step, owner, silentMs, lease);
  }

  async start(attempt: ActivityAttempt, step: ActivityStep, lease: Lease): Promise<StepAttemptSight> {
    const { host } = this;
    const { folder, token } = attempt;
    const environment = await step.environment(await lease.beforeEffect());
    const spec = { ...attemptSpec(attempt, step, this.place, environment), site: 'cluster' } as const;
    // Not with parents: they are gone when the activity has ended.
    await prepareAttempt(host, folder, spec, 1, { ...(await lease.beforeEffect()), parents: false });
    const runnerPath = `${folder}/unit_runner.py`;
    await host.writeFile(runnerPath, await readFile(UNIT_RUNNER_PATH), await lease.beforeEffect());
    await launchDetached(host, { folder, token, python: step.python, runnerPath }, await lease.beforeEffect());
    return this.lookForAMoment(attempt, step, lease);
  }

  async end(attempt: ActivityAttempt, { python }: Pick<ActivityStep, 'python'>, lease: Lease): Promise<'revoked' | 'ended' | 'elsewhere'> {
    const { folder, token } = attempt;
    const how = await this.endIfSeen({ folder, token, python }, storedOwner(attempt), lease);
    if (how !== 'elsewhere') return how;
    const { end } = await this.lookAtFolder(attempt, lease);
    return end !== null || (await this.silentMs(attempt, lease)) >= FENCED_MS ? 'ended' : 'elsewhere';
  }

  watch(): void {
    // The next look comes soon.
  }

  unwatch(): void {
    // Nothing is watched.
  }

  private async lookAtFolder(attempt: ActivityAttempt, lease: Lease, isOver = false): Promise<AttemptLook> {
    const knownOwner = storedOwner(attempt);
    return this.reader.look({ folder: attempt.folder, cursor: PARTS_START, knownOwner, isOver }, await lease.beforeEffect());
  }

  private async silentMs({ folder }: ActivityAttempt, lease: Lease): Promise<number> {
    return this.heartbeats.silentMs(folder, await this.reader.readHeartbeat(folder, await lease.beforeEffect()));
  }

  /** Most commands take seconds: their end is waited for here, with fewer and fewer looks. */
  private async lookForAMoment(attempt: ActivityAttempt, step: ActivityStep, lease: Lease): Promise<StepAttemptSight> {
    const until = Date.now() + START_PATIENCE_MS;
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs *= 1.5) {
      const sight = await this.look(attempt, step, lease);
      if (sight.kind !== 'unclaimed' && sight.kind !== 'running') return sight;
      if (Date.now() > until) return sight.kind === 'running' ? sight : this.unclaimed(attempt, step, lease);
      await sleep(pauseMs, undefined, { signal: lease.signal });
    }
  }

  /** It may only be slow, unless it has said why it does not come. */
  private async unclaimed({ folder }: ActivityAttempt, { python }: ActivityStep, lease: Lease): Promise<StepAttemptSight> {
    const calls = { ...(await lease.beforeEffect()), maxBytes: MAX_WORDS_BYTES };
    const words = (await this.host.readFile(attemptFiles(folder).runnerLog, calls)).toString('utf8').trim();
    if (words !== '') throw runnerCouldNotRun(python, words);
    return { kind: 'unclaimed' };
  }

  /** There was no heartbeat for a while: the runner is dead, or its machine is busy, or another login node answers. */
  private async lookAtRunner(
    attempt: ActivityAttempt,
    { python }: Pick<ActivityStep, 'python'>,
    owner: Owner,
    silentMs: number,
    lease: Lease,
  ): Promise<StepAttemptSight> {
    const { folder, token } = attempt;
    const sight = await seeDetachedRunner(this.host, { folder, token, python }, owner, await lease.beforeEffect());
    if (sight === 'alive') return { kind: 'running', owner };
    if (sight === 'unknown') {
      if (silentMs >= FENCED_MS) return { kind: 'lost', reason: `Nothing was heard of the command on ${owner.host} for a long time.` };
      return { kind: 'elsewhere', waitingReason: `runs on ${owner.host}, but another login node answers` };
    }
    // It may have left its end marker in the moment before it died.
    const last = await this.lookAtFolder(attempt, lease, true);
    if (last.end !== null) return this.ended(attempt, owner, last, last.end);
    return { kind: 'lost', reason: `The ${sight === 'dead' ? 'runner died' : 'place restarted'}.` };
  }

  private ended({ folder }: ActivityAttempt, owner: Owner, seen: AttemptLook, end: ClusterEndMarker): StepAttemptSight {
    const isWhole = hasAllLines(end, seen.cursor);
    if (!isWhole && this.unfinished.silentMs(folder, seen.cursor.lines) < GRACE_MS) return { kind: 'running', owner };
    return { kind: 'ended', result: seen.results[0], reason: end.reason };
  }

  /** Where the interpreter does not run any more, a runner can only be asked to stop, and its silence awaited. */
  private async endIfSeen(
    runner: { readonly folder: string; readonly token: string; readonly python: string },
    owner: Owner | null,
    lease: Lease,
  ): Promise<'revoked' | 'ended' | 'elsewhere'> {
    try {
      return (await endDetachedAttempt(this.host, runner, owner, await lease.beforeEffect())).kind;
    } catch (error) {
      if (error instanceof CommandFailed || error instanceof ProcessReportUnreadable) return 'elsewhere';
      throw error;
    }
  }
}
