import { stringifyJson, type JsonInput } from '@fractal-server/domain';
import { In } from 'typeorm';
import { hasChanges } from '../connection/changes.js';
import type { Queryable, Transaction } from '../connection/database.js';
import { WorkflowTaskEntity } from './workflow-task.entity.js';
import type { WorkflowTask } from './workflow.queries.js';

/** A workflow task to store. */
export type NewWorkflowTask = Omit<WorkflowTask, 'id' | 'workflowId' | 'order'>;

/** Fields of a workflow task that may change. */
export type WorkflowTaskChanges = Partial<Omit<WorkflowTask, 'id' | 'workflowId' | 'order'>>;

/** The workflow task of that id in that workflow, or null. */
export async function findWorkflowTask(db: Queryable, workflowId: number, workflowTaskId: number): Promise<WorkflowTask | null> {
  return db.manager.findOneBy(WorkflowTaskEntity, { id: workflowTaskId, workflowId });
}

/** Tasks of a workflow in their order. */
export async function listWorkflowTasks(db: Queryable, workflowId: number): Promise<WorkflowTask[]> {
  return db.manager.find(WorkflowTaskEntity, { where: { workflowId }, order: { order: 'ASC' } });
}

/** Ids of a workflow's tasks in their order. */
export async function listWorkflowTaskIds(db: Queryable, workflowId: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>('select id from workflow_task where workflow_id = $1 order by "order"', [workflowId]);
  return rows.map((row) => row.id);
}

/**
 * Inserts tasks one after the other from `position` on; the later ones move back. The caller holds the lock on the workflow.
 * @param position from 0 to the number of tasks
 * @returns the new tasks in the order given
 */
export async function insertWorkflowTasks(
  transaction: Transaction,
  workflowId: number,
  position: number,
  items: readonly NewWorkflowTask[],
): Promise<WorkflowTask[]> {
  if (items.length === 0) return [];
  await transaction.execute('update workflow_task set "order" = "order" + $3 where workflow_id = $1 and "order" >= $2', [
    workflowId,
    position,
    items.length,
  ]);
  const rows = await transaction.query<{ id: number }>(
    `insert into workflow_task (workflow_id, "order", task_id, task_type, alias, description, type_filters,
       meta_non_parallel, meta_parallel, args_non_parallel, args_parallel)
     select $1, $2 + item.position - 1, item.task_id, item.task_type, item.alias, item.description, item.type_filters,
       item.meta_non_parallel, item.meta_parallel, item.args_non_parallel, item.args_parallel
     from unnest($3::integer[], $4::text[], $5::text[], $6::text[], $7::json[], $8::json[], $9::json[], $10::json[], $11::json[])
       with ordinality as item (task_id, task_type, alias, description, type_filters,
         meta_non_parallel, meta_parallel, args_non_parallel, args_parallel, position)
     order by item.position
     returning id`,
    [
      workflowId,
      position,
      items.map((item) => item.taskId),
      items.map((item) => item.taskType),
      items.map((item) => item.alias),
      items.map((item) => item.description),
      items.map((item) => stringifyJson(item.typeFilters)),
      items.map((item) => jsonText(item.metaNonParallel)),
      items.map((item) => jsonText(item.metaParallel)),
      items.map((item) => jsonText(item.argsNonParallel)),
      items.map((item) => jsonText(item.argsParallel)),
    ],
  );
  return transaction.manager.find(WorkflowTaskEntity, { where: { id: In(rows.map((row) => row.id)) }, order: { order: 'ASC' } });
}

/** Changes the given fields; returns the workflow task afterwards. */
export async function updateWorkflowTask(db: Queryable, workflowTaskId: number, changes: WorkflowTaskChanges): Promise<WorkflowTask> {
  if (hasChanges(changes)) await db.manager.update(WorkflowTaskEntity, { id: workflowTaskId }, changes as object);
  return db.manager.findOneByOrFail(WorkflowTaskEntity, { id: workflowTaskId });
}

/** Deletes a workflow task and closes the gap. The caller holds the lock on the workflow. */
export async function deleteWorkflowTask(transaction: Transaction, workflowId: number, workflowTaskId: number): Promise<void> {
  await transaction.execute(
    `with gone as (delete from workflow_task where id = $2 and workflow_id = $1 returning "order")
     update workflow_task set "order" = workflow_task."order" - 1 from gone
     where workflow_id = $1 and workflow_task."order" > gone."order"`,
    [workflowId, workflowTaskId],
  );
}

/** Gives each task the position of its id in the list, which names every task of the workflow once. The caller holds the lock. */
export async function reorderWorkflowTasks(
  transaction: Transaction,
  workflowId: number,
  workflowTaskIds: readonly number[],
): Promise<void> {
  await transaction.execute(
    `update workflow_task set "order" = item.position - 1
     from unnest($2::integer[]) with ordinality as item (id, position)
     where workflow_task.workflow_id = $1 and workflow_task.id = item.id`,
    [workflowId, workflowTaskIds],
  );
}

function jsonText(value: JsonInput): string | null {
  return value === null ? null : stringifyJson(value);
}
