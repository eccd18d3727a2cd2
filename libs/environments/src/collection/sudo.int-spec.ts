import { chmod } from 'node:fs/promises';
import { splitCommand } from '@fractal-server/domain';
import { type Cluster, type ClusterUser } from '@fractal-server/test-cluster';
import { describeOnCluster, sharedCluster } from '@fractal-server/test-cluster/vitest';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CollectionFixture } from '../../test/collection-fixture.js';
import { reconcileToTheEnd } from '../../test/reconcile-to-the-end.js';

await describeOnCluster('a collection for a cluster that is reached by sudo', () => {
  let cluster: Cluster;
  let user: ClusterUser;
  let fixture: CollectionFixture;

  beforeAll(async () => {
    cluster = await sharedCluster();
    [user] = (await cluster.createUsers(1)) as [ClusterUser];
    fixture = await CollectionFixture.create('slurm_sudo');
    await chmod(fixture.base, 0o755);
  }, 60_000);
  afterAll(() => fixture?.close());

  it.each(['uv', 'pip'] as const)(
    'is built with %s by the server, and its tasks run as a user of the cluster',
    async (installer) => {
      const collection = await fixture.acceptedCollection({ installer });
      await reconcileToTheEnd(fixture.database, collection.activityId);
      const activity = await fixture.activity(collection);
      expect(activity.log).toContain('END collection');
      expect(activity.status).toBe('OK');
      const [task] = await fixture.tasks(collection);
      const { stdout } = await cluster.runAs(user, splitCommand(task!.commandParallel!));
      expect(stdout).toBe('echo\n');
      expect(await fixture.whatIsLeft(collection)).toEqual([]);
    },
    120_000,
  );
});
