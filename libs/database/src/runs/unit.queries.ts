import { stringifyJson, type JsonInput, type UnitStatus } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';
import type { UnitFailure } from './run.queries.js';

/** A unit that is about to be inserted. */
export interface NewUnit {
  readonly batchId: number;
  /** Names the unit within its batch: its index in the run's phase. */
  readonly index: number;
  /** Absolute path of its log. */
  readonly logfile: string;
  readonly zarrUrls: readonly string[];
}

/** Inserts the units of a phase, in order, with one statement. */
export async function insertUnits(transaction: Transaction, runId: number, units: readonly NewUnit[]): Promise<void> {
  const isParallel = units.every(({ zarrUrls }) => zarrUrls.length === 1);
  // An array per unit cannot be unnested: one URL each is the common, large case; the other is a single unit.
  const urls = isParallel ? units.map(({ zarrUrls }) => zarrUrls[0]) : units.map(({ zarrUrls }) => JSON.stringify(zarrUrls));
  const zarrUrls = isParallel ? 'array[u.urls]' : 'array(select json_array_elements_text(u.urls::json))';
  await transaction.execute(
    `insert into unit (run_id, batch_id, batch_index, logfile, status, zarr_urls)
     select $1, u.batch_id, u.index, u.logfile, 'submitted', ${zarrUrls}
       from unnest($2::integer[], $3::integer[], $4::text[], $5::text[]) as u (batch_id, index, logfile, urls) order by u.index`,
    [runId, units.map(({ batchId }) => batchId), units.map(({ index }) => index), units.map(({ logfile }) => logfile), urls],
  );
}

/** Makes the units of a run the latest ones of their images (contract: runner.md 4.2–4.4). Not called for compute parts and converters. */
export async function linkImagesToUnits(transaction: Transaction, datasetId: number, workflowTaskId: number, runId: number): Promise<void> {
  await transaction.execute(
    `insert into image_unit (dataset_id, workflow_task_id, zarr_url, unit_id)
     select $1, $2, w.url, max(u.id) from unit u cross join lateral unnest(u.zarr_urls) as w (url)
      where u.run_id = $3 group by w.url order by max(u.id)
     on conflict (dataset_id, workflow_task_id, url_hash) do update set unit_id = excluded.unit_id`,
    [datasetId, workflowTaskId, runId],
  );
}

/** Forgets the units of images that the task removed (contract: runner.md 3.3). */
export async function unlinkImages(
  transaction: Transaction,
  datasetId: number,
  workflowTaskId: number,
  urls: readonly string[],
): Promise<void> {
  await transaction.execute(
    `delete from image_unit where dataset_id = $1 and workflow_task_id = $2
        and url_hash = any(array(select md5(url)::uuid from unnest($3::text[]) as w (url)))`,
    [datasetId, workflowTaskId, urls],
  );
}

/** A unit that is still to be run. */
export interface UnfinishedUnit {
  readonly index: number;
  readonly zarrUrls: readonly string[];
}

/** Units of a batch without a result, in order. */
export async function listUnfinishedUnits(db: Queryable, batchId: number): Promise<UnfinishedUnit[]> {
  return db.query<UnfinishedUnit>(
    `select batch_index as index, zarr_urls as "zarrUrls" from unit where batch_id = $1 and result is null order by batch_index`,
    [batchId],
  );
}

/** What became of a unit. */
export interface SettledUnit {
  readonly index: number;
  readonly hasWarnings: boolean;
  /** Null when the unit did not fail. */
  readonly failure: UnitFailure | null;
  /** Text of the output file, where it says anything. */
  readonly output: string | null;
}

/** How far the results of the present attempt have been read. */
export interface ResultsPosition {
  readonly offset: number;
  readonly lines: number;
}

/** How results of a batch are settled. */
export interface Settlement {
  readonly batchId: number;
  readonly runId: number;
  readonly units: readonly SettledUnit[];
  readonly position: ResultsPosition;
  readonly startedCount: number;
  /** Whether each unit's wire status follows its result at once; units of a compound task turn together at the end. */
  readonly turnStatuses: boolean;
}

/**
 * Writes any number of results with one statement. The first result of a unit counts. A status that an administrator set stays.
 */
export async function settleUnits(
  transaction: Transaction,
  { batchId, runId, units, position, startedCount, turnStatuses }: Settlement,
): Promise<void> {
  await transaction.execute(
    `with news as (
       select * from unnest($3::integer[], $4::text[], $5::boolean[], $6::text[], $7::text[]) as n (index, result, warnings, failure, output)),
     settled as (
       update unit u
          set result = n.result, failure = n.failure::json, has_warnings = n.warnings,
              status = case when $8 and u.status = 'submitted' then case n.result when 'ok' then 'done' else 'failed' end else u.status end
         from news n where u.batch_id = $1 and u.batch_index = n.index and u.result is null
       returning u.id, n.output),
     said as (
       insert into unit_output (unit_id, run_id, output) select id, $2, output from settled where output is not null)
     update batch set results_offset = $9, results_lines = $10, units_started = units_started + $11,
            units_ended = units_ended + (select count(*) from settled)
      where id = $1`,
    [
      batchId,
      runId,
      units.map(({ index }) => index),
      units.map(({ failure }) => (failure === null ? 'ok' : 'failed')),
      units.map(({ hasWarnings }) => hasWarnings),
      units.map(({ failure }) => (failure === null ? null : stringifyJson(failure as JsonInput))),
      units.map(({ output }) => output),
      turnStatuses,
      position.offset,
      position.lines,
      startedCount,
    ],
  );
}

/** A unit of a run whose units have all ended. */
export interface EndedUnit {
  readonly id: number;
  readonly phase: string;
  readonly index: number;
  readonly isOk: boolean;
  readonly zarrUrls: readonly string[];
  readonly logfile: string;
  readonly failure: ReadonlyMap<string, unknown> | null;
  readonly output: string | null;
}

/** The units of a run in the order in which they were made. Failures are read only up to the first failed unit of each phase. */
export async function listEndedUnits(db: Queryable, runId: number): Promise<EndedUnit[]> {
  return db.query<EndedUnit>(
    `select u.id, b.phase, u.batch_index as index, coalesce(u.result, 'failed') = 'ok' as "isOk", u.zarr_urls as "zarrUrls", u.logfile,
            case when u.id = (select min(f.id) from unit f where f.run_id = $1 and f.result = 'failed') then u.failure end as failure, o.output
       from unit u join batch b on b.id = u.batch_id left join unit_output o on o.unit_id = u.id
      where u.run_id = $1 order by u.id`,
    [runId],
  );
}

/** Output of the init unit of a compound run. */
export async function readInitResult(
  db: Queryable,
  runId: number,
): Promise<{ isOk: boolean; output: string | null; inputUrls: readonly string[] } | null> {
  const [row] = await db.query<{ isOk: boolean; output: string | null; inputUrls: readonly string[] }>(
    `select u.result = 'ok' as "isOk", o.output, u.zarr_urls as "inputUrls"
       from batch b join unit u on u.batch_id = b.id left join unit_output o on o.unit_id = u.id
      where b.run_id = $1 and b.phase = 'init'`,
    [runId],
  );
  return row ?? null;
}

/** Turns all units of a run that are in another status. */
export async function turnUnits(transaction: Transaction, runId: number, status: UnitStatus): Promise<void> {
  await transaction.execute('update unit set status = $2 where run_id = $1 and status <> $2', [runId, status]);
}

/** Forgets what the units of a run said: it is in the image list now. */
export async function deleteOutputs(transaction: Transaction, runId: number): Promise<void> {
  await transaction.execute('delete from unit_output where run_id = $1', [runId]);
}
