import {
  findTasks,
  findWorkflow,
  findWorkflowWithTasks,
  type Queryable,
  type TaskWithGroup,
  type Workflow,
  type WorkflowTask,
  type WorkflowWithTasks,
} from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/** A workflow task with the task that it runs. */
export interface WorkflowStep {
  readonly workflowTask: WorkflowTask;
  readonly task: TaskWithGroup;
}

/** A workflow with all that its tasks are. */
export interface WorkflowWithSteps {
  readonly workflow: Workflow;
  readonly steps: readonly WorkflowStep[];
}

/** @throws DomainError notFound when the project has no such workflow */
export function requireWorkflow<Found extends Workflow>(workflow: Found | null): Found {
  if (workflow === null) throw new DomainError('notFound', 'workflow.not_found', 'Workflow not found');
  return workflow;
}

/** The workflow of a project. @throws DomainError notFound */
export async function getWorkflow(db: Queryable, projectId: number, workflowId: number): Promise<Workflow> {
  return requireWorkflow(await findWorkflow(db, projectId, workflowId));
}

/** The workflow with its steps in order, in two statements. @throws DomainError notFound */
export async function getWorkflowWithSteps(db: Queryable, projectId: number, workflowId: number): Promise<WorkflowWithSteps> {
  const workflow = requireWorkflow(await findWorkflowWithTasks(db, projectId, workflowId));
  const [complete] = await withSteps(db, [workflow]);
  return complete as WorkflowWithSteps;
}

/** Adds the tasks of all the workflows, in one statement. */
export async function withSteps(db: Queryable, workflows: readonly WorkflowWithTasks[]): Promise<WorkflowWithSteps[]> {
  const tasks = await findTasks(
    db,
    workflows.flatMap((workflow) => workflow.tasks.map((item) => item.taskId)),
  );
  return workflows.map((workflow) => ({ workflow, steps: stepsOf(workflow.tasks, tasks) }));
}

/** A task that is missing was deleted between two reads, which is only possible once its workflow task was gone. */
function stepsOf(workflowTasks: readonly WorkflowTask[], tasks: ReadonlyMap<number, TaskWithGroup>): WorkflowStep[] {
  return workflowTasks.flatMap((workflowTask) => {
    const task = tasks.get(workflowTask.taskId);
    return task === undefined ? [] : [{ workflowTask, task }];
  });
}
