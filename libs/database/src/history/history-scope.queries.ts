import type { Queryable } from '../connection/database.js';

/** A workflow task and a dataset, as far as they exist: what a request for history is about. */
export interface HistoryScope {
  /** Null when there is no such workflow task. */
  readonly workflowTask: { readonly projectId: number; readonly taskName: string } | null;
  /** Null when there is no such dataset. */
  readonly dataset: { readonly projectId: number } | null;
}

/** Looks both up, whatever project they belong to. */
export async function findHistoryScope(db: Queryable, workflowTaskId: number, datasetId: number): Promise<HistoryScope> {
  const [row] = await db.query<{ workflowProjectId: number | null; taskName: string | null; datasetProjectId: number | null }>(
    `select w.project_id as "workflowProjectId", t.name as "taskName", d.project_id as "datasetProjectId"
       from (select) as always
       left join (workflow_task wt join workflow w on w.id = wt.workflow_id join task t on t.id = wt.task_id) on wt.id = $1
       left join dataset d on d.id = $2`,
    [workflowTaskId, datasetId],
  );
  const { workflowProjectId = null, taskName = null, datasetProjectId = null } = row ?? {};
  return {
    workflowTask: workflowProjectId === null || taskName === null ? null : { projectId: workflowProjectId, taskName },
    dataset: datasetProjectId === null ? null : { projectId: datasetProjectId },
  };
}
