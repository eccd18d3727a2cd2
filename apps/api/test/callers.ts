import type { Database } from '@fractal-server/database';

/** Ids of users who may call what their name says. */
export interface Callers {
  /** Verified, with a profile on a local resource, no guest. */
  readonly user: number;
  /** Superuser, verified, with a profile. */
  readonly superuser: number;
}

/** Stores the group `All`, a resource, a profile, and two users with it. */
export async function someCallers(database: Database): Promise<Callers> {
  await database.execute(`insert into user_group (name) values ('All')`);
  const resource = await idOf(
    database,
    `insert into resource (type, name, jobs_local_dir, jobs_runner_config, jobs_poll_interval, tasks_local_dir, tasks_python_config, tasks_pixi_config)
     values ('local', 'local', '/jobs', '{}', 5, '/tasks', '{"default_version": "3.11", "versions": {"3.11": "/usr/bin/python3"}}', '{}') returning id`,
  );
  const profile = await idOf(
    database,
    `insert into profile (resource_id, resource_type, name) values ($1, 'local', 'local') returning id`,
    [resource],
  );
  const aUser = async (email: string, isSuperuser: boolean): Promise<number> =>
    idOf(
      database,
      `insert into user_account (email, hashed_password, is_superuser, is_verified, project_dirs, profile_id)
       values ($1, 'x', $2, true, '{/data}', $3) returning id`,
      [email, isSuperuser, profile],
    );
  const callers = { user: await aUser('user@example.org', false), superuser: await aUser('superuser@example.org', true) };
  await database.execute('insert into user_group_member (group_id, user_id) select g.id, u.id from user_group g, user_account u');
  return callers;
}

async function idOf(database: Database, sql: string, parameters: readonly unknown[] = []): Promise<number> {
  const [row] = await database.query<{ id: number }>(sql, parameters);
  return row!.id;
}
