import { Lease, type Database } from '@fractal-server/database';
import { cleanEnvironment, LocalHost, readPlace } from '@fractal-server/hosts';
import { setTimeout as sleep } from 'node:timers/promises';
import { CollectionReconciler, type CollectionDependencies } from '../src/index.js';

/** A reconciler as a worker of this machine has it. */
export function aReconciler(database: Database, overrides: Partial<CollectionDependencies> = {}): CollectionReconciler {
  return new CollectionReconciler({
    database,
    host: new LocalHost(cleanEnvironment(process.env)),
    place: readPlace('here'),
    environment: process.env,
    nudge: () => undefined,
    placeSilentSeconds: 3_600,
    placeLostSeconds: 86_400,
    ...overrides,
  });
}

/** One look of a worker that knows nothing but the rows. @returns whether nothing is left to do */
export async function look(database: Database, activityId: number, overrides: Partial<CollectionDependencies> = {}): Promise<boolean> {
  const lease = await Lease.take(database, { kind: 'activity', id: activityId }, 'test');
  if (lease === null) return (await database.query(`select 1 from work where kind = 'activity' and id = $1`, [activityId])).length === 0;
  try {
    const next = await aReconciler(database, overrides).reconcile(activityId, lease);
    await lease.release(next === 'now' ? { afterSeconds: 0 } : next);
    return next === 'closed';
  } catch (error) {
    lease.stop();
    throw error;
  }
}

/** Looks, as a worker does, until the collection has ended. */
export async function reconcileToTheEnd(
  database: Database,
  activityId: number,
  overrides: Partial<CollectionDependencies> = {},
): Promise<void> {
  while (!(await look(database, activityId, overrides))) await sleep(20);
}
