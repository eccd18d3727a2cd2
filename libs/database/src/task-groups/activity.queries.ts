import type { ActivityAction, ActivityStatus } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';

/** One activity with its log so far. */
export interface Activity {
  readonly id: number;
  readonly userId: number;
  readonly taskGroupId: number | null;
  readonly timestampStarted: string;
  readonly timestampEnded: string | null;
  readonly pkgName: string;
  readonly version: string;
  readonly status: ActivityStatus;
  readonly action: ActivityAction;
  /** Null while nothing was logged. */
  readonly log: string | null;
}

/** Conditions on a list of activities; all that are given must hold. */
export interface ActivityFilter {
  readonly activityId?: number | null;
  readonly taskGroupId?: number | null;
  /** Part of the package name, in any case; `%` and `_` are ordinary characters. */
  readonly pkgName?: string | null;
  readonly status?: string | null;
  readonly action?: string | null;
  /** ISO 8601 with offset; inclusive. */
  readonly startedMin?: string | null;
}

/** One line of a log file: time (UTC, milliseconds), logger, level, message (contract: task-environments 7.2). */
const LOG_LINE = `to_char(l.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS,MS') || ' - ' || l.logger || ' - ' || l.level || ' - ' || l.message`;

const SELECT_ACTIVITY = `
  select a.id, a.user_id as "userId", a.task_group_id as "taskGroupId", a.timestamp_started as "timestampStarted",
    a.timestamp_ended as "timestampEnded", a.pkg_name as "pkgName", a.version, a.status, a.action,
    (select string_agg(${LOG_LINE}, E'\\n' order by l.id) || E'\\n' from log_line l where l.activity_id = a.id) as log
  from activity a`;

/** The activity, or null. */
export async function findActivity(db: Queryable, activityId: number): Promise<Activity | null> {
  const rows = await db.query<Activity>(`${SELECT_ACTIVITY} where a.id = $1`, [activityId]);
  return rows[0] ?? null;
}

/** Activities of a user that match the filter, by id. */
export async function listActivities(db: Queryable, userId: number, filter: ActivityFilter): Promise<Activity[]> {
  return db.query<Activity>(
    `${SELECT_ACTIVITY}
     where a.user_id = $1
       and ($2::integer is null or a.id = $2)
       and ($3::integer is null or a.task_group_id = $3)
       and ($4::text is null or strpos(lower(a.pkg_name), lower($4)) > 0)
       and ($5::text is null or a.status = $5)
       and ($6::text is null or a.action = $6)
       and ($7::timestamptz is null or a.timestamp_started >= $7)
     order by a.id`,
    [
      userId,
      filter.activityId ?? null,
      filter.taskGroupId ?? null,
      filter.pkgName ?? null,
      filter.status ?? null,
      filter.action ?? null,
      filter.startedMin ?? null,
    ],
  );
}
