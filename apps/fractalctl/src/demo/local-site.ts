import { join } from 'node:path';
import { installation } from '../installation.js';
import type { StartedSystem } from '../system/start-system.js';
import { ApiClient } from './api-client.js';
import { DemoError } from './demo-error.js';
import type { DemoSite } from './demo-site.js';
import { reasonOf } from './reason-of.js';
import type { ResourceRead } from './wire.js';

/** This machine, as the admin of the first start. */
export async function localSite(system: StartedSystem): Promise<DemoSite> {
  const api = await logInAsAdmin(system);
  const [resource] = await api.get<ResourceRead[]>('/admin/v2/resource/');
  return {
    api,
    pythonVersions: Object.keys(resource?.tasks_python_config.versions ?? {}),
    keepsTasksPrivate: false,
    realInput: join(installation.demo, 'real-input'),
  };
}

/** @throws DemoError when another admin was there first */
export async function logInAsAdmin({ address, admin }: StartedSystem): Promise<ApiClient> {
  try {
    return await ApiClient.logIn(address, admin.email, admin.password);
  } catch (cause) {
    const advice = 'The database keeps the admin of the first start: name that one with --admin-email and --admin-password.';
    throw new DemoError('log in', reasonOf(cause), advice, { cause });
  }
}
