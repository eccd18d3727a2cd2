import { findPolledAccount, findQueueSight, Lease, type QueueSight } from '@fractal-server/database';
import { LocalHost } from '@fractal-server/hosts';
import { becoming, startCluster, type ClusterUser, type OwnCluster } from '@fractal-server/test-cluster';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { anAccount, aSubmittedAttempt, type AccountFixture, type SubmittedAttempt } from '../../test/account-fixture.js';
import type { Clusters } from './clusters.js';
import { reconcileAccount, type ObservingContext } from './reconcile-account.js';

const DEADLINE = { deadlineMs: 60_000, intervalMs: 200 };

/** An observed account of a real cluster. */
class Observer {
  private constructor(
    private readonly test: TestDatabase,
    readonly cluster: OwnCluster,
    private readonly clusters: Clusters,
    private readonly account: AccountFixture,
  ) {}

  /** @param asker runs the commands; by default the server's own account, which has no privileges */
  static async make(test: TestDatabase, cluster: OwnCluster, { asker = cluster.service, login = '' } = {}): Promise<Observer> {
    const host = new LocalHost({ ...cluster.env });
    const run: LocalHost['run'] = (argv, options) => host.run([...becoming(asker), ...argv], options);
    const clusters: Clusters = { queueCommands: () => Promise.resolve({ run }) };
    return new Observer(test, cluster, clusters, await anAccount(test.database, { login, pollSeconds: 0 }));
  }

  /** Submits a job as the user; its attempt is written down as the engine does. */
  async submit(user: ClusterUser, script: string, options: readonly string[] = []): Promise<SubmittedAttempt & { slurmJobId: string }> {
    const attempt = await aSubmittedAttempt(this.test.database, this.account, { user: user.name, slurmJobId: '0' });
    const argv = ['sbatch', '--parsable', '--no-requeue', `--job-name=${attempt.name}`, '--output=/dev/null', ...options];
    const { stdout, stderr } = await this.cluster.runAs(user, argv, { input: `#!/bin/sh\n${script}\n` });
    const slurmJobId = stdout.trim();
    expect({ slurmJobId, stderr }).toEqual({ slurmJobId: expect.stringMatching(/^\d+$/), stderr: '' });
    await this.test.database.execute('update attempt set slurm_job_id = $2 where id = $1', [attempt.id, slurmJobId]);
    return { ...attempt, slurmJobId };
  }

  /** One look, as a worker has it. */
  async look(confirmSeconds = 60): Promise<void> {
    const key = { kind: 'account', id: this.account.accountId } as const;
    const { database } = this.test;
    await database.execute(`update account set asked_at = asked_at - interval '1 hour' where id = $1`, [key.id]);
    const lease = (await Lease.take(database, key, 'test'))!;
    const context = { database, clusters: this.clusters, absenceRules: { settleSeconds: 200, confirmSeconds }, nudge: () => undefined };
    const next = await reconcileAccount(context satisfies ObservingContext, key.id, lease);
    if (next !== 'now') await lease.release(next);
  }

  /** Why the last question got no answer. */
  async trouble(): Promise<string | null> {
    return (await findPolledAccount(this.test.database, this.account.accountId))?.trouble ?? null;
  }

  sight({ id }: SubmittedAttempt): Promise<QueueSight | null> {
    return findQueueSight(this.test.database, id);
  }

  /** Looks until the sight has these facts. */
  async lookUntil(attempt: SubmittedAttempt, facts: Partial<QueueSight>, confirmSeconds = 60): Promise<QueueSight> {
    const wanted = Object.entries(facts);
    let last: QueueSight | null = null;
    return waitFor(
      `${JSON.stringify(facts)} of ${attempt.name}`,
      async () => {
        await this.look(confirmSeconds);
        last = await this.sight(attempt);
        return wanted.every(([key, value]) => last?.[key as keyof QueueSight] === value) ? last : null;
      },
      DEADLINE,
    ).catch((error: Error) => {
      throw new Error(`${error.message}, last ${JSON.stringify(last)}`);
    });
  }

  /** Waits until the controller has forgotten the job. */
  async forgotten({ name }: SubmittedAttempt): Promise<void> {
    const shown = async () => (await this.cluster.run(['squeue', '--noheader', '--states=all', `--name=${name}`])).stdout;
    await waitFor('the controller to forget', async () => (await shown()) === '', DEADLINE);
  }
}

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

await describeOnCluster('an account of a cluster without accounting', () => {
  let cluster: OwnCluster;
  let observer: Observer;
  beforeAll(async () => {
    cluster = await startCluster({ slurmConf: ['MinJobAge=2', 'MessageTimeout=2'] });
  });
  afterAll(() => cluster?.stop());
  beforeEach(async () => {
    observer = await Observer.make(test, cluster);
  });

  it('shows jobs of all users as present, then their ends', async () => {
    const [alice, bob] = [cluster.users[0]!, cluster.users[1]!];
    const [running, waiting] = [await observer.submit(alice, 'sleep 60'), await observer.submit(bob, 'true', ['--hold'])];
    const seen = await observer.lookUntil(running, { verdict: 'present', slurmState: 'RUNNING', slurmJobId: running.slurmJobId });
    expect(seen.startTime).toMatch(/^\d{4}-/);
    expect(await observer.sight(waiting)).toMatchObject({ verdict: 'present', slurmState: 'PENDING', slurmReason: 'JobHeldUser' });
    await cluster.run(['scancel', running.slurmJobId, waiting.slurmJobId]);
    await observer.lookUntil(running, { verdict: 'gone', slurmState: 'CANCELLED', witness: 'squeue' });
    await observer.lookUntil(waiting, { verdict: 'gone', slurmState: 'CANCELLED' });
  });

  it('takes a forgotten job for gone only after the controller has twice not known it', async () => {
    const attempt = await observer.submit(cluster.users[0]!, 'sleep 1');
    await observer.lookUntil(attempt, { verdict: 'present' });
    await observer.forgotten(attempt);
    await observer.look();
    expect(await observer.sight(attempt)).toMatchObject({ verdict: 'unknown', missingSeconds: expect.any(Number) });
    await observer.look();
    expect(await observer.sight(attempt)).toMatchObject({ verdict: 'unknown' });
    await observer.lookUntil(attempt, { verdict: 'gone', witness: 'controller' }, 1);
  });

  it('knows nothing while the controller is frozen or away', async () => {
    const attempt = await observer.submit(cluster.users[0]!, 'sleep 60');
    await observer.lookUntil(attempt, { verdict: 'present', slurmState: 'RUNNING' });
    cluster.controller.freeze();
    try {
      await observer.look(0);
    } finally {
      cluster.controller.thaw();
    }
    expect(await observer.trouble()).toMatch(/timed out/i);
    expect(await observer.sight(attempt)).toMatchObject({ verdict: 'present', slurmState: 'RUNNING' });
    await cluster.controller.stop();
    await observer.look(0);
    expect(await observer.trouble()).toMatch(/contact slurm controller/i);
    expect(await observer.sight(attempt)).toMatchObject({ verdict: 'present', slurmState: 'RUNNING' });
    await cluster.controller.start();
    await observer.lookUntil(attempt, { verdict: 'present', slurmState: 'RUNNING' });
    await cluster.run(['scancel', attempt.slurmJobId]);
  });
});

await describeOnCluster('an account of a cluster with accounting', () => {
  let cluster: OwnCluster;
  let observer: Observer;
  beforeAll(async () => {
    cluster = await startCluster({ slurmConf: ['MinJobAge=2'], accounting: {} });
    observer = await Observer.make(test, cluster);
  });
  afterAll(() => cluster?.stop());

  it('knows how a forgotten job ended', async () => {
    const [good, bad] = [await observer.submit(cluster.users[0]!, 'true'), await observer.submit(cluster.users[1]!, 'exit 3')];
    await observer.forgotten(good);
    await observer.forgotten(bad);
    await observer.lookUntil(good, { verdict: 'gone', witness: 'sacct', slurmState: 'COMPLETED', exitCode: '0:0' });
    await observer.lookUntil(bad, { verdict: 'gone', witness: 'sacct', slurmState: 'FAILED', exitCode: '3:0' });
  });
});

await describeOnCluster('an account of a cluster that hides jobs of others', () => {
  let cluster: OwnCluster;
  beforeAll(async () => {
    cluster = await startCluster({ slurmConf: ['MinJobAge=2', 'PrivateData=jobs'] });
  });
  afterAll(() => cluster?.stop());

  it('proves nothing by an empty queue when it is asked as the server', async () => {
    const observer = await Observer.make(test, cluster);
    const attempt = await observer.submit(cluster.users[0]!, 'sleep 60');
    await observer.lookUntil(attempt, { verdict: 'unknown' }, 0);
    await observer.look(0);
    await observer.look(0);
    expect(await observer.sight(attempt)).toMatchObject({ verdict: 'unknown', doubt: expect.stringContaining('PrivateData') });
    await cluster.run(['scancel', attempt.slurmJobId]);
  });

  it('shows everything to the user whose jobs they are', async () => {
    const user = cluster.users[1]!;
    const observer = await Observer.make(test, cluster, { asker: user, login: user.name });
    const attempt = await observer.submit(user, 'sleep 60');
    await observer.lookUntil(attempt, { verdict: 'present' });
    await cluster.run(['scancel', attempt.slurmJobId]);
    await observer.lookUntil(attempt, { verdict: 'gone' }, 1);
  });
});
