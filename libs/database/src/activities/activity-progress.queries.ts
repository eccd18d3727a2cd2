import { cleanText, stringifyJson, type Json, type JsonInput } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';

/** What a worker needs to know of an activity to do its next step. */
export interface ActivityProgress {
  readonly id: number;
  readonly taskGroupId: number | null;
  readonly resourceId: number;
  readonly userId: number;
  readonly status: string;
  readonly action: string;
  /** The step that is under way; null before the first one. */
  readonly step: string | null;
  readonly spec: Json;
}

/** A new activity. */
export interface NewActivity {
  readonly userId: number;
  readonly taskGroupId: number;
  readonly resourceId: number;
  readonly pkgName: string;
  readonly version: string;
  readonly action: string;
  readonly fractalServerVersion: string;
  /** What the workers need beyond the task group's own columns. */
  readonly spec: JsonInput;
}

/** One line of an activity's log. */
export interface ActivityLogLine {
  readonly level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
  readonly message: string;
}

/** An activity was moved by somebody else in between: this worker is late, and must not write. */
export class ActivityMoved extends Error {
  constructor(activityId: number) {
    super(`activity ${activityId} is not in the step any more that this worker saw`);
    this.name = 'ActivityMoved';
  }
}

/** Stores an activity with status `pending`; returns its id. */
export async function insertActivity(transaction: Transaction, activity: NewActivity): Promise<number> {
  const rows = await transaction.query<{ id: number }>(
    `insert into activity (user_id, task_group_id, resource_id, pkg_name, version, action, fractal_server_version, status, spec)
     values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8) returning id`,
    [
      activity.userId,
      activity.taskGroupId,
      activity.resourceId,
      activity.pkgName,
      activity.version,
      activity.action,
      activity.fractalServerVersion,
      stringifyJson(activity.spec),
    ],
  );
  return rows[0]!.id;
}

/** The activity as its next step needs it, or null. */
export async function findActivityProgress(db: Queryable, activityId: number): Promise<ActivityProgress | null> {
  const rows = await db.query<ActivityProgress>(
    `select id, task_group_id as "taskGroupId", resource_id as "resourceId", user_id as "userId", status, action, step, spec
     from activity where id = $1`,
    [activityId],
  );
  return rows[0] ?? null;
}

/** Where an activity goes from the state that the worker saw. */
export interface ActivityMove {
  readonly step: string | null;
  readonly status?: 'ongoing' | 'failed' | 'OK';
  /** Replaces what was stored. */
  readonly spec?: JsonInput;
  readonly log?: readonly ActivityLogLine[];
}

/**
 * Moves an activity from the state that was seen, with the lines of its log in the same transaction. `failed` and `OK` end it.
 * @throws ActivityMoved when it is not in that state any more
 */
export async function moveActivity(transaction: Transaction, seen: ActivityProgress, move: ActivityMove): Promise<void> {
  const status = move.status ?? seen.status;
  const isEnd = status === 'failed' || status === 'OK';
  const moved = await transaction.execute(
    `update activity set step = $4, status = $5, spec = coalesce($6::json, spec),
       timestamp_ended = case when $7 then clock_timestamp() else timestamp_ended end
     where id = $1 and status = $2 and step is not distinct from $3`,
    [seen.id, seen.status, seen.step, move.step, status, move.spec === undefined ? null : stringifyJson(move.spec), isEnd],
  );
  if (moved !== 1) throw new ActivityMoved(seen.id);
  await logActivity(transaction, seen.id, seen.action, move.log ?? []);
}

/** Appends lines to the log of an activity, in order. */
export async function logActivity(
  transaction: Transaction,
  activityId: number,
  action: string,
  lines: readonly ActivityLogLine[],
): Promise<void> {
  if (lines.length === 0) return;
  await transaction.execute(
    `insert into log_line (activity_id, logger, level, message)
     select $1, $2, line.level, line.message
     from unnest($3::text[], $4::text[]) with ordinality as line (level, message, position) order by line.position`,
    [activityId, `${action}.ID${activityId}`, lines.map((line) => line.level), lines.map((line) => cleanText(line.message))],
  );
}

/** The last line of an activity's log, without its time and level; null when there is none. */
export async function findLastActivityMessage(db: Queryable, activityId: number): Promise<string | null> {
  const [line] = await db.query<{ message: string }>(`select message from log_line where activity_id = $1 order by id desc limit 1`, [
    activityId,
  ]);
  return line?.message ?? null;
}
