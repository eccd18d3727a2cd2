import type { EnvironmentText } from '@fractal-server/config';
import { ensureDefaultGroup, ensureFirstResource, ensureSuperuser, migrate, type DatabaseOptions } from '@fractal-server/database';
import { profileCreate, resourceCreate } from '@fractal-server/domain';
import { DEFAULT_PROFILE, defaultResource } from '../initial-data/default-definitions.js';
import { firstAdmin } from '../initial-data/first-admin.js';
import { readDefinition } from '../initial-data/read-definition.js';
import type { Interpreters } from '../state/interpreters.js';
import type { StateFolder } from '../state/state-folder.js';
import { withDatabase } from './database-server.js';
import type { SystemOptions } from './options.js';

/** How the admin logs in. */
export interface AdminLogin {
  readonly email: string;
  readonly password: string;
}

/** The one name that the contract allows for the group in which every user is. */
export const DEFAULT_GROUP = 'All';
const PASSWORD_BYTES = 12;

/**
 * Brings a database of any age to where the API can serve: newest schema, default group, admin, and this machine as resource and profile.
 * What is there already stays as it is.
 */
export async function initialise(parts: {
  readonly database: DatabaseOptions;
  readonly options: SystemOptions;
  readonly state: StateFolder;
  readonly interpreters: Interpreters;
  readonly environment: EnvironmentText;
}): Promise<AdminLogin> {
  const { options, state, interpreters } = parts;
  const groupName = parts.environment['FRACTAL_DEFAULT_GROUP_NAME'] ?? DEFAULT_GROUP;
  const admin = firstAdmin({
    email: options.adminEmail,
    password: options.adminPassword ?? state.secret('admin-password', PASSWORD_BYTES),
    projectDir: options.adminProjectDir ?? state.projects,
  });
  const folders = { jobs: state.jobs, tasks: state.tasks };
  // uv needs neither pip nor ensurepip, which some systems leave out of their Python.
  const resource = readDefinition('resource', resourceCreate, defaultResource(folders, interpreters, 'uv'));
  const profile = readDefinition('profile', profileCreate, DEFAULT_PROFILE);
  await withDatabase(parts.database, async (database) => {
    await migrate(database);
    await ensureDefaultGroup(database, groupName);
    await ensureSuperuser(database, admin, groupName);
    await ensureFirstResource(database, { resource, profile });
  });
  return { email: admin.email, password: admin.password };
}
