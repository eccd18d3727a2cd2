import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The one folder that holds everything a started system keeps. Deleting it removes all. */
export class StateFolder {
  constructor(readonly path: string) {
    // Others may pass through (an unprivileged PostgreSQL has to reach its files), but not look around.
    mkdirSync(path, { recursive: true, mode: 0o711 });
  }

  get postgres(): string {
    return join(this.path, 'postgres');
  }

  get redis(): string {
    return join(this.path, 'redis');
  }

  /** Job folders of the local resource. */
  get jobs(): string {
    return join(this.path, 'jobs');
  }

  /** Task environments of the local resource. */
  get tasks(): string {
    return join(this.path, 'tasks');
  }

  /** Where the admin's datasets go when no other folder is named. */
  get projects(): string {
    return join(this.path, 'projects');
  }

  get lockFile(): string {
    return join(this.path, 'running.pid');
  }

  log(name: string): string {
    return join(this.path, 'logs', `${name}.log`);
  }

  /** A secret of this installation: read, or made up the first time. */
  secret(name: string, bytes: number): string {
    const folder = join(this.path, 'secrets');
    const path = join(folder, name);
    if (existsSync(path)) return readFileSync(path, 'utf8').trim();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const secret = randomBytes(bytes).toString('base64url');
    writeFileSync(path, `${secret}\n`, { mode: 0o600 });
    return secret;
  }
}
