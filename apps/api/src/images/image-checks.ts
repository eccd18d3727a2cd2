import {
  findTask,
  findWorkflowTask,
  listDifferingTypes,
  listWorkflowTasks,
  type Database,
  type ImageFilter,
  type Task,
} from '@fractal-server/database';
import { DomainError, IMAGE_STATUS_ATTRIBUTE, IMAGE_STATUSES, type AttributeFilters, type TypeFilters } from '@fractal-server/domain';

/** The filters of a job that is about to be submitted. */
export interface JobFilters {
  readonly types: TypeFilters;
  /** May hold the pseudo-attribute of the image status. */
  readonly attributes: AttributeFilters;
}

/**
 * Names of the types in which the images that pass differ: the first task would mix them (contract: api-data-model 6.5, C1).
 *
 * @param workflowTaskId the task that statuses belong to; it need not exist
 */
export async function checkUniqueTypes(
  database: Database,
  datasetId: number,
  workflowTaskId: number,
  { types, attributes }: JobFilters,
): Promise<string[]> {
  return listDifferingTypes(database, datasetId, { types, ...splitStatus(attributes, workflowTaskId) });
}

/** The status is no stored attribute: a filter on it is taken out and becomes one of its own. */
export function splitStatus(filters: AttributeFilters, workflowTaskId: number): Pick<ImageFilter, 'attributes' | 'status'> {
  const wanted = filters.get(IMAGE_STATUS_ATTRIBUTE);
  if (wanted === undefined) return { attributes: filters };
  const attributes = new Map(filters);
  attributes.delete(IMAGE_STATUS_ATTRIBUTE);
  return { attributes, status: { workflowTaskId, among: IMAGE_STATUSES.filter((status) => wanted.includes(status)) } };
}

/** Which images the task before another has not processed, as a filter. */
export function notProcessedBy(previous: { readonly workflowTaskId: number }, { types, attributes }: JobFilters): ImageFilter {
  const among = IMAGE_STATUSES.filter((status) => status !== 'done');
  return { types, attributes, status: { workflowTaskId: previous.workflowTaskId, among } };
}

/**
 * The task whose work a job that starts at this task builds on: the one just before, if it leaves images as they are. A converter makes new
 * images, and one with output types makes the images of before drop out by type (contract: api-data-model 6.5, C2).
 *
 * @returns null when there is nothing to check
 * @throws DomainError notFound when the workflow has no such task
 */
export async function findPreviousTask(
  database: Database,
  workflowId: number,
  workflowTaskId: number,
): Promise<{ readonly workflowTaskId: number } | null> {
  const workflowTask = await findWorkflowTask(database, workflowId, workflowTaskId);
  if (workflowTask === null) throw new DomainError('notFound', 'workflow_task.not_found', 'WorkflowTask not found');
  const steps = await listWorkflowTasks(database, workflowId);
  const previous = steps[steps.findIndex((step) => step.id === workflowTaskId) - 1];
  if (previous === undefined) return null;
  const task = await findTask(database, previous.taskId);
  return task === null || replacesImages(task) ? null : { workflowTaskId: previous.id };
}

function replacesImages({ type, outputTypes }: Pick<Task, 'type' | 'outputTypes'>): boolean {
  return type === 'converter_compound' || type === 'converter_non_parallel' || outputTypes.size > 0;
}
