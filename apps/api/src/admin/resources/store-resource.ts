import type { ApplicationConfig } from '@fractal-server/config';
import {
  getResource,
  insertResource,
  lockResource,
  overwriteResource,
  resourceDataOf,
  retryPausedJobs,
  type Database,
  type Resource,
} from '@fractal-server/database';
import { DomainError, resourceTypeInTexts, type ResourceCreate, type ResourceType } from '@fractal-server/domain';

type RunnerBackend = ApplicationConfig['runnerBackend'];

/** Stores a new resource (contract: auth-admin 5.7). */
export async function createResource(database: Database, resource: ResourceCreate, backend: RunnerBackend): Promise<Resource> {
  checkType(resource, backend);
  return getResource(database, await insertResource(database, resourceDataOf(resource)));
}

/** Overwrites a resource; our additions that are absent (settings, installer, uv version) stay as they were (contract: auth-admin 5.7). */
export async function replaceResource(
  database: Database,
  { resourceId, resource, backend }: { resourceId: number; resource: ResourceCreate; backend: RunnerBackend },
): Promise<Resource> {
  checkType(resource, backend);
  return database.transaction(async (transaction) => {
    const before = await lockResource(transaction, resourceId);
    // Profiles, jobs and task groups were made for its type; elsewhere the check before has told so.
    if (before.type !== resource.type) throw otherType(before.type, resource.type);
    await overwriteResource(transaction, resourceId, resourceDataOf(resource, before));
    await retryPausedJobs(transaction, resourceId);
    return getResource(transaction, resourceId);
  });
}

function checkType({ type }: ResourceCreate, backend: RunnerBackend): void {
  if (backend === 'any' || type === backend) return;
  const message = `settings.FRACTAL_RUNNER_BACKEND='${backend}' != new_resource.type=${resourceTypeInTexts(type)}`;
  throw new DomainError('refused', 'resource.other_backend', message);
}

function otherType(stored: ResourceType, asked: ResourceType): DomainError {
  return new DomainError('refused', 'resource.other_type', `The type of a resource cannot change from '${stored}' to '${asked}'.`);
}
