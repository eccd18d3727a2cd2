import {
  claimActivityAttempt,
  closeActivityAttempt,
  findOpenActivityAttempt,
  nameActivityAttempt,
  type ActivityAttempt,
  setWorkPlace,
  type Database,
  type Lease,
  type Transaction,
} from '@fractal-server/database';
import { DomainError, parseJson, shortenText, stringifyJson, toJson } from '@fractal-server/domain';
import {
  attemptFiles,
  endAttempt,
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
  type Owner,
  type UnitResult,
} from '@fractal-server/execution';
import type { CallOptions, Host, Place } from '@fractal-server/hosts';

/** A command of an activity, to be run once under a unit runner. */
export interface ActivityStep {
  /** Begins the name of the attempt. */
  readonly name: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where the command runs, and below which the attempt's folder lies. */
  readonly folder: string;
  /** Name of the attempt's folder without its random part. */
  readonly label: string;
  /** Python that runs the unit runner. */
  readonly python: string;
}

/** What one look at a step showed. */
export type StepSight =
  | { readonly kind: 'running' }
  /** it runs at a place whose workers are not here */
  | { readonly kind: 'elsewhere'; readonly place: string }
  /** it ended; `close` belongs into the transaction that moves the activity on */
  | { readonly kind: 'ended'; readonly exitCode: number | null; readonly output: string; close(transaction: Transaction): Promise<void> }
  /** its runner or its machine died, and none of its processes is left */
  | { readonly kind: 'lost'; readonly reason: string; close(transaction: Transaction): Promise<void> };

/** Milliseconds that a call on the host may take. */
const CALL_DEADLINE_MS = 30_000;
/** Characters of a command's output that the log of an activity keeps. */
const MAX_LOGGED_CHARACTERS = 200_000;
/** Milliseconds that we wait for a runner which does not come to life, to say why. */
const START_PATIENCE_MS = 3_000;

/**
 * Runs the commands of activities as attempts. A look either starts the attempt, finds it running, or tells how it ended; whoever looks next,
 * and however often the server was restarted in between, the command runs once for each attempt.
 */
export class StepRunner {
  constructor(
    private readonly database: Database,
    private readonly host: Host,
    private readonly place: Place,
  ) {}

  /** Looks at the step of an activity, and starts it when it was not started yet. */
  async look(activityId: number, step: ActivityStep, lease: Lease): Promise<StepSight> {
    const attempt = (await findOpenActivityAttempt(this.database, activityId)) ?? (await this.name(activityId, step, lease));
    const sight = await observeAttempt(this.host, attempt.folder, this.place, this.calls(lease), storedOwner(attempt));
    switch (sight.state) {
      case 'unclaimed':
        await this.start(attempt, step, lease);
        return { kind: 'running' };
      case 'revoked':
        return lost(attempt, 'revoked', 'It was given up before it started.');
      case 'running':
        await this.rememberOwner(attempt, sight.owner, lease);
        return { kind: 'running' };
      case 'unknown':
        return { kind: 'elsewhere', place: sight.owner.place.name };
      case 'ended':
        return this.ended(attempt, sight);
      case 'lost':
        await endAttempt(this.host, {
          ...attempt,
          here: this.place,
          knownOwner: sight.owner,
          calls: this.calls(lease),
          signal: lease.signal,
        });
        return lost(attempt, 'lost', `The ${sight.reason}.`);
    }
  }

  private calls(lease: Lease): CallOptions {
    return { deadlineMs: CALL_DEADLINE_MS, signal: lease.signal };
  }

  /** The intent comes before the effect: the row that names the attempt is there before its folder. */
  private async name(activityId: number, step: ActivityStep, lease: Lease): Promise<ActivityAttempt> {
    const name = newAttemptName(step.name);
    const folder = `${step.folder}/scripts/${step.label}.${name.split('.').at(-1)}`;
    await lease.transaction(async (transaction) => {
      await nameActivityAttempt(transaction, activityId, { name, token: newAttemptToken(), folder, place: this.place.name });
      await setWorkPlace(transaction, lease.key, this.place.name);
    });
    const attempt = await findOpenActivityAttempt(this.database, activityId);
    if (attempt === null) throw new Error(`activity ${activityId}: the attempt that was just named is not open`);
    return attempt;
  }

  private async start(attempt: ActivityAttempt, step: ActivityStep, lease: Lease): Promise<void> {
    const calls = this.calls(lease);
    await prepareAttempt(
      this.host,
      attempt.folder,
      {
        name: attempt.name,
        token: attempt.token,
        place: this.place.name,
        environment: step.environment,
        workingFolder: step.folder,
        batch: { kind: 'commands', units: [{ index: 0, argv: step.argv, logPath: outputPath(attempt) }] },
      },
      1,
      calls,
    );
    const runner = await spawnRunner({
      folder: attempt.folder,
      token: attempt.token,
      python: step.python,
      environment: { PATH: step.environment['PATH'] ?? '/usr/bin:/bin' },
    });
    const exit = await Promise.race([runner.exited, new Promise<null>((resolve) => setTimeout(resolve, START_PATIENCE_MS, null).unref())]);
    if (exit !== null && (await readClaim(this.host, attempt.folder, calls)).kind === 'open') {
      const log = await this.readText(attemptFiles(attempt.folder).runnerLog);
      throw new DomainError('refused', 'activity.runner', `The unit runner could not start with ${step.python}: ${log.trim()}`);
    }
  }

  private async rememberOwner(attempt: ActivityAttempt, owner: Owner, lease: Lease): Promise<void> {
    if (attempt.state === 'claimed') return;
    await lease.transaction((transaction) => claimActivityAttempt(transaction, attempt.id, parseJson(JSON.stringify(owner))));
  }

  private async ended(attempt: ActivityAttempt, sight: Extract<AttemptSight, { state: 'ended' }>): Promise<StepSight> {
    const result = await this.result(attempt.folder);
    if (result === undefined || result.stopped || result.diskFull) {
      const reason = result?.diskFull === true || sight.marker.reason === 'disk full' ? 'disk full' : sight.marker.reason;
      return lost(attempt, 'ended', `The command did not finish: ${reason}.`);
    }
    const output = shortenText(result.startError ?? (await this.readText(outputPath(attempt))), MAX_LOGGED_CHARACTERS);
    const outcome = { exitCode: result.exitCode, signal: result.signal, wallSeconds: result.wallSeconds, cpuSeconds: result.cpuSeconds };
    return {
      kind: 'ended',
      exitCode: result.exitCode,
      output,
      close: (transaction) => closeActivityAttempt(transaction, attempt.id, 'ended', toJson(outcome)),
    };
  }

  private async result(folder: string): Promise<UnitResult | undefined> {
    return (await readProgress(folder, RESULTS_START)).results[0];
  }

  private async readText(path: string): Promise<string> {
    const bytes = await this.host
      .readFile(path, { deadlineMs: CALL_DEADLINE_MS, maxBytes: 256 * 1024 * 1024 })
      .catch(() => Buffer.alloc(0));
    return bytes.toString('utf8');
  }
}

function outputPath(attempt: ActivityAttempt): string {
  return `${attempt.folder}/output.txt`;
}

function storedOwner(attempt: ActivityAttempt): Owner | null {
  return attempt.owner === null ? null : parseOwner(attempt.folder, stringifyJson(attempt.owner));
}

function lost(attempt: ActivityAttempt, state: 'lost' | 'revoked' | 'ended', reason: string): StepSight {
  return {
    kind: 'lost',
    reason,
    close: (transaction) =>
      closeActivityAttempt(transaction, attempt.id, state === 'revoked' ? 'revoked' : 'lost', parseJson(JSON.stringify({ reason }))),
  };
}
