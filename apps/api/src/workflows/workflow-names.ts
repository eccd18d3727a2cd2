import { hasWorkflowNamed, insertWorkflow, sqlState, type NewWorkflow, type Queryable, type Workflow } from '@fractal-server/database';
import { DomainError, pythonRepr } from '@fractal-server/domain';
import { projectNotFound } from '../projects/project-access.js';

/** A project has each workflow name once (contract: api-data-model W2). */
export function workflowNameTaken(name: string, projectId: number): DomainError {
  return new DomainError(
    'refused',
    'workflow.name_taken',
    `Workflow with name=${pythonRepr(name)} and project_id=${projectId} already exists.`,
  );
}

/** Looks before more work is done; that the name is still free when the workflow is stored, the unique index says. */
export async function requireFreeWorkflowName(db: Queryable, projectId: number, name: string): Promise<void> {
  if (await hasWorkflowNamed(db, projectId, name)) throw workflowNameTaken(name, projectId);
}

const FOREIGN_KEY_VIOLATION = '23503';

/** Stores a workflow without tasks. @throws DomainError refused when the name is taken; notFound when the project is gone since the gate */
export async function storeWorkflow(db: Queryable, workflow: NewWorkflow): Promise<Workflow> {
  try {
    const stored = await insertWorkflow(db, workflow);
    if (stored === null) throw workflowNameTaken(workflow.name, workflow.projectId);
    return stored;
  } catch (error) {
    if (sqlState(error) === FOREIGN_KEY_VIOLATION) throw projectNotFound();
    throw error;
  }
}
