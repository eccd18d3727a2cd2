import { ringWork } from '@fractal-server/database';
import { createTestDatabase, waitFor, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anAccount, aSubmittedAttempt } from '../../test/account-fixture.js';
import { queueLine, ScriptedCluster } from '../../test/scripted-cluster.js';
import { startTestWorker } from '../../test/test-worker.js';
import { NO_CLUSTERS } from '../slurm/cluster/no-clusters.js';

const POLL_SECONDS = 1;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

it('four workers, twenty jobs, two users: one squeue per interval, however often the account is rung', async () => {
  const account = await anAccount(test.database, { pollSeconds: POLL_SECONDS });
  const attempts = await Promise.all(
    Array.from({ length: 20 }, (_, index) => aSubmittedAttempt(test.database, account, { user: index % 2 === 0 ? 'alice' : 'bob' })),
  );
  const cluster = new ScriptedCluster();
  cluster.squeue = { stdout: attempts.map(({ name }, index) => queueLine(name, { id: String(100 + index) })).join('') };
  const clusters = { ...NO_CLUSTERS, queueCommands: cluster.queueCommands.bind(cluster) };
  const workers = await Promise.all([1, 2, 3, 4].map(() => startTestWorker(test.options, { backendTypes: ['slurm_sudo'], clusters })));
  try {
    await waitFor(
      'five questions',
      async () => {
        await ringWork(test.database, { kind: 'account', id: account.accountId });
        return cluster.count('squeue') >= 5;
      },
      { deadlineMs: 60_000 },
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
  expect(cluster.calls).toHaveLength(cluster.count('squeue'));
  for (const { argv } of cluster.calls) expect(attempts.every(({ name }) => argv.join(' ').includes(name))).toBe(true);
  const gaps = cluster.calls.slice(1).map(({ at }, index) => at - cluster.calls[index]!.at);
  // The interval is measured by the database from before the call: the way from there may take longer for one call than for the next.
  expect(Math.min(...gaps)).toBeGreaterThan(POLL_SECONDS * 1_000 * 0.8);
});
