import type { Queryable } from '../connection/database.js';
import type { ServedWork } from '../work/work-line.js';

/** A file that the workers of a place leave in a folder that the API has to see as well. */
export interface SiteProbe {
  readonly resourceId: number;
  readonly place: string;
  /** `jobs_local_dir` of the resource when the file was left. */
  readonly folder: string;
  /** What the file holds: the same for all workers of the place. */
  readonly token: string;
}

/** A probe that a worker is to leave now. */
export interface PlannedProbe extends SiteProbe {
  /** Whether the place has tried before, in the same folder. */
  readonly isKnown: boolean;
}

/** A probe as its worker has left it. */
export interface LeftProbe extends SiteProbe {
  readonly resourceName: string;
  readonly leftAt: string;
  /** Why the worker could not leave it; null: it is there. */
  readonly trouble: string | null;
}

/** The probes that a worker is to leave, one for each resource that it serves. */
export async function planProbes(db: Queryable, served: ServedWork): Promise<PlannedProbe[]> {
  return db.query<PlannedProbe>(
    `insert into site_probe (resource_id, place, folder, token)
     select id, $3, jobs_local_dir, gen_random_uuid()::text from resource
      where type = any($1::text[]) and ($2::text[] is null or name = any($2)) order by id
     on conflict (resource_id, place) do update set folder = excluded.folder,
       left_at = case when site_probe.folder = excluded.folder then site_probe.left_at end
     returning resource_id as "resourceId", place, folder, token, left_at is not null as "isKnown"`,
    [served.backendTypes, served.resourceNames, served.place],
  );
}

/** What has become of a probe. @param trouble null: it is there */
export async function noteProbe(db: Queryable, { resourceId, place, folder }: SiteProbe, trouble: string | null): Promise<void> {
  await db.execute(
    `update site_probe set left_at = clock_timestamp(), trouble = $4 where resource_id = $1 and place = $2 and folder = $3`,
    [resourceId, place, folder, trouble],
  );
}

/** The probes in folders that resources have now, of places that had a worker within the last hour. @param resourceId default: of all resources */
export async function listProbes(db: Queryable, resourceId: number | null = null): Promise<LeftProbe[]> {
  return db.query<LeftProbe>(
    `select p.resource_id as "resourceId", r.name as "resourceName", p.place, p.folder, p.token, p.left_at as "leftAt", p.trouble
       from site_probe p
       join resource r on r.id = p.resource_id and r.jobs_local_dir = p.folder
       join place l on l.name = p.place and l.last_seen_at > clock_timestamp() - interval '1 hour'
      where p.left_at is not null and ($1::integer is null or p.resource_id = $1) order by p.resource_id, p.place`,
    [resourceId],
  );
}
