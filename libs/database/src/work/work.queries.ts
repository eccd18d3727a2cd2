import type { Queryable, Transaction } from '../connection/database.js';
import type { AddressedWork, ServedWork, WorkAddress, WorkKey } from './work-line.js';

/** How many lines one sweep takes. */
export const SWEEP_LIMIT = 200;

/**
 * Adds the line of a new thing, due at once. In the transaction that inserts the thing, this *is* the outbox: after the commit the sweep
 * finds it even if no bell ever rings.
 */
export async function enqueueWork(transaction: Transaction, { kind, id, backendType, resourceId, place }: AddressedWork): Promise<void> {
  await transaction.execute(
    `insert into work (kind, id, backend_type, resource_id, place, next_action_at) values ($1, $2, $3, $4, $5, clock_timestamp())`,
    [kind, id, backendType, resourceId, place],
  );
}

/** Like {@link enqueueWork}, for many things of one kind that no place holds yet. */
export async function enqueueAllWork(
  transaction: Transaction,
  kind: WorkKey['kind'],
  ids: readonly number[],
  { backendType, resourceId }: Pick<WorkAddress, 'backendType' | 'resourceId'>,
): Promise<void> {
  await transaction.execute(
    `insert into work (kind, id, backend_type, resource_id, next_action_at)
     select $1, w.id, $3, $4, clock_timestamp() from unnest($2::integer[]) as w (id)`,
    [kind, ids, backendType, resourceId],
  );
}

/**
 * Asks for a look: never lost, also while somebody is looking (that step began before the ring, and looks again).
 * @returns whom to ring, or null when there is nothing left to look at
 */
export async function ringWork(db: Queryable, key: WorkKey): Promise<AddressedWork | null> {
  const [row] = await db.query<AddressedWork>(
    `update work set rings = rings + 1, next_action_at = least(next_action_at, clock_timestamp())
      where kind = $1 and id = $2
      returning kind, id, backend_type as "backendType", resource_id as "resourceId", place`,
    [key.kind, key.id],
  );
  return row ?? null;
}

/**
 * Takes the word from whoever holds the lease: that holder's next write matches no row. For requests of the API that end something,
 * in the same transaction; they hold no lease themselves.
 */
export async function overruleLease(transaction: Transaction, key: WorkKey): Promise<AddressedWork | null> {
  const [row] = await transaction.query<AddressedWork>(
    `update work set rings = rings + 1, epoch = epoch + 1, owner = null, until = null, failures = 0,
            waiting_reason = null, next_action_at = clock_timestamp()
      where kind = $1 and id = $2
      returning kind, id, backend_type as "backendType", resource_id as "resourceId", place`,
    [key.kind, key.id],
  );
  return row ?? null;
}

/**
 * Takes what is due and pushes it 30 s on, so that a slow queue is not rung full. Lines under a valid lease are skipped: their holder
 * looks again by itself.
 */
export async function sweepDueWork(db: Queryable, served: ServedWork): Promise<AddressedWork[]> {
  return db.prepared<AddressedWork>(
    'sweep-due-work',
    `with due as (
       select w.kind, w.id from work w
        where w.backend_type = any($1::text[])
          and ($2::text[] is null or w.resource_id in (select id from resource where name = any($2)))
          and (w.place is null or w.place = $3)
          and w.next_action_at <= clock_timestamp()
          and (w.until is null or w.until < clock_timestamp())
        order by w.next_action_at
        limit ${SWEEP_LIMIT}
        for update skip locked)
     update work w set next_action_at = clock_timestamp() + interval '30 seconds'
       from due where w.kind = due.kind and w.id = due.id
     returning w.kind, w.id, w.backend_type as "backendType", w.resource_id as "resourceId", w.place`,
    [served.backendTypes, served.resourceNames, served.place],
  );
}

/** The addresses that a worker listens at: one per resource that it serves, without a place and with its own. */
export async function listServedAddresses(db: Queryable, served: ServedWork): Promise<WorkAddress[]> {
  const resources = await db.query<{ id: number; type: string }>(
    `select id, type from resource where type = any($1::text[]) and ($2::text[] is null or name = any($2)) order by id`,
    [served.backendTypes, served.resourceNames],
  );
  return resources.flatMap(({ id, type }) => [
    { backendType: type, resourceId: id, place: null },
    { backendType: type, resourceId: id, place: served.place },
  ]);
}

/** Pushes lines that this process keeps an eye on by itself, unless somebody wants a look. */
export async function postponeWork(db: Queryable, keys: readonly WorkKey[], seconds: number): Promise<void> {
  await db.prepared(
    'postpone-work',
    `update work w set next_action_at = clock_timestamp() + make_interval(secs => $3)
       from unnest($1::text[], $2::integer[]) as k (kind, id)
      where w.kind = k.kind and w.id = k.id and w.next_action_at > clock_timestamp()`,
    [keys.map(({ kind }) => kind), keys.map(({ id }) => id), seconds],
  );
}
