import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  findDataset,
  findProjectWithMembership,
  PROJECT_PERMISSIONS,
  type Dataset,
  type Project,
  type ProjectPermission,
  type User,
} from '@fractal-server/database';
import { DomainError } from '@fractal-server/domain';

/** A project that the caller may use in the wanted way. */
export interface AccessibleProject {
  readonly project: Project;
  /** Whether the caller is its owner. */
  readonly isOwner: boolean;
}

type Caller = Pick<User, 'id'>;

/**
 * The gate in front of everything in a project (contract: api-data-model 3.2): who is no member, has not accepted the invitation or lacks
 * the permission is told one and the same; what belongs to another project is not there.
 *
 * All methods throw a DomainError: `notFound` for what is not there, `forbidden` for what the caller may not do.
 */
@Injectable()
export class ProjectAccess {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @param needed the permission that the action takes */
  async project(caller: Caller, projectId: number, needed: ProjectPermission): Promise<AccessibleProject> {
    const found = await findProjectWithMembership(this.database, projectId, caller.id);
    if (found === null) throw projectNotFound();
    const { project, membership } = found;
    if (membership === null || !membership.isVerified || !includes(membership.permissions, needed)) throw projectForbidden();
    return { project, isOwner: membership.isOwner };
  }

  /** A dataset of the project. */
  async dataset(
    caller: Caller,
    projectId: number,
    datasetId: number,
    needed: ProjectPermission,
  ): Promise<AccessibleProject & { readonly dataset: Dataset }> {
    const access = await this.project(caller, projectId, needed);
    const dataset = await findDataset(this.database, projectId, datasetId);
    if (dataset === null) throw datasetNotFound();
    return { ...access, dataset };
  }
}

/** The project is not there, or not any more. */
export function projectNotFound(): DomainError {
  return new DomainError('notFound', 'project.not_found', 'Project not found');
}

/** The project has no such dataset, or not any more. */
export function datasetNotFound(): DomainError {
  return new DomainError('notFound', 'dataset.not_found', 'Dataset not found');
}

/** The caller may not do this in the project. */
export function projectForbidden(): DomainError {
  const text = 'You are not authorized to perform this action. If you think this is by mistake, please contact the project owner.';
  return new DomainError('forbidden', 'project.forbidden', text);
}

function includes(granted: ProjectPermission, needed: ProjectPermission): boolean {
  return PROJECT_PERMISSIONS.indexOf(granted) >= PROJECT_PERMISSIONS.indexOf(needed);
}
