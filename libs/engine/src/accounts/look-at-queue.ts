import type { AskedAttempt, NewQueueSight } from '@fractal-server/database';
import { HostError } from '@fractal-server/hosts';
import { ClusterSilent, type ClusterInquiry } from './ask-cluster.js';
import {
  doubtful,
  idOf,
  isConfirmationDue,
  judgeByAccounting,
  judgeByController,
  judgeByQueue,
  mayBeGone,
  type AbsenceRules,
} from './judge-sight.js';
import { NoWayToCluster } from './no-way-to-cluster.js';
import type { ControllerAnswer, QueueAnswer } from './slurm-answers.js';

/** Jobs that the controller is asked for in one look; the others have their turn in the next ones. */
const CONFIRMATIONS_PER_LOOK = 50;

/** How absence is judged for an account. */
export interface LookRules extends AbsenceRules {
  /** The queue is asked as another user than those of the jobs: SLURM may hide them (`PrivateData`). */
  readonly isAskedForOthers: boolean;
}

/**
 * One look at the attempts of an account: squeue for all, then, only for those that it does not show, sacct, then the controller.
 * @returns what was seen of each attempt
 * @throws ClusterSilent, HostError when squeue gives no answer: nothing is known of any attempt then
 */
export async function lookAtQueue(inquiry: ClusterInquiry, attempts: readonly AskedAttempt[], rules: LookRules): Promise<NewQueueSight[]> {
  const queue = await inquiry.askQueue(attempts);
  const sights: NewQueueSight[] = [];
  const hidden: AskedAttempt[] = [];
  for (const attempt of attempts) {
    const sight = judgeByQueue(attempt, queue.rows);
    if (sight !== null) sights.push(sight);
    else if (mayBeGone(attempt, rules)) hidden.push(attempt);
    else sights.push(doubtful(attempt, 'submitted a moment ago, not in the queue yet'));
  }
  return [...sights, ...(await judgeHidden(inquiry, hidden, queue, rules))];
}

async function judgeHidden(
  inquiry: ClusterInquiry,
  attempts: readonly AskedAttempt[],
  queue: QueueAnswer,
  rules: LookRules,
): Promise<NewQueueSight[]> {
  if (attempts.length === 0) return [];
  const records = await orElse([], () => inquiry.askAccounting(attempts));
  const sights: NewQueueSight[] = [];
  const open: AskedAttempt[] = [];
  for (const attempt of attempts) {
    const sight = judgeByAccounting(attempt, records);
    if (sight === null) open.push(attempt);
    else sights.push(sight);
  }
  if (queue.flaw !== null) return [...sights, ...open.map((attempt) => doubtful(attempt, queue.flaw))];
  return [...sights, ...(await judgeForgotten(inquiry, open, queue, rules))];
}

/** Neither queue nor accounting has them: the controller has to say twice that it does not know them. */
async function judgeForgotten(
  inquiry: ClusterInquiry,
  attempts: readonly AskedAttempt[],
  queue: QueueAnswer,
  rules: LookRules,
): Promise<NewQueueSight[]> {
  const due = attempts.filter((attempt) => isConfirmationDue(attempt, rules)).slice(0, CONFIRMATIONS_PER_LOOK);
  const later = attempts.filter((attempt) => !due.includes(attempt));
  const sights = later.map((attempt) => doubtful(attempt, attempt.sight?.doubt ?? 'not in the queue; the controller is asked next'));
  if (due.length === 0) return sights;
  const obstacle = await orWhy(() => whyNothingCanBeSaid(inquiry, queue, rules));
  for (const attempt of due) {
    const isHidden = obstacle?.isBlindness === true && attempt.sight?.witness !== 'squeue';
    const answer = isHidden || obstacle?.isBlindness === false ? noAnswer(obstacle) : await askController(inquiry, attempt);
    sights.push(judgeByController(attempt, answer, rules));
  }
  return sights;
}

function noAnswer({ why }: Obstacle): ControllerAnswer {
  return { kind: 'no answer', why };
}

interface Obstacle {
  readonly why: string;
  /** SLURM hides jobs from us: what was never shown may be there. */
  readonly isBlindness: boolean;
}

async function whyNothingCanBeSaid(inquiry: ClusterInquiry, queue: QueueAnswer, rules: LookRules): Promise<Obstacle | null> {
  const away = await inquiry.whyControllerIsAway();
  if (away !== null) return { why: away, isBlindness: false };
  // Whoever is shown one job of another user is shown all of them.
  const isBlind = rules.isAskedForOthers && queue.rows.length === 0 && (await inquiry.hidesJobs());
  if (!isBlind) return null;
  return { why: 'SLURM hides jobs from this server (PrivateData=jobs): only their own files tell of them', isBlindness: true };
}

async function askController(inquiry: ClusterInquiry, attempt: AskedAttempt): Promise<ControllerAnswer> {
  const jobId = idOf(attempt);
  // A submission without an answer has no id to ask for; that the queue does not show its name was confirmed by the ping.
  if (jobId === null) return { kind: 'unknown job' };
  try {
    return await inquiry.askController(attempt.name, jobId);
  } catch (error) {
    return { kind: 'no answer', why: silenceOf(error) };
  }
}

/** What a failed call says; anything but silence is a fault of ours and is thrown on. */
export function silenceOf(error: unknown): string {
  if (error instanceof ClusterSilent || error instanceof HostError || error instanceof NoWayToCluster) return error.message;
  throw error;
}

async function orElse<T>(otherwise: T, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    silenceOf(error);
    return otherwise;
  }
}

async function orWhy(call: () => Promise<Obstacle | null>): Promise<Obstacle | null> {
  try {
    return await call();
  } catch (error) {
    return { why: silenceOf(error), isBlindness: false };
  }
}
