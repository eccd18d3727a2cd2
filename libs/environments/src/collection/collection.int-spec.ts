import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  enqueueWork,
  findActivity,
  findTaskGroup,
  insertActivity,
  insertTaskGroup,
  Lease,
  listTasksOfGroup,
  type Activity,
  type Database,
} from '@fractal-server/database';
import { LocalHost, readPlace } from '@fractal-server/hosts';
import { aPerson, createTestDatabase, waitFor, writeWheel, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CollectionReconciler } from './collection-reconciler.js';
import { encodeCollectionSpec, type CollectionSpec } from './collection-spec.js';

const PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
const MANIFEST = {
  manifest_version: '2',
  task_list: [{ name: 'Echo', executable_parallel: 'echo.py', input_types: { is_3D: true } }],
};

let test: TestDatabase;
let database: Database;
let base: string;
let person: Person;
let nextVersion = 1;

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
  person = await aPerson(database);
  base = await mkdtemp(join(tmpdir(), 'Umgebung für alle '));
});
afterAll(async () => {
  await test.close();
  await rm(base, { recursive: true, force: true });
});

interface Given {
  readonly installer?: 'pip' | 'uv';
  readonly files?: Readonly<Record<string, string>>;
}

/** An accepted collection of a small wheel of its own version, as the API leaves it. */
async function anAcceptedCollection({ installer = 'uv', files }: Given = {}) {
  const version = `1.${nextVersion++}`;
  const archivePath = join(base, `small_tasks-${version}-py3-none-any.whl`);
  const content = files ?? { 'small_tasks/__FRACTAL_MANIFEST__.json': JSON.stringify(MANIFEST), 'small_tasks/echo.py': 'print("echo")\n' };
  await writeWheel(archivePath, { name: 'small_tasks', version, files: { 'small_tasks/__init__.py': '', ...content } });
  const path = join(base, String(person.userId), 'small-tasks', version);
  const spec: CollectionSpec = {
    installer,
    uvVersion: null,
    uvProgram: null,
    basePython: PYTHON,
    pipCacheDir: join(base, 'cache'),
    baseFolder: base,
    epoch: 1_767_000_000,
    failure: null,
  };
  return database.transaction(async (transaction) => {
    const common = { userId: person.userId, resourceId: person.resourceId, pkgName: 'small-tasks', version };
    const group = await insertTaskGroup(transaction, {
      ...common,
      origin: 'wheel-file',
      active: true,
      path,
      venvPath: `${path}/venv`,
      archivePath,
      pythonVersion: '3.11',
    });
    const activityId = await insertActivity(transaction, {
      ...common,
      taskGroupId: group.id,
      action: 'collect',
      fractalServerVersion: 'test',
      spec: encodeCollectionSpec(spec),
    });
    await enqueueWork(transaction, { kind: 'activity', id: activityId, backendType: 'local', resourceId: person.resourceId, place: null });
    return { activityId, groupId: group.id, path };
  });
}

/** One look of a worker that knows nothing but the rows. Returns whether the activity has ended. */
async function look(activityId: number): Promise<boolean> {
  const reconciler = new CollectionReconciler({ database, host: new LocalHost(), place: readPlace('here'), environment: process.env });
  const lease = await Lease.take(database, { kind: 'activity', id: activityId }, 'test');
  if (lease === null) return true;
  const next = await reconciler.reconcile(activityId, lease);
  await lease.release(next === 'now' ? { afterSeconds: 0 } : next);
  return next === 'closed';
}

async function end(activityId: number): Promise<Activity> {
  await waitFor('the end of the collection', () => look(activityId), { deadlineMs: 120_000, intervalMs: 50 });
  return (await findActivity(database, activityId))!;
}

describe('a collection', () => {
  it.each(['uv', 'pip'] as const)(
    'with %s makes an environment below a path with blanks and umlauts, and registers its tasks',
    async (installer) => {
      const { activityId, groupId, path } = await anAcceptedCollection({ installer });
      const activity = await end(activityId);
      expect(activity.log).toContain('DEBUG');
      expect(activity).toMatchObject({ status: 'OK' });
      const [task] = await listTasksOfGroup(database, groupId);
      expect(task).toMatchObject({ name: 'Echo', type: 'parallel', inputTypes: new Map([['is_3D', true]]) });
      expect(task!.commandParallel).toContain(`'${path}/venv/bin/python' '`);
      expect((await findTaskGroup(database, groupId))!.envInfo).toMatch(/^small[-_]tasks @ file:/m);
      expect(await readFile(`${path}/fractal_task_group_id.txt`, 'utf8')).toBe(String(groupId));
    },
    150_000,
  );

  it('that fails leaves neither folder nor task group, but a log that says why', async () => {
    const { activityId, groupId, path } = await anAcceptedCollection({ files: {} });
    const activity = await end(activityId);
    expect(activity).toMatchObject({ status: 'failed', taskGroupId: null });
    expect(activity.log).toContain('has no file __FRACTAL_MANIFEST__.json');
    expect(existsSync(path)).toBe(false);
    expect(await findTaskGroup(database, groupId)).toBeNull();
  }, 150_000);

  it('does not touch a folder that was there before', async () => {
    const { activityId, path } = await anAcceptedCollection();
    await mkdir(path, { recursive: true });
    await writeFile(`${path}/precious`, '');
    expect(await end(activityId)).toMatchObject({ status: 'failed' });
    expect(await readdir(path)).toEqual(['precious']);
  });

  it('whose installer is killed is begun anew, and ends well', async () => {
    const { activityId } = await anAcceptedCollection();
    let killed = false;
    await waitFor(
      'a kill of the unit runner and the end of the collection',
      async () => {
        if (!killed) {
          const [owner] = await database.query<{ pid: number }>(
            `select (owner->>'pid')::integer as pid from attempt where activity_id = $1 and state = 'claimed'`,
            [activityId],
          );
          if (owner !== undefined) {
            try {
              process.kill(owner.pid, 'SIGKILL');
              killed = true;
            } catch {
              // it had ended already: the next one
            }
          }
        }
        return look(activityId);
      },
      { deadlineMs: 120_000, intervalMs: 5 },
    );
    const activity = (await findActivity(database, activityId))!;
    expect(activity.status).toBe('OK');
    expect(activity.log).toContain('The environment is built anew');
  }, 150_000);
});
