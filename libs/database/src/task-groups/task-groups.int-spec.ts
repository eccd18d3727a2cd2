import { aPerson, aUserGroup, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTask, insertTasks, listVisibleTasks, updateTask } from '../tasks/index.js';
import { findImportCandidates, findTaskVersions } from '../workflows/index.js';
import {
  findActivity,
  findOwnedClash,
  findSharedClash,
  findTaskGroup,
  findTaskGroupFacts,
  findViewer,
  insertTaskGroup,
  listActivities,
  listSlimTasksOfGroups,
  listVisibleTaskGroups,
  lockPackageVersion,
  shareTaskGroup,
  type NewTaskGroup,
  type TaskGroup,
} from './index.js';

let test: TestDatabase;
let owner: Person;
let colleague: Person;
let stranger: Person;
let userGroupId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  owner = await aPerson(test.database);
  colleague = await aPerson(test.database, { resourceId: owner.resourceId });
  stranger = await aPerson(test.database);
  userGroupId = await aUserGroup(test.database, [owner.userId, colleague.userId, stranger.userId]);
});
afterAll(() => test.close());

let packages = 0;
const aTaskGroup = (fields: Partial<NewTaskGroup> = {}): Promise<TaskGroup> =>
  insertTaskGroup(test.database, {
    userId: owner.userId,
    resourceId: owner.resourceId,
    origin: 'other',
    pkgName: `pkg-${(packages += 1)}`,
    version: '1.0',
    active: true,
    ...fields,
  });

const viewerOf = async ({ userId }: Person) => (await findViewer(test.database, userId))!;
const aTask = async (group: TaskGroup, fields: object = {}) =>
  (await insertTasks(test.database, group.id, [{ name: 'task', type: 'parallel', version: '1.0', ...fields }]))[0]!;

describe('a viewer', () => {
  it('has the resource of the profile, and user groups in the order of joining', async () => {
    const later = await aUserGroup(test.database, [stranger.userId]);
    expect(await viewerOf(stranger)).toEqual({
      userId: stranger.userId,
      email: stranger.email,
      resourceId: stranger.resourceId,
      userGroupIds: [userGroupId, later],
    });
  });

  it('sees own task groups, and shared ones of the own resource', async () => {
    const shared = await aTaskGroup({ userGroupId });
    const secret = await aTaskGroup();
    const inactive = await aTaskGroup({ active: false });
    const ids = async (person: Person, selection = {}) =>
      (await listVisibleTaskGroups(test.database, await viewerOf(person), selection)).map((group) => group.id);
    expect(await ids(owner)).toEqual(expect.arrayContaining([shared.id, secret.id, inactive.id]));
    expect(await ids(owner, { onlyActive: true })).not.toContain(inactive.id);
    expect(await ids(colleague)).toContain(shared.id);
    expect(await ids(colleague)).not.toContain(secret.id);
    expect(await ids(colleague, { onlyOwner: true })).toEqual([]);
    expect(await ids(stranger)).toEqual([]);
  });

  it('sees the tasks of those groups', async () => {
    const task = await aTask(await aTaskGroup({ userGroupId }), { tags: ['x'], inputTypes: new Map([['3D', true]]) });
    const seen = await listVisibleTasks(test.database, await viewerOf(colleague));
    expect(seen.find(({ id }) => id === task.id)).toMatchObject({ name: 'task', tags: ['x'], inputTypes: new Map([['3D', true]]) });
    expect(await listVisibleTasks(test.database, await viewerOf(stranger))).toEqual([]);
  });
});

describe('a task', () => {
  it('comes with its group and the defaults of what was left out', async () => {
    const group = await aTaskGroup();
    const task = await aTask(group, { commandParallel: 'run' });
    expect(await findTask(test.database, task.id)).toMatchObject({
      commandParallel: 'run',
      commandNonParallel: null,
      metaParallel: new Map(),
      tags: [],
      isCore: false,
      taskGroup: { id: group.id, pkgName: group.pkgName, pinnedPackageVersionsPre: new Map() },
    });
    expect(await findTask(test.database, 2 ** 31 - 1)).toBeNull();
  });

  it('is stored with others of its group in the order given', async () => {
    const group = await aTaskGroup();
    const tasks = ['b', 'a', 'c'].map((name) => ({
      name,
      type: 'parallel' as const,
      version: '1',
      category: name === 'a' ? 'x' : undefined,
    }));
    expect((await insertTasks(test.database, group.id, tasks)).map(({ name, category }) => [name, category])).toEqual([
      ['b', null],
      ['a', 'x'],
      ['c', null],
    ]);
    expect(await insertTasks(test.database, group.id, [])).toEqual([]);
  });

  it('changes only what is given', async () => {
    const task = await aTask(await aTaskGroup(), { category: 'old', modality: 'old' });
    expect(await updateTask(test.database, task.id, { category: null, outputTypes: new Map([['a', false]]) })).toMatchObject({
      category: null,
      modality: 'old',
      outputTypes: new Map([['a', false]]),
    });
  });
});

describe('a task group', () => {
  it('is in use when a workflow task uses one of its tasks', async () => {
    const [used, unused] = [await aTaskGroup(), await aTaskGroup()];
    const task = await aTask(used);
    const [workflow] = await test.database.query<{ id: number }>('insert into workflow (name, project_id) values ($1, $2) returning id', [
      'uses',
      owner.projectId,
    ]);
    await test.database.execute(`insert into workflow_task (workflow_id, "order", task_type, task_id) values ($1, 0, 'parallel', $2)`, [
      workflow!.id,
      task.id,
    ]);
    expect(await findTaskGroupFacts(test.database, [used.id, unused.id])).toEqual(
      new Map([
        [used.id, { ownerEmail: owner.email, inUse: true }],
        [unused.id, { ownerEmail: owner.email, inUse: false }],
      ]),
    );
  });

  it('is shared and made private again', async () => {
    const group = await aTaskGroup();
    await shareTaskGroup(test.database, group.id, userGroupId);
    expect(await findTaskGroup(test.database, group.id)).toMatchObject({ userGroupId });
    await shareTaskGroup(test.database, group.id, null);
    expect(await findTaskGroup(test.database, group.id)).toMatchObject({ userGroupId: null });
  });

  it('lists the tasks of several groups at once', async () => {
    const [first, second] = [await aTaskGroup(), await aTaskGroup()];
    await aTask(first, { name: 'a' });
    await aTask(second, { name: 'b' });
    expect((await listSlimTasksOfGroups(test.database, [first.id, second.id])).map((task) => task.name)).toEqual(['a', 'b']);
  });
});

describe('a package version', () => {
  it('clashes with the own one on the same resource, and with the shared one anywhere', async () => {
    const { pkgName, version, id } = await aTaskGroup({ userGroupId });
    const { userId, resourceId } = owner;
    expect(await findOwnedClash(test.database, { userId, resourceId, pkgName, version })).toMatchObject({
      taskGroupId: id,
      collection: null,
    });
    expect(await findOwnedClash(test.database, { userId, resourceId: stranger.resourceId, pkgName, version })).toBeNull();
    expect(await findSharedClash(test.database, { userGroupId, pkgName, version })).toMatchObject({
      taskGroupId: id,
      userGroupName: expect.stringMatching(/^group-/),
    });
    expect(await findSharedClash(test.database, { userGroupId, pkgName, version: '1.0.0' })).toBeNull();
  });

  it('is created once when many transactions look first and then create', async () => {
    const wanted = { userId: owner.userId, resourceId: owner.resourceId, pkgName: 'raced', version: '1' };
    const created = await Promise.all(
      Array.from({ length: 6 }, () =>
        test.database.transaction(async (transaction) => {
          await lockPackageVersion(transaction, wanted.pkgName, wanted.version);
          if ((await findOwnedClash(transaction, wanted)) !== null) return null;
          return insertTaskGroup(transaction, { ...wanted, origin: 'other', active: true });
        }),
      ),
    );
    expect(created.filter((group) => group !== null)).toHaveLength(1);
  });

  it('is found among others by those who may use it', async () => {
    const group = await aTaskGroup({ userGroupId, version: '2' });
    const inactive = await aTaskGroup({ userGroupId, pkgName: group.pkgName, version: '1', active: false });
    await aTask(group, { name: 'x', argsSchemaParallel: new Map() });
    await aTask(group, { name: 'without schema' });
    await aTask(inactive, { name: 'x', argsSchemaParallel: new Map() });
    const viewer = await viewerOf(colleague);
    expect((await findTaskVersions(test.database, viewer, [group.pkgName])).map((found) => [found.taskName, found.version])).toEqual([
      ['x', '2'],
    ]);
    expect((await findImportCandidates(test.database, viewer, [group.pkgName])).map((found) => [found.taskName, found.active])).toEqual([
      ['x', true],
      ['without schema', true],
      ['x', false],
    ]);
    expect(await findImportCandidates(test.database, await viewerOf(stranger), [group.pkgName])).toEqual([]);
  });
});

describe('activities', () => {
  const anActivity = async (pkgName: string, taskGroupId: number | null = null): Promise<number> => {
    const [row] = await test.database.query<{ id: number }>(
      `insert into activity (user_id, task_group_id, pkg_name, version, status, action, fractal_server_version, resource_id)
       values ($1, $2, $3, '1', 'ongoing', 'collect', '0', $4) returning id`,
      [owner.userId, taskGroupId, pkgName, owner.resourceId],
    );
    return row!.id;
  };

  it('have their log lines as one text', async () => {
    const id = await anActivity('logged');
    expect(await findActivity(test.database, id)).toMatchObject({ status: 'ongoing', log: null, timestampEnded: null });
    await test.database.execute(
      `insert into log_line (activity_id, at, logger, level, message) values
         ($1, '2026-07-30 08:42:10.123456+00', 'collect', 'DEBUG', 'first'), ($1, '2026-07-30 10:42:11+02', 'collect', 'INFO', E'second\nline')`,
      [id],
    );
    expect((await findActivity(test.database, id))!.log).toBe(
      '2026-07-30 08:42:10,123 - collect - DEBUG - first\n2026-07-30 08:42:11,000 - collect - INFO - second\nline\n',
    );
  });

  it('are listed for their user by every filter', async () => {
    const group = await aTaskGroup();
    const id = await anActivity('Filter_Me', group.id);
    await anActivity('FilterXMe');
    const ids = async (filter: Parameters<typeof listActivities>[2], { userId } = owner) =>
      (await listActivities(test.database, userId, filter)).map((activity) => activity.id);
    expect(await ids({ pkgName: 'filter_m' })).toEqual([id]);
    expect(await ids({ activityId: id, taskGroupId: group.id, status: 'ongoing', action: 'collect' })).toEqual([id]);
    expect(await ids({ activityId: id, status: 'OK' })).toEqual([]);
    expect(await ids({ activityId: id, action: 'reset' })).toEqual([]);
    expect(await ids({ activityId: id, startedMin: '2000-01-01T00:00:00+00:00' })).toEqual([id]);
    expect(await ids({ activityId: id, startedMin: '2999-01-01T00:00:00+00:00' })).toEqual([]);
    expect(await ids({ activityId: id }, colleague)).toEqual([]);
  });
});
