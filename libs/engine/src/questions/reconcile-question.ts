import {
  answerQuestion,
  findOpenQuestion,
  type Database,
  type Lease,
  type NextLook,
  type QuestionKind,
  type QuestionOutcome,
} from '@fractal-server/database';
import type { Logger } from '../scheduling/logger.js';
import type { Answer, AnswerLimits, QuestionContext } from './answer.js';
import { listQueue } from './list-queue.js';

/** Who answers what. */
const ANSWERS: Readonly<Record<QuestionKind, Answer>> = { squeue: listQueue };

/** Time that the answer needs to get back. */
const RETURN_MS = 500;

/**
 * Answers a question, once: whoever asked waits for seconds only, and may ask again. A question that cannot be answered is answered with
 * the reason.
 */
export async function reconcileQuestion(
  context: QuestionContext & { readonly database: Database; readonly logger: Logger },
  id: number,
  lease: Lease,
): Promise<NextLook> {
  const question = await findOpenQuestion(context.database, id);
  if (question === null) return 'closed';
  const { deadlineMs, signal } = await lease.beforeEffect();
  const limits: AnswerLimits = { deadlineMs: Math.min(deadlineMs, Math.max(1, question.secondsLeft * 1_000 - RETURN_MS)), signal };
  const outcome = await ANSWERS[question.kind](context, question, limits).then(
    (answer): QuestionOutcome => ({ answer }),
    (error: unknown): QuestionOutcome => ({ failure: error instanceof Error ? error.message : String(error) }),
  );
  signal.throwIfAborted();
  if ('failure' in outcome)
    context.logger.warn({ question: id, kind: question.kind, failure: outcome.failure }, 'a question has no answer');
  await lease.transaction((transaction) => answerQuestion(transaction, id, outcome));
  return 'closed';
}
