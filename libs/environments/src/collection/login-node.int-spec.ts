import { readdirSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCluster, type ClusterUser, type OwnCluster, type Sshd } from '@fractal-server/test-cluster';
import { describeOnCluster } from '@fractal-server/test-cluster/vitest';
import { waitFor } from '@fractal-server/test-support';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { killRunner } from '../../test/kill-runner.js';
import { CollectionFixture, processesOf, type AcceptedCollection } from '../../test/collection-fixture.js';
import { hostsOf, look, reconcileToTheEnd, untilCommandRuns } from '../../test/reconcile-to-the-end.js';
import { startWorkerProcess } from '../../test/worker-process.js';

/** What was begun to be written of uv's program, and is not there yet. */
function partsOfUv({ toolsFolder }: CollectionFixture): string[] {
  try {
    return readdirSync(join(toolsFolder, '.uv'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.part'));
  } catch {
    return []; // its folder is not there yet
  }
}

vi.setConfig({ testTimeout: 300_000 });

await describeOnCluster('a collection on a login node', () => {
  let cluster: OwnCluster;
  let sshd: Sshd;
  let user: ClusterUser;
  let fixture: CollectionFixture;

  beforeAll(async () => {
    cluster = await startCluster({});
    sshd = await cluster.startSshd();
    [user] = (await cluster.createUsers(1)) as [ClusterUser];
    const base = cluster.makeFolder('Umgebung für alle', { owner: user, mode: 0o700 });
    fixture = await CollectionFixture.createOnLoginNode({ host: `127.0.0.1:${sshd.port}`, user, base });
  }, 60_000);
  afterEach(async () => {
    await sshd.start();
    await fixture.database.execute('update profile set ssh_key_path = $1', [user.keyFile]);
    await fixture.database.execute(`update resource set settings = '{}'`);
  });
  afterAll(async () => {
    await fixture?.close();
    await cluster?.stop();
  });

  /** What the line of work of a collection says it waits for. */
  async function waitingReason({ activityId }: AcceptedCollection): Promise<string | null> {
    const [work] = await fixture.database.query<{ reason: string | null }>(
      `select waiting_reason as reason from work where kind = 'activity' and id = $1`,
      [activityId],
    );
    return work?.reason ?? null;
  }

  /** Tokens of all attempts that a collection has made. */
  async function attemptsOf({ activityId }: AcceptedCollection, step: string): Promise<{ token: string; state: string }[]> {
    return fixture.database.query(`select token::text as token, state from attempt where activity_id = $1 and name like $2`, [
      activityId,
      `${step}.%`,
    ]);
  }

  it.each(['uv', 'pip'] as const)(
    'is built with %s by the user, with packages of the index, and registers its tasks',
    async (installer) => {
      const collection = await fixture.acceptedCollection({ installer, pinsBefore: { iniconfig: '2.0.0' } });
      await reconcileToTheEnd(fixture.database, collection.activityId);
      const activity = await fixture.activity(collection);
      expect(activity.log).toContain('END collection');
      expect(activity.status).toBe('OK');
      const [task] = await fixture.tasks(collection);
      expect(task!.commandParallel).toContain(`'${collection.path}/venv/bin/python' '`);
      const group = await fixture.group(collection);
      expect(group).toMatchObject({ path: collection.path, venvPath: `${collection.path}/venv` });
      expect(group!.envInfo).toMatch(/^small[-_]tasks @ file:/m);
      expect(group!.envInfo).toMatch(/^iniconfig==2\.0\.0$/m);
      expect(await readFile(`${collection.path}/fractal_task_group_id.txt`, 'utf8')).toBe(String(collection.groupId));
      for (const path of [group!.archivePath!, `${collection.path}/venv/pyvenv.cfg`]) expect((await stat(path)).uid).toBe(user.uid);
      expect(await fixture.whatIsLeft(collection)).toEqual([]);
    },
  );

  it('that fails leaves neither folder nor task group, but a log that says why', async () => {
    const collection = await fixture.acceptedCollection({ files: {} });
    await reconcileToTheEnd(fixture.database, collection.activityId);
    const activity = await fixture.activity(collection);
    expect(activity).toMatchObject({ status: 'failed', taskGroupId: null });
    expect(activity.log).toContain('has no file __FRACTAL_MANIFEST__.json');
    expect(await fixture.whatIsLeft(collection)).toEqual([]);
  });

  it.each(['/no/python3', '/bin/false'])('with the interpreter %s fails and says so', async (basePython) => {
    const collection = await fixture.acceptedCollection({ basePython });
    await reconcileToTheEnd(fixture.database, collection.activityId);
    const activity = await fixture.activity(collection);
    expect(activity.status).toBe('failed');
    expect(activity.log).toContain(`The interpreter ${basePython} cannot be run on ${user.name}@127.0.0.1`);
    expect(await fixture.whatIsLeft(collection)).toEqual([]);
  });

  it("asks the package index that the user's own login is configured with", async () => {
    const folder = join(user.home, '.config/pip');
    await cluster.runAs(user, ['mkdir', '-p', folder]);
    await writeFile(join(folder, 'pip.conf'), '[global]\nindex-url = http://127.0.0.1:9/of-the-login\n', { mode: 0o644 });
    const collection = await fixture.acceptedCollection();
    await reconcileToTheEnd(fixture.database, collection.activityId);
    await rm(folder, { recursive: true });
    const { status, log } = await fixture.activity(collection);
    expect(status).toBe('failed');
    expect(log).toContain('http://127.0.0.1:9/of-the-login');
  });

  it('goes on while the connection is away, and is adopted when it is back', async () => {
    const python = await fixture.pythonThatWaits();
    const collection = await fixture.acceptedCollection({ basePython: python.path });
    const { token } = await untilCommandRuns(fixture.database, collection.activityId, python.waits);
    await sshd.stop();
    await waitFor('the wait to be told', async () => {
      await look(fixture.database, collection.activityId);
      return (await waitingReason(collection)) !== null;
    });
    await look(fixture.database, collection.activityId);
    expect(await waitingReason(collection)).toContain('Cannot establish SSH connection');
    expect((await fixture.activity(collection)).log!.match(/The collection waits: /g)).toHaveLength(1);
    expect(processesOf([token])).not.toEqual([]);
    await sshd.start();
    await python.go();
    await reconcileToTheEnd(fixture.database, collection.activityId);
    expect((await fixture.activity(collection)).status).toBe('OK');
    expect(await attemptsOf(collection, 'create_venv')).toEqual([{ token, state: 'ended' }]);
    expect(await fixture.whatIsLeft(collection)).toEqual([]);
  });

  it.each<[when: string, before: (collection: AcceptedCollection) => Promise<unknown>, left: RegExp]>([
    ['before it has begun', () => Promise.resolve(), /The collection failed\. The site was away for more than 1 s/],
    [
      'after its folder was made',
      (collection) =>
        waitFor('the folder', async () => {
          await look(fixture.database, collection.activityId);
          return (await fixture.activity(collection)).log?.includes('Made the folder') ?? false;
        }),
      /was not removed\. The site was away for more than 1 s/,
    ],
  ])('waits for a login node that is away no longer than the resource allows: %s', async (_when, before, left) => {
    const collection = await fixture.acceptedCollection();
    await before(collection);
    await fixture.database.execute(`update resource set settings = '{"max_wait_seconds": 1}'`);
    await sshd.stop();
    await reconcileToTheEnd(fixture.database, collection.activityId);
    const { status, log, taskGroupId } = await fixture.activity(collection);
    expect({ status, taskGroupId }).toEqual({ status: 'failed', taskGroupId: null });
    expect(log).toMatch(left);
    expect(log).toContain('Cannot establish SSH connection');
  });

  it('waits without limit for a command that runs there', async () => {
    const python = await fixture.pythonThatWaits();
    const collection = await fixture.acceptedCollection({ basePython: python.path });
    await untilCommandRuns(fixture.database, collection.activityId, python.waits);
    await fixture.database.execute(`update resource set settings = '{"max_wait_seconds": 0}'`);
    await sshd.stop();
    await waitFor('a wait', async () => {
      await look(fixture.database, collection.activityId);
      return waitingReason(collection);
    });
    await look(fixture.database, collection.activityId);
    expect((await fixture.activity(collection)).status).toBe('ongoing');
    await sshd.start();
    await python.go();
    await reconcileToTheEnd(fixture.database, collection.activityId);
    expect((await fixture.activity(collection)).status).toBe('OK');
  });

  it('sends uv again when the connection is cut in the middle', async () => {
    await rm(join(fixture.toolsFolder, '.uv'), { recursive: true, force: true });
    const collection = await fixture.acceptedCollection();
    const ended = reconcileToTheEnd(fixture.database, collection.activityId);
    await waitFor('uv to be on its way', () => partsOfUv(fixture).length > 0, { deadlineMs: 60_000, intervalMs: 5 });
    await sshd.killSessions();
    await ended;
    expect((await fixture.activity(collection)).status).toBe('OK');
    expect(await fixture.whatIsLeft(collection)).toEqual([]);
  });

  it.each(['collection.make_folder.after', 'execution.spawn.before', 'execution.spawn.after', 'collection.register_tasks.after'])(
    'goes on when its worker is killed at %s, and another one takes over',
    async (point) => {
      const collection = await fixture.acceptedCollection();
      const { signal } = await startWorkerProcess(fixture.options, collection.activityId, point).ended;
      expect(signal).toBe('SIGKILL');
      await fixture.expireLease(collection);
      await reconcileToTheEnd(fixture.database, collection.activityId);
      expect((await fixture.activity(collection)).status).toBe('OK');
      expect(await attemptsOf(collection, 'create_venv')).toEqual([{ token: expect.any(String) as string, state: 'ended' }]);
      expect(await fixture.whatIsLeft(collection)).toEqual([]);
    },
  );

  it('whose runner is killed is begun anew, with nothing of the old one left', async () => {
    const python = await fixture.pythonThatWaits();
    const collection = await fixture.acceptedCollection({ basePython: python.path });
    const { pid, token } = await untilCommandRuns(fixture.database, collection.activityId, python.waits);
    killRunner(pid);
    expect(processesOf([token])).not.toEqual([]);
    await reconcileToTheEnd(fixture.database, collection.activityId);
    const activity = await fixture.activity(collection);
    expect(activity.log).toContain('The environment is built anew');
    expect(activity.status).toBe('OK');
    expect(processesOf([token])).toEqual([]);
    expect(await fixture.whatIsLeft(collection)).toEqual([]);
  });

  it('whose task group is deleted under it ends its installer', async () => {
    const python = await fixture.pythonThatWaits();
    const collection = await fixture.acceptedCollection({ basePython: python.path });
    const { token } = await untilCommandRuns(fixture.database, collection.activityId, python.waits);
    await fixture.database.execute('delete from task_group where id = $1', [collection.groupId]);
    await reconcileToTheEnd(fixture.database, collection.activityId);
    expect(await fixture.activity(collection)).toMatchObject({ status: 'failed' });
    expect(processesOf([token])).toEqual([]);
  });

  it("with a key that the host refuses fails with the admin's words", async () => {
    const [other] = (await cluster.createUsers(1)) as [ClusterUser];
    const collection = await fixture.acceptedCollection();
    await fixture.database.execute('update profile set ssh_key_path = $1', [other.keyFile]);
    await reconcileToTheEnd(fixture.database, collection.activityId);
    const activity = await fixture.activity(collection);
    expect(activity).toMatchObject({ status: 'failed', taskGroupId: null });
    expect(activity.log).toContain('Cannot establish SSH connection');
    expect(await fixture.whatIsLeft(collection)).toEqual([]);
  });

  it('that nobody can get to any more says what stays on the cluster', async () => {
    const collection = await fixture.acceptedCollection({ files: {} });
    await waitFor('the folder', async () => {
      await look(fixture.database, collection.activityId);
      return (await fixture.activity(collection)).log?.includes('Made the folder') ?? false;
    });
    await fixture.database.execute(`update profile set ssh_key_path = '/no/key'`);
    await reconcileToTheEnd(fixture.database, collection.activityId);
    const { status, log } = await fixture.activity(collection);
    expect(status).toBe('failed');
    expect(log).toContain(`${collection.path} was not removed. Cannot establish SSH connection. The SSH key '/no/key'`);
  });

  it('keeps one connection for all of its looks', () => {
    expect(
      hostsOf(fixture.database)
        .reports()
        .filter(({ connected }) => connected),
    ).toHaveLength(1);
  });
});
