import type { Transaction } from '../connection/database.js';

/** What a job refers to. */
export interface JobParts {
  readonly projectId: number;
  readonly datasetId: number;
  readonly workflowId: number;
}

/**
 * Keeps project, dataset and workflow, and the workflow's list of tasks, as they are until the transaction ends: who deletes or reorders
 * them waits, and then sees the new job. From the whole to the part, as deletions lock them.
 * @returns the first that is not there (any more), or null
 */
export async function holdForSubmission(
  transaction: Transaction,
  { projectId, datasetId, workflowId }: JobParts,
): Promise<'project' | 'dataset' | 'workflow' | null> {
  const held = async (table: 'project' | 'dataset' | 'workflow', id: number): Promise<boolean> =>
    (await transaction.query(`select from ${table} where id = $1 for key share`, [id])).length > 0;
  if (!(await held('project', projectId))) return 'project';
  if (!(await held('dataset', datasetId))) return 'dataset';
  return (await held('workflow', workflowId)) ? null : 'workflow';
}
