import type { Database } from '@fractal-server/database';
import { randomBytes } from 'node:crypto';

/** A user with a profile on a resource, and a project of their own. */
export interface Person {
  readonly userId: number;
  readonly email: string;
  readonly resourceId: number;
  readonly profileId: number;
  readonly projectId: number;
}

/** Stores a local resource; returns its id. */
export async function aResource(database: Database, name = unique('resource')): Promise<number> {
  return insertedId(
    database,
    `insert into resource (type, name, jobs_local_dir, jobs_runner_config, jobs_poll_interval, tasks_local_dir, tasks_python_config,
       tasks_pixi_config)
     values ('local', $1, '/jobs', '{}', 5, '/tasks', '{"default_version": "3.11", "versions": {"3.11": "/usr/bin/python3"}}', '{}') returning id`,
    [name],
  );
}

/** Stores a verified user with a profile on a resource (of their own unless given), and an empty project. */
export async function aPerson(database: Database, { resourceId }: { resourceId?: number } = {}): Promise<Person> {
  const resource = resourceId ?? (await aResource(database));
  const profileId = await insertedId(
    database,
    `insert into profile (resource_id, resource_type, name) values ($1, 'local', $2) returning id`,
    [resource, unique('profile')],
  );
  const email = `${unique('person')}@example.org`;
  const userId = await insertedId(
    database,
    `insert into user_account (email, hashed_password, is_verified, profile_id, project_dirs) values ($1, 'x', true, $2, '{/data}') returning id`,
    [email, profileId],
  );
  const projectId = await insertedId(database, 'insert into project (name, resource_id) values ($1, $2) returning id', [
    unique('project'),
    resource,
  ]);
  await database.execute(`insert into project_member values ($1, $2, true, true, 'rwx')`, [projectId, userId]);
  return { userId, email, resourceId: resource, profileId, projectId };
}

/** Stores a user group with these members, joined in this order; returns its id. */
export async function aUserGroup(database: Database, memberIds: readonly number[]): Promise<number> {
  const id = await insertedId(database, 'insert into user_group (name) values ($1) returning id', [unique('group')]);
  for (const userId of memberIds) await database.execute('insert into user_group_member (group_id, user_id) values ($1, $2)', [id, userId]);
  return id;
}

/** Stores a submitted job of a workflow on a dataset, as if the person had just submitted it; returns its id. */
export async function aSubmittedJob(
  database: Database,
  { userId, email, resourceId, projectId }: Person,
  workflowId: number | null = null,
  datasetId: number | null = null,
): Promise<number> {
  return insertedId(
    database,
    `insert into job (project_id, workflow_id, user_id, user_email, first_task_index, last_task_index, project_dump, workflow_dump,
       dataset_dump, working_dir, working_dir_user, start_timestamp, fractal_server_version, resource_id, resource_snapshot,
       profile_snapshot, cache_dir, dataset_id)
     values ($1, $2, $3, $4, 0, 0, '{}', '{}', '{}', '/jobs/1', '/jobs/1', now(), '0', $5, '{}', '{}', '/cache', $6) returning id`,
    [projectId, workflowId, userId, email, resourceId, datasetId],
  );
}

function unique(what: string): string {
  return `${what}-${randomBytes(5).toString('hex')}`;
}

async function insertedId(database: Database, sql: string, parameters: readonly unknown[]): Promise<number> {
  const [row] = await database.query<{ id: number }>(sql, parameters);
  if (row === undefined) throw new Error('nothing was inserted');
  return row.id;
}
