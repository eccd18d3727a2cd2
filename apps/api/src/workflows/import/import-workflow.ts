import {
  findAndKeepTasks,
  findImportCandidates,
  insertWorkflowTasks,
  type Database,
  type Queryable,
  type Viewer,
  type Workflow,
} from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { findDefaultGroup } from '../../task-groups/user-group-choice.js';
import { requireTask } from '../../tasks/task-access.js';
import { newWorkflowTask, type WorkflowTaskFields } from '../../workflow-tasks/new-workflow-task.js';
import { requireFreeWorkflowName, storeWorkflow } from '../workflow-names.js';
import { resolveTasks, type NamedTask } from './resolve-tasks.js';

/** A workflow file, read and checked. */
export interface WorkflowFile {
  readonly name: string;
  readonly description: string | null;
  readonly tasks: readonly (WorkflowTaskFields & { readonly task: NamedTask })[];
}

/** Into which project a file goes, and from which template it came. */
export interface ImportTarget {
  readonly projectId: number;
  readonly templateId?: number;
  readonly defaultGroupName: string | null;
}

/**
 * Makes a workflow of a file, with tasks that the viewer may use, active or not (contract: api-data-model WI1).
 *
 * @returns the workflow; its steps are read as for any other
 * @throws DomainError refused when the name is taken, when a task cannot be found (with data: what there is instead), or when type filters
 *   contradict the task; notFound when there is no default group
 */
export async function importWorkflow(database: Database, viewer: Viewer, target: ImportTarget, file: WorkflowFile): Promise<Workflow> {
  const { projectId, templateId, defaultGroupName } = target;
  await requireFreeWorkflowName(database, projectId, file.name);
  const taskIds = await resolveAll(database, viewer, file, await findDefaultGroup(database, defaultGroupName));
  return database.transaction(async (transaction) => {
    const tasks = await findAndKeepTasks(transaction, taskIds);
    const workflowTasks = file.tasks.map(({ task: _name, ...fields }, index) => {
      const taskId = taskIds[index]!;
      return newWorkflowTask(requireTask(tasks.get(taskId), taskId), fields);
    });
    const { name, description } = file;
    const workflow = await storeWorkflow(transaction, { projectId, name, description, templateId: templateId ?? null });
    await insertWorkflowTasks(transaction, workflow.id, 0, workflowTasks);
    return workflow;
  });
}

async function resolveAll(db: Queryable, viewer: Viewer, file: WorkflowFile, defaultGroupId: number | null): Promise<number[]> {
  const named = file.tasks.map(({ task }) => task);
  const pkgNames = new Set(named.map(({ pkgName }) => pkgName));
  const resolutions = resolveTasks(named, await findImportCandidates(db, viewer, [...pkgNames]), viewer, defaultGroupId);
  const taskIds = resolutions.flatMap((resolution) => (resolution.outcome === 'success' ? [resolution.task_id] : []));
  if (taskIds.length < named.length) {
    throw new DomainError('refused', 'workflow.unknown_tasks', '', { data: resolutions });
  }
  return taskIds;
}
