import { Lease, SshHostKeys, type Database } from '@fractal-server/database';
import { cleanEnvironment, HostRegistry, hostSettingsOf, LocalHost, readPlace } from '@fractal-server/hosts';
import { waitFor } from '@fractal-server/test-support';
import { setTimeout as sleep } from 'node:timers/promises';
import { CollectionReconciler, type CollectionDependencies } from '../src/index.js';

const registries = new WeakMap<Database, HostRegistry>();

/** The hosts that workers on a database share: connections are kept from look to look. */
export function hostsOf(database: Database): HostRegistry {
  const known = registries.get(database);
  if (known !== undefined) return known;
  const settings = { knownHostsFile: null, trustFirstHostKey: true, keyPassphrase: null, jumpHosts: '' };
  const hosts = new HostRegistry(hostSettingsOf(settings, new SshHostKeys(database), cleanEnvironment(process.env)));
  registries.set(database, hosts);
  return hosts;
}

/** A reconciler as a worker of this machine has it. */
export function aReconciler(database: Database, overrides: Partial<CollectionDependencies> = {}): CollectionReconciler {
  return new CollectionReconciler({
    database,
    host: new LocalHost(cleanEnvironment(process.env)),
    hosts: hostsOf(database),
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
  return lookWith(aReconciler(database, overrides), database, activityId);
}

async function lookWith(reconciler: CollectionReconciler, database: Database, activityId: number): Promise<boolean> {
  const lease = await Lease.take(database, { kind: 'activity', id: activityId }, 'test');
  if (lease === null) return (await database.query(`select 1 from work where kind = 'activity' and id = $1`, [activityId])).length === 0;
  try {
    const next = await reconciler.reconcile(activityId, lease);
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
  const reconciler = aReconciler(database, overrides);
  while (!(await lookWith(reconciler, database, activityId))) await sleep(20);
}

/** Looks until the runner of a command of the collection has the claim and the condition holds. */
export async function untilCommandRuns(
  database: Database,
  activityId: number,
  condition: () => boolean | Promise<boolean>,
): Promise<{ pid: number; token: string }> {
  return waitFor(
    'a command to run',
    async () => {
      await look(database, activityId);
      const [attempt] = await database.query<{ pid: number; token: string }>(
        `select (owner->>'pid')::integer as pid, token from attempt where activity_id = $1 and state = 'claimed'`,
        [activityId],
      );
      return attempt !== undefined && (await condition()) ? attempt : null;
    },
    { deadlineMs: 60_000 },
  );
}
