import {
  deleteProject,
  listSubmittedJobsOfProject,
  lockProject,
  updateProject,
  type Database,
  type Project,
  type ProjectChanges,
  type User,
} from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';
import { requireFreeName } from './create-project.js';
import { projectNotFound } from './project-access.js';

/**
 * Changes a project. A new name is compared with those of the projects that the caller owns (oddity 20).
 *
 * @throws DomainError refused, notFound
 */
export async function changeProject(
  database: Database,
  caller: Pick<User, 'id'>,
  project: Project,
  changes: ProjectChanges,
): Promise<Project> {
  return database.transaction(async (transaction) => {
    if (changes.name !== undefined && changes.name !== project.name) await requireFreeName(transaction, caller, changes.name);
    const changed = await updateProject(transaction, project.id, changes);
    if (changed === null) throw projectNotFound();
    return changed;
  });
}

/**
 * Deletes a project with its datasets and workflows. Its jobs stay.
 *
 * @throws DomainError refused while a job of it runs; notFound
 */
export async function removeProject(database: Database, projectId: number): Promise<void> {
  await database.transaction(async (transaction) => {
    if ((await lockProject(transaction, projectId)) === null) throw projectNotFound();
    refuseWithJobs('project', projectId, await listSubmittedJobsOfProject(transaction, projectId));
    await deleteProject(transaction, projectId);
  });
}

/** @throws DomainError refused when there are jobs that have not ended */
export function refuseWithJobs(what: 'project' | 'dataset', id: number, jobIds: readonly number[]): void {
  if (jobIds.length === 0) return;
  const text = `Cannot delete ${what} ${id} because it is linked to active job(s) ${jobIds.join(', ')}.`;
  throw new DomainError('refused', `${what}.in_use`, text);
}
