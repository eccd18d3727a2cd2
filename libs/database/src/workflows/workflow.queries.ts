import { hasChanges } from '../connection/changes.js';
import type { Queryable, Transaction } from '../connection/database.js';
import type { WorkflowTaskEntity } from './workflow-task.entity.js';
import { WorkflowEntity } from './workflow.entity.js';

/** One workflow, as stored. */
export type Workflow = Omit<WorkflowEntity, 'tasks'>;

/** One workflow task, as stored. */
export type WorkflowTask = Omit<WorkflowTaskEntity, 'workflow'>;

/** A workflow with its tasks in their order. */
export type WorkflowWithTasks = Workflow & { readonly tasks: WorkflowTask[] };

/** A workflow to store. */
export interface NewWorkflow {
  readonly projectId: number;
  readonly name: string;
  readonly description: string | null;
  readonly templateId?: number | null;
}

/** Fields of a workflow that may change. */
export type WorkflowChanges = Partial<Pick<Workflow, 'name' | 'description' | 'isStarred'>>;

/** Workflows of a project with their tasks: starred first, then by name. One statement. */
export async function listWorkflows(db: Queryable, projectId: number): Promise<WorkflowWithTasks[]> {
  const workflows = await db.manager.find(WorkflowEntity, {
    where: { projectId },
    relations: { tasks: true },
    order: { isStarred: 'DESC', name: 'ASC', id: 'ASC', tasks: { order: 'ASC' } },
  });
  return workflows as WorkflowWithTasks[];
}

/** The workflow of that id in that project, or null. */
export async function findWorkflow(db: Queryable, projectId: number, workflowId: number): Promise<Workflow | null> {
  return db.manager.findOneBy(WorkflowEntity, { id: workflowId, projectId });
}

/** The workflow with its tasks in one statement, or null. */
export async function findWorkflowWithTasks(db: Queryable, projectId: number, workflowId: number): Promise<WorkflowWithTasks | null> {
  const workflows = await db.manager.find(WorkflowEntity, {
    where: { id: workflowId, projectId },
    relations: { tasks: true },
    order: { tasks: { order: 'ASC' } },
  });
  return (workflows[0] as WorkflowWithTasks | undefined) ?? null;
}

/**
 * The workflow, with a lock that keeps every other change of its list of tasks waiting until the transaction ends. Inserting a job of the
 * workflow waits too: its foreign key takes a share of the same row lock. So "no submitted job" holds from the look until the commit.
 */
export async function lockWorkflow(transaction: Transaction, projectId: number, workflowId: number): Promise<Workflow | null> {
  return transaction.manager.findOne(WorkflowEntity, { where: { id: workflowId, projectId }, lock: { mode: 'pessimistic_write' } });
}

/** Whether the project has a workflow of that name. */
export async function hasWorkflowNamed(db: Queryable, projectId: number, name: string): Promise<boolean> {
  const rows = await db.query('select from workflow where project_id = $1 and md5(name) = md5($2) and name = $2', [projectId, name]);
  return rows.length > 0;
}

/** Stores a workflow without tasks; null when its project has one of that name (also when another transaction has just stored it). */
export async function insertWorkflow(db: Queryable, workflow: NewWorkflow): Promise<Workflow | null> {
  const rows = await db.query<{ id: number }>(
    `insert into workflow (project_id, name, description, template_id) values ($1, $2, $3, $4)
     on conflict do nothing returning id`,
    [workflow.projectId, workflow.name, workflow.description, workflow.templateId ?? null],
  );
  const id = rows[0]?.id;
  return id === undefined ? null : db.manager.findOneByOrFail(WorkflowEntity, { id });
}

/** Changes the given fields. A name that the project already has violates `workflow_name_in_project_key`. */
export async function updateWorkflow(db: Queryable, workflowId: number, changes: WorkflowChanges): Promise<void> {
  if (!hasChanges(changes)) return;
  await db.manager.update(WorkflowEntity, { id: workflowId }, changes);
}

/** Deletes a workflow and its tasks; jobs and runs stay, without their reference to it. */
export async function deleteWorkflow(db: Queryable, workflowId: number): Promise<void> {
  await db.manager.delete(WorkflowEntity, { id: workflowId });
}

/** Ids of the workflow's jobs that have not ended, ascending. */
export async function listSubmittedJobs(db: Queryable, workflowId: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(`select id from job where workflow_id = $1 and status = 'submitted' order by id`, [
    workflowId,
  ]);
  return rows.map((row) => row.id);
}
