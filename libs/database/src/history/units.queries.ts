import type { UnitStatus } from '@fractal-server/domain';
import type { Queryable } from '../connection/database.js';

/** A unit as clients see it. */
export interface ShownUnit {
  readonly id: number;
  /** Absolute path of its log. */
  readonly logfile: string | null;
  readonly hasWarnings: boolean;
  readonly status: UnitStatus;
  readonly zarrUrls: readonly string[];
}

/** A part of the units of a run, in the order in which they were made. @param limit null for all */
export async function listShownUnits(
  db: Queryable,
  runId: number,
  status: UnitStatus | null,
  { offset, limit }: { readonly offset: number; readonly limit: number | null },
): Promise<{ readonly units: ShownUnit[]; readonly totalCount: number }> {
  const [count] = await db.query<{ total: number }>(
    'select count(*) as total from unit where run_id = $1 and ($2::text is null or status = $2)',
    [runId, status],
  );
  const units = await db.query<ShownUnit>(
    `select id, logfile, has_warnings as "hasWarnings", status, zarr_urls as "zarrUrls"
       from unit where run_id = $1 and ($2::text is null or status = $2) order by id offset $3 limit $4`,
    [runId, status, offset, limit],
  );
  return { units, totalCount: count?.total ?? 0 };
}

/** Where the log of a unit is. */
export interface UnitLogPlace {
  readonly unitId: number;
  readonly runId: number;
  /** Absolute path below the job's folder. */
  readonly logfile: string;
  /** Folder of the job, which has become an archive beside it once the job is over. */
  readonly workingDir: string;
}

const LOG_PLACE = /* sql */ `
  select u.id as "unitId", u.run_id as "runId", u.logfile, j.working_dir as "workingDir"
    from unit u join run r on r.id = u.run_id join job j on j.id = r.job_id`;

/** @returns null when there is no such unit */
export async function findUnitLog(db: Queryable, unitId: number): Promise<UnitLogPlace | null> {
  const [place] = await db.query<UnitLogPlace>(`${LOG_PLACE} where u.id = $1`, [unitId]);
  return place ?? null;
}

/** The log of the latest unit that worked on an image in a workflow task. @returns null when none did */
export async function findImageLog(
  db: Queryable,
  { datasetId, workflowTaskId, zarrUrl }: { readonly datasetId: number; readonly workflowTaskId: number; readonly zarrUrl: string },
): Promise<UnitLogPlace | null> {
  const [place] = await db.query<UnitLogPlace>(
    `${LOG_PLACE} join image_unit iu on iu.unit_id = u.id
      where iu.dataset_id = $1 and iu.workflow_task_id = $2 and iu.url_hash = md5($3)::uuid and iu.zarr_url = $3`,
    [datasetId, workflowTaskId, zarrUrl],
  );
  return place ?? null;
}
