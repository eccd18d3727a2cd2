/** What a member may do in a project; each level includes those before it. */
export const PROJECT_PERMISSIONS = ['r', 'rw', 'rwx'] as const;
export type ProjectPermission = (typeof PROJECT_PERMISSIONS)[number];

/** A project, as stored. */
export interface Project {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  /** A property of the project, the same for all members. */
  readonly isStarred: boolean;
  /** The computational resource that its jobs run on. */
  readonly resourceId: number;
  /** ISO text with microseconds. */
  readonly timestampCreated: string;
}

/** How a user is linked to a project. */
export interface ProjectMembership {
  readonly isOwner: boolean;
  /** False until the user has accepted the invitation; such a link gives no access. */
  readonly isVerified: boolean;
  readonly permissions: ProjectPermission;
}

/** The columns of a project `p`, named as the fields of `Project`. */
export const PROJECT_COLUMNS = /* sql */ `
  p.id, p.name, p.description, p.is_starred "isStarred", p.resource_id "resourceId", p.timestamp_created "timestampCreated"`;
