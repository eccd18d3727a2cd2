import type { ImageStatus } from '@fractal-server/domain';
import type { Queryable, Transaction } from '../connection/database.js';

/**
 * Stores the status of every image for the job's first workflow task as it is now (contract: runner.md 5.4). The filter refers to this
 * moment for the whole job.
 */
export async function snapshotImageStatuses(transaction: Transaction, jobId: number): Promise<void> {
  await transaction.execute(
    `insert into job_image_status (job_id, url_hash, status)
     select j.id, i.url_hash, coalesce(u.status, 'unset')
       from job j
       join job_task t on t.job_id = j.id and t.position = 0
       join image i on i.dataset_id = j.dataset_id
       left join image_unit iu on iu.dataset_id = j.dataset_id and iu.workflow_task_id = t.workflow_task_id and iu.url_hash = i.url_hash
       left join unit u on u.id = iu.unit_id
      where j.id = $1`,
    [jobId],
  );
}

/** The stored statuses of the images of a dataset, by URL; of some images only where URLs are given. */
export async function readImageStatuses(
  db: Queryable,
  jobId: number,
  datasetId: number,
  urls: readonly string[] | null,
): Promise<Map<string, ImageStatus>> {
  const rows =
    urls === null
      ? await db.query<{ url: string; status: ImageStatus }>(
          `select i.zarr_url as url, s.status from job_image_status s join image i on i.dataset_id = $2 and i.url_hash = s.url_hash where s.job_id = $1`,
          [jobId, datasetId],
        )
      : await db.query<{ url: string; status: ImageStatus }>(
          `select w.url, s.status from unnest($2::text[]) as w (url) join job_image_status s on s.job_id = $1 and s.url_hash = md5(w.url)::uuid`,
          [jobId, urls],
        );
  return new Map(rows.map(({ url, status }) => [url, status]));
}

/** Stores what a task's output did to the statuses: new images inherit them through their origin, re-created ones may lose theirs. */
export async function writeImageStatuses(
  transaction: Transaction,
  jobId: number,
  statuses: ReadonlyMap<string, ImageStatus | undefined>,
): Promise<void> {
  const urls = [...statuses.keys()];
  await transaction.execute(
    `delete from job_image_status where job_id = $1 and url_hash = any(select md5(url)::uuid from unnest($2::text[]) as w (url))`,
    [jobId, urls],
  );
  const kept = urls.filter((url) => statuses.get(url) !== undefined);
  await transaction.execute(
    `insert into job_image_status (job_id, url_hash, status)
     select $1, md5(w.url)::uuid, w.status from unnest($2::text[], $3::text[]) as w (url, status)`,
    [jobId, kept, kept.map((url) => statuses.get(url))],
  );
}
