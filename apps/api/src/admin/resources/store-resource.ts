import {
  getResource,
  insertResource,
  lockResource,
  overwriteResource,
  resourceDataOf,
  type Database,
  type Resource,
} from '@fractal-server/database';
import { DomainError, resourceTypeInTexts, type ResourceCreate } from '@fractal-server/domain';

/** Stores a new resource (contract: auth-admin 5.7). */
export async function createResource(database: Database, resource: ResourceCreate, backend: string): Promise<Resource> {
  checkType(resource, backend);
  return getResource(database, await insertResource(database, resourceDataOf(resource)));
}

/** Overwrites a resource; our additions that are absent (settings, installer, uv version) stay as they were (contract: auth-admin 5.7). */
export async function replaceResource(
  database: Database,
  { resourceId, resource, backend }: { resourceId: number; resource: ResourceCreate; backend: string },
): Promise<Resource> {
  checkType(resource, backend);
  return database.transaction(async (transaction) => {
    const before = await lockResource(transaction, resourceId);
    await overwriteResource(transaction, resourceId, resourceDataOf(resource, before));
    return getResource(transaction, resourceId);
  });
}

function checkType({ type }: ResourceCreate, backend: string): void {
  if (type === backend) return;
  const message = `settings.FRACTAL_RUNNER_BACKEND='${backend}' != new_resource.type=${resourceTypeInTexts(type)}`;
  throw new DomainError('refused', 'resource.other_backend', message);
}
