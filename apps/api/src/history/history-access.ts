import { Inject, Injectable } from '@nestjs/common';
import { Database, findHistoryScope, findRunRelation, type User } from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { ProjectAccess } from '../projects/project-access.js';

/** What history is asked for: the runs of a workflow task on a dataset. */
export interface HistoryQuestion {
  readonly projectId: number;
  readonly datasetId: number;
  readonly workflowTaskId: number;
}

/** A question that the caller may ask. */
export interface HistoryAnswerable {
  readonly datasetId: number;
  readonly workflowTaskId: number;
  /** Name of the task, for texts. */
  readonly taskName: string;
}

/** The gate in front of history, with an order and texts of its own (contract: api-execution 6). */
@Injectable()
export class HistoryAccess {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
  ) {}

  /** @throws DomainError notFound, forbidden; refused for parts of another project */
  async check(caller: Pick<User, 'id'>, { projectId, datasetId, workflowTaskId }: HistoryQuestion): Promise<HistoryAnswerable> {
    const { workflowTask, dataset } = await findHistoryScope(this.database, workflowTaskId, datasetId);
    if (workflowTask === null) throw notFound('workflow_task.not_found', `WorkflowTask ${workflowTaskId} not found.`);
    await this.access.project(caller, projectId, 'r');
    if (workflowTask.projectId !== projectId) throw foreign('workflow', 'Workflow');
    if (dataset === null) throw notFound('dataset.not_found', `Dataset ${datasetId} not found.`);
    if (dataset.projectId !== projectId) throw foreign('dataset', 'Dataset');
    return { datasetId, workflowTaskId, taskName: workflowTask.taskName };
  }

  /** @throws DomainError notFound; refused for a run of something else */
  async checkRun(runId: number, { datasetId, workflowTaskId }: HistoryAnswerable): Promise<void> {
    const relation = await findRunRelation(this.database, runId);
    if (relation === null) throw notFound('run.not_found', `HistoryRun ${runId} not found`);
    if (relation.datasetId === datasetId && relation.workflowTaskId === workflowTaskId) return;
    const whose = `HistoryRun[${runId}] is not related to dataset_id=${datasetId} and workflowtask_id=${workflowTaskId}.`;
    throw new DomainError('refused', 'run.unrelated', `Invalid query parameters: ${whose}`);
  }
}

/** Something of the history is not there. */
export function notFound(code: string, text: string): DomainError {
  return new DomainError('notFound', code, text);
}

function foreign(part: 'workflow' | 'dataset', name: string): DomainError {
  return new DomainError('refused', `${part}.foreign`, `${name} does not belong to expected project.`);
}
