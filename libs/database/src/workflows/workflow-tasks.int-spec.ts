import { JsonFloat, stringifyJson } from '@fractal-server/domain';
import { aPerson, createTestDatabase, type Person, type TestDatabase } from '@fractal-server/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqlState } from '../connection/database.js';
import { insertTaskGroup } from '../task-groups/index.js';
import { findTasks, insertTasks } from '../tasks/index.js';
import {
  deleteWorkflow,
  deleteWorkflowTask,
  findWorkflowWithTasks,
  insertWorkflow,
  insertWorkflowTasks,
  listWorkflows,
  listWorkflowTasks,
  lockWorkflow,
  reorderWorkflowTasks,
  updateWorkflow,
  updateWorkflowTask,
  type NewWorkflowTask,
} from './index.js';

let test: TestDatabase;
let person: Person;
let taskId: number;
let workflowId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  person = await aPerson(test.database);
  const { userId, resourceId } = person;
  const group = await insertTaskGroup(test.database, { userId, resourceId, origin: 'other', pkgName: 'pkg', version: '1', active: true });
  const [task] = await insertTasks(test.database, group.id, [{ name: 'task', type: 'parallel', version: '1', commandParallel: 'run' }]);
  taskId = task!.id;
});
afterAll(() => test.close());
beforeEach(async () => {
  const workflow = await insertWorkflow(test.database, {
    projectId: person.projectId,
    name: `workflow-${performance.now()}`,
    description: null,
  });
  workflowId = workflow!.id;
});

const aWorkflowTask = (fields: Partial<NewWorkflowTask> = {}): NewWorkflowTask => ({
  taskId,
  taskType: 'parallel',
  typeFilters: new Map(),
  metaParallel: null,
  metaNonParallel: null,
  argsParallel: null,
  argsNonParallel: null,
  alias: null,
  description: null,
  ...fields,
});

const insert = (position: number, ...aliases: string[]) =>
  test.database.transaction(async (transaction) => {
    await lockWorkflow(transaction, person.projectId, workflowId);
    return insertWorkflowTasks(
      transaction,
      workflowId,
      position,
      aliases.map((alias) => aWorkflowTask({ alias })),
    );
  });

const aliases = async () => (await listWorkflowTasks(test.database, workflowId)).map(({ order, alias }) => `${order}:${alias}`);

describe('the list of workflow tasks', () => {
  it('inserts in the middle, and the later ones move back', async () => {
    await insert(0, 'a', 'b');
    const inserted = await insert(1, 'c', 'd');
    expect(inserted.map((item) => item.alias)).toEqual(['c', 'd']);
    expect(await aliases()).toEqual(['0:a', '1:c', '2:d', '3:b']);
  });

  it('closes the gap of a deleted one', async () => {
    const [, b] = await insert(0, 'a', 'b', 'c', 'd');
    await test.database.transaction((transaction) => deleteWorkflowTask(transaction, workflowId, b!.id));
    expect(await aliases()).toEqual(['0:a', '1:c', '2:d']);
  });

  it('takes the order of a list of ids', async () => {
    const [a, b, c] = await insert(0, 'a', 'b', 'c');
    await test.database.transaction((transaction) => reorderWorkflowTasks(transaction, workflowId, [c!.id, a!.id, b!.id]));
    expect(await aliases()).toEqual(['0:c', '1:a', '2:b']);
  });

  it('stays without gaps and repetitions when many insert and delete at once', async () => {
    const first = await insert(0, 'x', 'y', 'z', 'u', 'v');
    await Promise.all([
      ...[0, 1, 2, 0, 1, 2].map((position, index) => insert(position, `n${index}`)),
      ...first.map((item) =>
        test.database.transaction(async (transaction) => {
          await lockWorkflow(transaction, person.projectId, workflowId);
          await deleteWorkflowTask(transaction, workflowId, item.id);
        }),
      ),
    ]);
    const left = await listWorkflowTasks(test.database, workflowId);
    expect(left.map((item) => item.order)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(left.map((item) => item.alias).sort()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5']);
  });

  it('keeps number kinds and key order of arguments, meta and filters', async () => {
    const argsParallel = new Map<string, JsonFloat | bigint | string>([
      ['z', new JsonFloat(1)],
      ['a', 12345678901234567890n],
      ['__proto__', 'quote " backslash \\ brace {'],
    ]);
    const [item] = await test.database.transaction((transaction) =>
      insertWorkflowTasks(transaction, workflowId, 0, [aWorkflowTask({ argsParallel, typeFilters: new Map([['3D', true]]) })]),
    );
    expect(stringifyJson(item!.argsParallel)).toBe('{"z":1.0,"a":12345678901234567890,"__proto__":"quote \\" backslash \\\\ brace {"}');
    const changed = await updateWorkflowTask(test.database, item!.id, { metaParallel: argsParallel, argsParallel: null });
    expect(stringifyJson(changed.metaParallel)).toBe(stringifyJson(item!.argsParallel));
    expect(changed.argsParallel).toBeNull();
    expect(changed.typeFilters).toEqual(new Map([['3D', true]]));
  });
});

describe('workflows', () => {
  it('reads a workflow with its tasks in order, and the tasks with their groups, in two statements', async () => {
    await insert(0, 'b');
    await insert(0, 'a');
    const workflow = await findWorkflowWithTasks(test.database, person.projectId, workflowId);
    expect(workflow!.tasks.map((item) => item.alias)).toEqual(['a', 'b']);
    const tasks = await findTasks(
      test.database,
      workflow!.tasks.map((item) => item.taskId),
    );
    expect(tasks.get(taskId)).toMatchObject({ name: 'task', commandParallel: 'run', taskGroup: { pkgName: 'pkg', userId: person.userId } });
  });

  it('does not find a workflow through another project', async () => {
    expect(await findWorkflowWithTasks(test.database, person.projectId + 1, workflowId)).toBeNull();
  });

  it('lists starred ones first, then by name, each with its tasks', async () => {
    const { projectId } = await aPerson(test.database);
    const [c, a] = [
      await insertWorkflow(test.database, { projectId, name: 'c', description: null }),
      await insertWorkflow(test.database, { projectId, name: 'a', description: null }),
      await insertWorkflow(test.database, { projectId, name: 'b', description: null }),
    ];
    await test.database.transaction((transaction) => insertWorkflowTasks(transaction, a!.id, 0, [aWorkflowTask({ alias: 'only' })]));
    await updateWorkflow(test.database, c!.id, { isStarred: true });
    const listed = await listWorkflows(test.database, projectId);
    expect(listed.map((workflow) => [workflow.name, workflow.tasks.map((item) => item.alias)])).toEqual([
      ['c', []],
      ['a', ['only']],
      ['b', []],
    ]);
  });

  it('stores one of several workflows of the same name that arrive at once', async () => {
    const stored = await Promise.all(
      Array.from({ length: 5 }, () => insertWorkflow(test.database, { projectId: person.projectId, name: 'twice', description: null })),
    );
    expect(stored.filter((workflow) => workflow !== null)).toHaveLength(1);
  });

  it('refuses to rename a workflow to a name that the project has', async () => {
    await insertWorkflow(test.database, { projectId: person.projectId, name: 'taken', description: null });
    const renaming = updateWorkflow(test.database, workflowId, { name: 'taken' });
    await expect(renaming).rejects.toSatisfy((error) => sqlState(error) === '23505');
  });

  it('is deleted with its tasks', async () => {
    await insert(0, 'a');
    await deleteWorkflow(test.database, workflowId);
    expect(await listWorkflowTasks(test.database, workflowId)).toEqual([]);
  });
});
