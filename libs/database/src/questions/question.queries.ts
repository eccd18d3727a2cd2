import { stringifyJson, type JsonInput, type JsonObject } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';
import type { AddressedWork } from '../work/work-line.js';
import { enqueueWork } from '../work/work.queries.js';

/** What can be asked: the listing of a cluster's queue. */
export type QuestionKind = 'squeue';

/** Something that only a worker can find out. */
export interface NewQuestion {
  readonly kind: QuestionKind;
  readonly resourceId: number;
  readonly backendType: string;
  /** User that logs in over SSH; empty where the worker's own account is asked. */
  readonly login: string;
  /** What the kind needs to know. */
  readonly parameters: JsonInput;
}

/** A question that somebody waits for. */
export interface OpenQuestion {
  readonly kind: QuestionKind;
  readonly resourceId: number;
  readonly login: string;
  readonly parameters: JsonObject;
  /** How long somebody still waits. */
  readonly secondsLeft: number;
}

/** What became of a question. */
export type QuestionOutcome = { readonly answer: string } | { readonly failure: string };

/**
 * Asks, and removes what nobody waits for any more: questions of API processes that died.
 * @param seconds how long the answer is waited for
 * @returns whom to ring once the transaction is committed; its id is the question's
 */
export async function askQuestion(transaction: Transaction, question: NewQuestion, seconds: number): Promise<AddressedWork> {
  await dropQuestions(transaction, 'until < clock_timestamp()', []);
  const [row] = await transaction.query<{ id: number }>(
    `insert into question (resource_id, kind, login, parameters, until)
     values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5)) returning id`,
    [question.resourceId, question.kind, question.login, stringifyJson(question.parameters), seconds],
  );
  const { backendType, resourceId } = question;
  const work: AddressedWork = { kind: 'question', id: row!.id, backendType, resourceId, place: null };
  await enqueueWork(transaction, work);
  return work;
}

/** The question, for the worker that is to answer it. @returns null when nobody waits for it (any more) or it has its answer */
export async function findOpenQuestion(db: Queryable, id: number): Promise<OpenQuestion | null> {
  const [row] = await db.query<OpenQuestion>(
    `select kind, resource_id as "resourceId", login, parameters, extract(epoch from until - clock_timestamp())::float8 as "secondsLeft"
       from question where id = $1 and answered_at is null and until > clock_timestamp()`,
    [id],
  );
  return row ?? null;
}

/** Writes down the answer, or why there is none. A question that is not there any more is no error. */
export async function answerQuestion(transaction: Transaction, id: number, outcome: QuestionOutcome): Promise<void> {
  const { answer = null, failure = null } = outcome as { readonly answer?: string; readonly failure?: string };
  await transaction.execute(
    `update question set answered_at = clock_timestamp(), answer = $2, failure = $3 where id = $1 and answered_at is null`,
    [id, answer?.replaceAll('\0', '\uFFFD') ?? null, failure?.replaceAll('\0', '\uFFFD') ?? null],
  );
}

/** What became of a question so far. @returns null while it is open; the failure says so when it is gone */
export async function readQuestionOutcome(db: Queryable, id: number): Promise<QuestionOutcome | null> {
  const [row] = await db.query<{ answer: string | null; failure: string | null }>(`select answer, failure from question where id = $1`, [
    id,
  ]);
  if (row === undefined) return { failure: 'the question was removed' };
  if (row.answer !== null) return { answer: row.answer };
  return row.failure === null ? null : { failure: row.failure };
}

/** Removes a question that nobody waits for any more. */
export async function withdrawQuestion(db: Queryable, id: number): Promise<void> {
  await dropQuestions(db, 'id = $1', [id]);
}

/** Lines of work go with their questions. What somebody else is removing at this moment is left to them. */
async function dropQuestions(db: Queryable, condition: string, parameters: readonly unknown[]): Promise<void> {
  await db.execute(
    `with dropped as (
       delete from question where id in (select id from question where ${condition} for update skip locked) returning id)
     delete from work where kind = 'question' and id in (select id from dropped)`,
    parameters,
  );
}
