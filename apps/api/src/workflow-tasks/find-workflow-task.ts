import { findTask, findWorkflowTask, type Queryable, type WorkflowTask } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { requireTask } from '../tasks/task-access.js';
import type { WorkflowStep } from '../workflows/workflow-steps.js';

/** The workflow task of a workflow whose project is known to be right. @throws DomainError notFound */
export async function getWorkflowTask(db: Queryable, workflowId: number, workflowTaskId: number): Promise<WorkflowTask> {
  const workflowTask = await findWorkflowTask(db, workflowId, workflowTaskId);
  if (workflowTask === null) throw new DomainError('notFound', 'workflow_task.not_found', 'WorkflowTask not found');
  return workflowTask;
}

/** The workflow task with the task that it runs. */
export async function withTask(db: Queryable, workflowTask: WorkflowTask): Promise<WorkflowStep> {
  return { workflowTask, task: requireTask(await findTask(db, workflowTask.taskId), workflowTask.taskId) };
}
