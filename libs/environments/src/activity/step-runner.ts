import {
  claimActivityAttempt,
  closeActivityAttempt,
  findOpenActivityAttempt,
  nameActivityAttempt,
  type ActivityAttempt,
  type Database,
  type Lease,
} from '@fractal-server/database';
import { toJson, type JsonInput } from '@fractal-server/domain';
import { newAttemptName, newAttemptToken, type Owner } from '@fractal-server/execution';
import type { EnvironmentSite } from '../sites/environment-site.js';
import type { ActivityStep, StepSight } from './activity-step.js';
import { outputPath, type StepAttempts, type StepAttemptSight } from './step-attempts.js';
import { readStepOutput } from './step-output.js';

/**
 * Runs the commands of activities as attempts. A look either starts the attempt, finds it running, or tells how it ended; whoever looks next,
 * and however often the server was restarted in between, the command runs once for each attempt.
 */
export class StepRunner {
  constructor(private readonly database: Database) {}

  /** Looks at the step of an activity, and starts it when it was not started yet. */
  async look(site: EnvironmentSite, activityId: number, step: ActivityStep, lease: Lease): Promise<StepSight> {
    const { attempts } = site;
    const attempt = (await findOpenActivityAttempt(this.database, activityId)) ?? (await this.name(attempts, activityId, step, lease));
    const seen = await attempts.look(attempt, step, lease);
    const sight = seen.kind === 'unclaimed' ? await attempts.start(attempt, step, lease) : seen;
    switch (sight.kind) {
      case 'unclaimed':
        return { kind: 'running' };
      case 'revoked':
        return lost(attempt, 'revoked', 'It was given up before it started.');
      case 'running':
        return this.keepWatch(attempts, activityId, attempt, sight.owner, lease);
      case 'elsewhere':
        return sight;
      case 'ended':
        return this.ended(site, attempt, sight, lease);
      case 'lost':
        await attempts.end(attempt, step, lease);
        return lost(attempt, 'lost', sight.reason);
    }
  }

  /**
   * Ends whatever an activity still has running, so that its files can be removed.
   * @returns false while something may run where it was only asked to stop
   */
  async endAll({ attempts }: EnvironmentSite, activityId: number, step: Pick<ActivityStep, 'python'>, lease: Lease): Promise<boolean> {
    attempts.unwatch(activityId);
    const attempt = await findOpenActivityAttempt(this.database, activityId);
    if (attempt === null) return true;
    const how = await attempts.end(attempt, step, lease);
    if (how === 'elsewhere') return false;
    await lease.transaction((transaction) => closeActivityAttempt(transaction, attempt.id, how, { reason: 'given up' }));
    return true;
  }

  /** Writes off what an activity may still have running where nobody can get to. */
  async abandon(activityId: number, reason: string, lease: Lease): Promise<void> {
    const attempt = await findOpenActivityAttempt(this.database, activityId);
    if (attempt === null) return;
    await lease.transaction((transaction) => closeActivityAttempt(transaction, attempt.id, 'lost', { reason }));
  }

  /** The intent comes before the effect: the row that names the attempt is there before its folder. */
  private async name({ place }: StepAttempts, activityId: number, step: ActivityStep, lease: Lease): Promise<ActivityAttempt> {
    const name = newAttemptName(step.name);
    const folder = `${step.attemptsFolder}/${name}`;
    await lease.transaction((transaction) =>
      nameActivityAttempt(transaction, activityId, { name, token: newAttemptToken(), folder, place }),
    );
    const attempt = await findOpenActivityAttempt(this.database, activityId);
    if (attempt === null) throw new Error(`activity ${activityId}: the attempt that was just named is not open`);
    return attempt;
  }

  private async keepWatch(
    attempts: StepAttempts,
    activityId: number,
    attempt: ActivityAttempt,
    owner: Owner,
    lease: Lease,
  ): Promise<StepSight> {
    if (attempt.state !== 'claimed') {
      await lease.transaction((transaction) => claimActivityAttempt(transaction, attempt.id, owner as unknown as JsonInput));
    }
    attempts.watch(activityId, attempt, owner);
    return { kind: 'running' };
  }

  private async ended(
    { host }: EnvironmentSite,
    attempt: ActivityAttempt,
    { result, reason }: Extract<StepAttemptSight, { kind: 'ended' }>,
    lease: Lease,
  ): Promise<StepSight> {
    if (result === undefined || result.stopped || result.diskFull) {
      return lost(attempt, 'ended', `The command did not finish: ${result?.diskFull === true ? 'disk full' : reason}.`);
    }
    const { exitCode, signal, wallSeconds, cpuSeconds } = result;
    return {
      kind: 'ended',
      exitCode,
      signal,
      output: result.startError ?? (await readStepOutput(host, outputPath(attempt), result.logTail, await lease.beforeEffect())),
      close: (transaction) => closeActivityAttempt(transaction, attempt.id, 'ended', toJson({ exitCode, signal, wallSeconds, cpuSeconds })),
    };
  }
}

function lost(attempt: ActivityAttempt, how: 'lost' | 'revoked' | 'ended', reason: string): StepSight {
  const state = how === 'revoked' ? 'revoked' : 'lost';
  return { kind: 'lost', reason, close: (transaction) => closeActivityAttempt(transaction, attempt.id, state, { reason }) };
}
