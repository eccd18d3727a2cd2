import type { Database, Queryable, Transaction } from '../connection/database.js';
import { PROJECT_COLUMNS, type Project, type ProjectMembership } from './project.js';

/** A project to store. Its creator becomes its owner. */
export interface NewProject {
  readonly name: string;
  readonly description: string | null;
  readonly resourceId: number;
  readonly ownerId: number;
}

/** Fields of a project that may change. */
export type ProjectChanges = Partial<Pick<Project, 'name' | 'description' | 'isStarred'>>;

/**
 * The projects that a user owns, or those of others whose invitation the user has accepted: starred first, then the newest.
 */
export async function listProjects(db: Queryable, userId: number, { owned }: { owned: boolean }): Promise<Project[]> {
  return db.prepared<Project>(
    'list-projects',
    `select ${PROJECT_COLUMNS}
       from project p join project_member m on m.project_id = p.id
      where m.user_id = $1 and m.is_owner = $2 and m.is_verified
      order by p.is_starred desc, p.timestamp_created desc, p.id desc`,
    [userId, owned],
  );
}

/** A project with the link of one user to it. */
export interface ProjectWithMembership {
  readonly project: Project;
  /** Null for a user who was never invited. */
  readonly membership: ProjectMembership | null;
}

const FIND_WITH_MEMBERSHIP = /* sql */ `
select ${PROJECT_COLUMNS}, m.is_owner "isOwner", m.is_verified "isVerified", m.permissions
  from project p left join project_member m on m.project_id = p.id and m.user_id = $2
 where p.id = $1`;

/** The project and what the user may do in it; null when there is no such project. Runs in front of nearly every request. */
export async function findProjectWithMembership(
  database: Database,
  projectId: number,
  userId: number,
): Promise<ProjectWithMembership | null> {
  type Row = Project & { [Field in keyof ProjectMembership]: ProjectMembership[Field] | null };
  const [row] = await database.prepared<Row>('find-project-with-membership', FIND_WITH_MEMBERSHIP, [projectId, userId]);
  if (row === undefined) return null;
  const { isOwner, isVerified, permissions, ...project } = row;
  const membership = isOwner === null || isVerified === null || permissions === null ? null : { isOwner, isVerified, permissions };
  return { project, membership };
}

/** The project with a lock that keeps new jobs of it waiting until the transaction ends; null when there is no such project. */
export async function lockProject(transaction: Transaction, projectId: number): Promise<Project | null> {
  const rows = await transaction.query<Project>(`select ${PROJECT_COLUMNS} from project p where p.id = $1 for update`, [projectId]);
  return rows[0] ?? null;
}

/**
 * Whether the user owns a project of that name. Of one user only one transaction at a time gets the answer: the others wait, so that a name
 * which is free stays free until the project is stored.
 */
export async function ownsProjectNamed(transaction: Transaction, userId: number, name: string): Promise<boolean> {
  await transaction.query('select from user_account where id = $1 for no key update', [userId]);
  const rows = await transaction.query(
    `select from project p join project_member m on m.project_id = p.id where m.user_id = $1 and m.is_owner and p.name = $2`,
    [userId, name],
  );
  return rows.length > 0;
}

/** Stores a project and the link of its owner. */
export async function insertProject(transaction: Transaction, project: NewProject): Promise<Project> {
  const [stored] = await transaction.query<Project>(
    `insert into project as p (name, description, resource_id) values ($1, $2, $3) returning ${PROJECT_COLUMNS}`,
    [project.name, project.description, project.resourceId],
  );
  if (stored === undefined) throw new Error('the project was not stored');
  await transaction.execute(
    `insert into project_member (project_id, user_id, is_owner, is_verified, permissions) values ($1, $2, true, true, 'rwx')`,
    [stored.id, project.ownerId],
  );
  return stored;
}

/** Changes the given fields; null when there is no such project. */
export async function updateProject(db: Queryable, projectId: number, changes: ProjectChanges): Promise<Project | null> {
  const rows = await db.query<Project>(
    `update project as p
        set name = coalesce($2, name), description = case when $3 then $4 else description end, is_starred = coalesce($5, is_starred)
      where p.id = $1 returning ${PROJECT_COLUMNS}`,
    [projectId, changes.name ?? null, changes.description !== undefined, changes.description ?? null, changes.isStarred ?? null],
  );
  return rows[0] ?? null;
}

/** Deletes a project with its datasets and workflows; its jobs stay, without their reference to it. */
export async function deleteProject(db: Queryable, projectId: number): Promise<void> {
  await db.execute('delete from project where id = $1', [projectId]);
}

/** Ids of the project's jobs that have not ended, ascending. */
export async function listSubmittedJobsOfProject(db: Queryable, projectId: number): Promise<number[]> {
  const rows = await db.query<{ id: number }>(`select id from job where project_id = $1 and status = 'submitted' order by id`, [projectId]);
  return rows.map((row) => row.id);
}

/** The resource on which a user's projects run: that of the user's profile. */
export interface ResourceOfUser {
  readonly resourceId: number;
  readonly resourceType: string;
  /** What the profile was made for. */
  readonly profileType: string;
}

/** @returns null for a user without a profile */
export async function findResourceOfUser(db: Queryable, userId: number): Promise<ResourceOfUser | null> {
  const rows = await db.query<ResourceOfUser>(
    `select r.id as "resourceId", r.type as "resourceType", p.resource_type as "profileType"
       from user_account u join profile p on p.id = u.profile_id join resource r on r.id = p.resource_id
      where u.id = $1`,
    [userId],
  );
  return rows[0] ?? null;
}
