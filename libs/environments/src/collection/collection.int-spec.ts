import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seePlace } from '@fractal-server/database';
import { listProcesses, readPlace, readProcessEnvironment } from '@fractal-server/hosts';
import { waitFor } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { killRunner } from '../../test/kill-runner.js';
import { CollectionFixture, processesOf, PYTHON } from '../../test/collection-fixture.js';
import { look, reconcileToTheEnd, untilCommandRuns } from '../../test/reconcile-to-the-end.js';

let fixture: CollectionFixture;

beforeAll(async () => {
  fixture = await CollectionFixture.create();
});
afterAll(() => fixture.close());

describe('a collection', { timeout: 300_000 }, () => {
  it.each(['uv', 'pip'] as const)(
    'with %s makes an environment below a path with blanks and umlauts, and registers its tasks',
    async (installer) => {
      const collection = await fixture.acceptedCollection({ installer });
      await reconcileToTheEnd(fixture.database, collection.activityId);
      const activity = await fixture.activity(collection);
      expect(activity.log).toContain('DEBUG');
      expect(activity).toMatchObject({ status: 'OK' });
      const [task] = await fixture.tasks(collection);
      expect(task).toMatchObject({ name: 'Echo', type: 'parallel', inputTypes: new Map([['is_3D', true]]) });
      expect(task!.commandParallel).toContain(`'${collection.path}/venv/bin/python' '`);
      const group = await fixture.group(collection);
      expect(group!.archivePath).toMatch(/\/small_tasks-1\.\d+-py3-none-any\.whl$/);
      expect(existsSync(group!.archivePath!)).toBe(true);
      expect(group!.envInfo).toMatch(/^small[-_]tasks @ file:/m);
      expect(await readFile(`${collection.path}/fractal_task_group_id.txt`, 'utf8')).toBe(String(collection.groupId));
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

  it('does not touch a folder that was there before', async () => {
    const collection = await fixture.acceptedCollection();
    await mkdir(collection.path, { recursive: true });
    await writeFile(`${collection.path}/precious`, '');
    await reconcileToTheEnd(fixture.database, collection.activityId);
    expect(await fixture.activity(collection)).toMatchObject({ status: 'failed' });
    expect(await readdir(collection.path)).toEqual(['precious']);
    await rm(collection.path, { recursive: true });
  });

  it('with an interpreter that does not run fails with its words', async () => {
    const python = join(fixture.base, 'broken-python');
    await writeFile(python, '#!/bin/sh\necho "no encodings" >&2\nexit 3\n', { mode: 0o755 });
    const collection = await fixture.acceptedCollection({ basePython: python });
    await reconcileToTheEnd(fixture.database, collection.activityId);
    const activity = await fixture.activity(collection);
    expect(activity.status).toBe('failed');
    expect(activity.log).toContain(`The unit runner could not run with ${python}: no encodings`);
    expect(await fixture.whatIsLeft(collection)).toEqual([]);
  });

  it('names the version of the interpreter when a package cannot be installed', async () => {
    const files = { 'small_tasks-0.0.dist-info/unused': '' };
    const collection = await fixture.acceptedCollection({ files });
    // What uv and pip say of a package without a wheel: no such version can be had.
    await fixture.database.execute(`update task_group set pinned_package_versions_pre = '{"numpy": "0.0.1"}' where id = $1`, [
      collection.groupId,
    ]);
    await reconcileToTheEnd(fixture.database, collection.activityId);
    const { status, log } = await fixture.activity(collection);
    expect(status).toBe('failed');
    expect(log).toContain(`Install the versions pinned before, with Python 3.11 (${PYTHON}): the command ended with returncode=1.`);
  });

  it("shows installers nothing of the worker's secrets", async () => {
    const secrets = { JWT_SECRET_KEY: 'secret-1', POSTGRES_PASSWORD: 'secret-2', OAUTH_CLIENT_SECRET: 'secret-3' };
    const environment = { ...process.env, ...secrets, PIP_NO_COLOR: '1' };
    const python = await fixture.pythonThatTells();
    const collection = await fixture.acceptedCollection({ basePython: python.path });
    // The runner inherits from this process, not from `environment`: both must hold the secrets.
    for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value);
    const seen = new Map<number, string>();
    const watching = setInterval(() => {
      for (const { pid } of listProcesses()) {
        const text = readProcessEnvironment(pid).join('\n');
        if (text.includes('FRACTAL_ATTEMPT=')) seen.set(pid, text);
      }
    }, 50);
    await reconcileToTheEnd(fixture.database, collection.activityId, { environment }).finally(() => clearInterval(watching));
    vi.unstubAllEnvs();
    expect(await fixture.activity(collection)).toMatchObject({ status: 'OK' });
    const told = [...seen.values(), await readFile(python.told, 'utf8')];
    expect(seen.size).toBeGreaterThan(1);
    expect(told.at(-1)).toContain('PIP_NO_COLOR=1');
    expect(told.filter((text) => /secret-[123]|JWT_SECRET_KEY|POSTGRES_PASSWORD|OAUTH_CLIENT_SECRET/.test(text))).toEqual([]);
  });

  it('whose installer is killed is begun anew, and ends well', async () => {
    const python = await fixture.pythonThatHangsOnce();
    const collection = await fixture.acceptedCollection({ basePython: python.path });
    const { pid, token } = await untilCommandRuns(fixture.database, collection.activityId, python.hangs);
    killRunner(pid);
    expect(processesOf([token])).not.toEqual([]);
    await reconcileToTheEnd(fixture.database, collection.activityId);
    const activity = await fixture.activity(collection);
    expect(activity.log).toContain('The environment is built anew');
    expect(activity.status).toBe('OK');
    expect(await fixture.whatIsLeft(collection)).toEqual([]);
  });

  it('that runs at another place is left alone, until no worker was seen there for a day', async () => {
    const { database } = fixture;
    const python = await fixture.pythonThatHangsOnce();
    const collection = await fixture.acceptedCollection({ basePython: python.path });
    await seePlace(database, readPlace('here'));
    const { token } = await untilCommandRuns(fixture.database, collection.activityId, python.hangs);
    const there = { place: { ...readPlace('there'), machineId: 'another machine' } };
    const lookFromThere = async (hoursSilent: number): Promise<string | null> => {
      await database.execute(`update place set last_seen_at = clock_timestamp() - make_interval(hours => $1)`, [hoursSilent]);
      await look(database, collection.activityId, there);
      const [work] = await database.query<{ reason: string | null }>(
        `select waiting_reason as reason from work where kind = 'activity' and id = $1`,
        [collection.activityId],
      );
      return work!.reason;
    };
    expect(await lookFromThere(0)).toBeNull();
    expect(await lookFromThere(2)).toMatch(/^runs on .*, no worker there$/);
    expect(processesOf([token])).not.toEqual([]);
    await lookFromThere(25);
    expect((await fixture.activity(collection)).log).toContain('No worker was seen at here for a long time.');
    await waitFor('the old command to see that it is to stop', () => processesOf([token]).length === 0);
    await reconcileToTheEnd(database, collection.activityId);
    expect(await fixture.activity(collection)).toMatchObject({ status: 'OK' });
    expect(await fixture.whatIsLeft(collection)).toEqual([]);
  });

  it('whose task group is deleted under it ends its installer', async () => {
    const python = await fixture.pythonThatHangsOnce();
    const collection = await fixture.acceptedCollection({ basePython: python.path });
    const { token } = await untilCommandRuns(fixture.database, collection.activityId, python.hangs);
    await fixture.database.execute('delete from task_group where id = $1', [collection.groupId]);
    await reconcileToTheEnd(fixture.database, collection.activityId);
    expect(await fixture.activity(collection)).toMatchObject({ status: 'failed' });
    expect(processesOf([token])).toEqual([]);
  });
});
