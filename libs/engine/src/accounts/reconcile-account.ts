import {
  findPolledAccount,
  listAskedAttempts,
  lockBatchLines,
  noteAnswer,
  noteQuestion,
  noteSilence,
  ringBatches,
  writeQueueSights,
  type AskedAttempt,
  type Lease,
  type NewQueueSight,
  type NextLook,
  type PolledAccount,
  type QueueSight,
} from '@fractal-server/database';
import { phaseOf } from '@fractal-server/slurm';
import type { EngineContext } from '../engine-context.js';
import { engineFailPoints } from '../fail-points.js';
import { ClusterInquiry } from './ask-cluster.js';
import type { Clusters } from './clusters.js';
import { ABSENCE_RULES } from './judge-sight.js';
import { lookAtQueue, silenceOf } from './look-at-queue.js';
import { pollSeconds, withJitter, type PollSituation } from './poll-interval.js';

/** What observing an account takes of the engine. */
export interface ObservingContext extends Pick<EngineContext, 'database' | 'nudge' | 'absenceRules'> {
  readonly clusters: Clusters;
}

/**
 * Observes an account: one squeue for all attempts there, of all runs and users. It writes down what was seen and rings the batches; it
 * moves no state. However often it is rung, the cluster is asked once per interval.
 */
export async function reconcileAccount(context: ObservingContext, id: number, lease: Lease): Promise<NextLook> {
  const account = await findPolledAccount(context.database, id);
  if (account === null) return 'closed';
  const attempts = await listAskedAttempts(context.database, id);
  if (attempts.length === 0) return { afterSeconds: null };
  const early = secondsTooEarly(account, attempts);
  if (early > 0) return { afterSeconds: early, ...reasonOf(account.trouble) };
  const askedAt = await lease.transaction((tx) => noteQuestion(tx, id));
  let sights: NewQueueSight[];
  try {
    const commands = await context.clusters.queueCommands(account);
    const rules = { ...(context.absenceRules ?? ABSENCE_RULES), isAskedForOthers: account.login === '' };
    sights = await lookAtQueue(new ClusterInquiry(commands, () => lease.beforeEffect()), attempts, rules);
  } catch (error) {
    lease.signal.throwIfAborted();
    return noteTrouble(context, lease, { account, attempts, trouble: silenceOf(error) });
  }
  return writeDown(context, lease, { account, attempts, askedAt, sights });
}

interface Look {
  readonly account: PolledAccount;
  readonly attempts: readonly AskedAttempt[];
  readonly askedAt: string;
  readonly sights: readonly NewQueueSight[];
}

/** What was seen, and a ring for every batch that it matters to, in one transaction. */
async function writeDown(context: ObservingContext, lease: Lease, { account, attempts, askedAt, sights }: Look): Promise<NextLook> {
  const asked = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  const news = sights.filter((sight) => isNews(asked.get(sight.attemptId)?.sight ?? null, sight));
  // After a silence all have to hear that it is over: they tell of it.
  const told = account.trouble === null ? [...news, ...sights.filter(mayHaveResults)] : sights;
  const rung = [...new Set(told.map(({ attemptId }) => asked.get(attemptId)?.batchId ?? 0))];
  engineFailPoints.before('observe');
  const work = await lease.transaction(
    async (tx) => {
      await writeQueueSights(tx, askedAt, sights);
      await noteAnswer(tx, account.id, news.length > 0);
      return ringBatches(tx, rung);
    },
    (tx) => lockBatchLines(tx, rung),
  );
  engineFailPoints.after('observe');
  work.forEach((line) => context.nudge(line));
  const open = sights.filter(({ verdict }) => verdict !== 'gone');
  if (open.length === 0) return { afterSeconds: null };
  const isNewsExpected = open.some(({ attemptId, verdict }) => verdict !== 'present' || asked.get(attemptId)?.isEnding === true);
  const quietSeconds = news.length > 0 ? 0 : account.quietSeconds;
  const seconds = pollSeconds({ intervalSeconds: account.pollIntervalSeconds, failures: 0, quietSeconds, isNewsExpected });
  return { afterSeconds: withJitter(seconds, Math.random()) };
}

interface Silence {
  readonly account: PolledAccount;
  readonly attempts: readonly AskedAttempt[];
  readonly trouble: string;
}

/**
 * Nothing is known of any attempt: nothing changes but the time of the next look. What may run is rung all the same, since its files tell more;
 * a reason that is new is heard by all, since people are told.
 */
async function noteTrouble(context: ObservingContext, lease: Lease, { account, attempts, trouble }: Silence): Promise<NextLook> {
  const told = attempts.filter(({ sight }) => trouble !== account.trouble || sight === null || mayHaveResults(sight));
  const rung = [...new Set(told.map(({ batchId }) => batchId))];
  const work = await lease.transaction(
    async (tx) => {
      await noteSilence(tx, account.id, trouble);
      return ringBatches(tx, rung);
    },
    (tx) => lockBatchLines(tx, rung),
  );
  work.forEach((line) => context.nudge(line));
  const failures = account.failures + 1;
  const seconds = pollSeconds({ ...situationOf(account), failures, isNewsExpected: false });
  return { afterSeconds: withJitter(seconds, Math.random()), ...reasonOf(trouble) };
}

/** Seconds until the account may be asked again; 0 or less: now. */
function secondsTooEarly(account: PolledAccount, attempts: readonly AskedAttempt[]): number {
  if (account.secondsSinceAsked === null) return 0;
  const isNewsExpected = attempts.some(({ sight, isEnding }) => isEnding || sight?.verdict !== 'present');
  return pollSeconds({ ...situationOf(account), isNewsExpected }) - account.secondsSinceAsked;
}

function situationOf({ pollIntervalSeconds, failures, quietSeconds }: PolledAccount): Omit<PollSituation, 'isNewsExpected'> {
  return { intervalSeconds: pollIntervalSeconds, failures, quietSeconds };
}

function reasonOf(trouble: string | null): { readonly waitingReason?: string } {
  return trouble === null ? {} : { waitingReason: `the queue cannot be asked: ${trouble}` };
}

function isNews(before: QueueSight | null, { verdict, slurmState, slurmJobId }: NewQueueSight): boolean {
  return before?.verdict !== verdict || before.slurmState !== slurmState || before.slurmJobId !== slurmJobId;
}

/** Its runner may have written results since the last look; what the queue does not show may have ended, and its files tell so first. */
function mayHaveResults({ verdict, slurmState }: Pick<QueueSight, 'verdict' | 'slurmState'>): boolean {
  return verdict === 'unknown' || (slurmState !== null && phaseOf(slurmState) !== 'waiting');
}
