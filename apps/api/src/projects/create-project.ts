import {
  findResourceOfUser,
  insertProject,
  ownsProjectNamed,
  type Database,
  type Project,
  type Transaction,
  type User,
} from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/**
 * Creates a project on the caller's resource; the caller owns it.
 *
 * @throws DomainError refused when the caller already owns one of that name
 */
export async function createProject(
  database: Database,
  caller: Pick<User, 'id'>,
  project: { readonly name: string; readonly description: string | null },
): Promise<Project> {
  const resourceId = await requireResource(database, caller);
  return database.transaction(async (transaction) => {
    await requireFreeName(transaction, caller, project.name);
    return insertProject(transaction, { ...project, resourceId, ownerId: caller.id });
  });
}

/** @throws DomainError refused when a project owned by the caller has that name */
export async function requireFreeName(transaction: Transaction, caller: Pick<User, 'id'>, name: string): Promise<void> {
  if (!(await ownsProjectNamed(transaction, caller.id, name))) return;
  throw new DomainError('refused', 'project.name_taken', `Project name (${name}) already in use`);
}

/** The profile may have been changed since the access check: then the caller is told instead of getting a project without a resource. */
export async function requireResource(database: Database, caller: Pick<User, 'id'>): Promise<number> {
  const found = await findResourceOfUser(database, caller.id);
  if (found === null) throw new DomainError('refused', 'user.no_resource', `User ${caller.id} has no computational resource.`);
  if (found.resourceType !== found.profileType) {
    throw new DomainError(
      'refused',
      'profile.wrong_type',
      `The user's profile is for a resource of type '${found.profileType}', the resource has type '${found.resourceType}'.`,
    );
  }
  return found.resourceId;
}
