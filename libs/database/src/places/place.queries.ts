import type { Queryable } from '../connection/database.js';

/** A place as its workers describe it. */
export interface SeenPlace {
  readonly name: string;
  readonly machineId: string;
  readonly bootId: string;
  readonly pidNamespace: string;
}

/** A worker says that it serves the place. */
export async function seePlace(db: Queryable, place: SeenPlace): Promise<void> {
  await db.execute(
    `insert into place (name, machine_id, boot_id, pid_namespace, last_seen_at) values ($1, $2, $3, $4, clock_timestamp())
     on conflict (name) do update set machine_id = excluded.machine_id, boot_id = excluded.boot_id, pid_namespace = excluded.pid_namespace,
       last_seen_at = excluded.last_seen_at`,
    [place.name, place.machineId, place.bootId, place.pidNamespace],
  );
}

/** Seconds since a worker of the place was last seen. @returns null when there never was one */
export async function secondsSincePlaceWasSeen(db: Queryable, name: string): Promise<number | null> {
  const [row] = await db.query<{ seconds: number }>(
    `select extract(epoch from clock_timestamp() - last_seen_at)::float8 as seconds from place where name = $1`,
    [name],
  );
  return row?.seconds ?? null;
}
