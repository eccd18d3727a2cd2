import { HostFileError, runChecked, type CallOptions, type Host } from '@fractal-server/hosts';
import { installerEnvironment } from './installer-environment.js';
import { LoginNodeAttempts } from '../activity/login-node-attempts.js';
import { readPipConfiguration } from '../python-index/pip-configuration.js';
import type { WheelPlatform } from '../uv/wheel-platform.js';
import type { EnvironmentSite } from './environment-site.js';
import { platformOfPython } from './platform-of-python.js';

/** More than any configuration of pip has. */
const MAX_CONFIGURATION_BYTES = 1024 * 1024;

/** The login node of a cluster, as the user of a profile: of resources of type `slurm_ssh`. Nothing of it is visible to the server but by its host. */
export class LoginNodeSite implements EnvironmentSite {
  readonly attempts: LoginNodeAttempts;

  constructor(readonly host: Host) {
    this.attempts = new LoginNodeAttempts(host);
  }

  /** A folder of all users may be the base of each of them: what one login has made, another one cannot change. */
  toolsFolder(baseFolder: string, userId: number): string {
    return `${baseFolder}/${userId}`;
  }

  /** As the user's own login has it, where a cluster's admins set mirrors and proxies: nothing of the server's is known there. */
  async installerEnvironment(calls: CallOptions): Promise<Record<string, string>> {
    const variables = parseVariables((await runChecked(this.host, ['env', '-0'], calls)).stdout.toString('utf8'));
    return installerEnvironment(variables, await readPipConfiguration(variables, (path) => this.readText(path, calls)));
  }

  private async readText(path: string, calls: CallOptions): Promise<string | undefined> {
    try {
      return (await this.host.readFile(path, { ...calls, maxBytes: MAX_CONFIGURATION_BYTES })).toString('utf8');
    } catch (error) {
      if (error instanceof HostFileError) return undefined;
      throw error;
    }
  }

  async platform(python: string, calls: CallOptions): Promise<WheelPlatform> {
    return platformOfPython(this.host, python, calls);
  }
}

/** What `env -0` prints. */
function parseVariables(text: string): Record<string, string> {
  const entries = text.split('\0').map((entry) => [entry.indexOf('='), entry] as const);
  return Object.fromEntries(entries.filter(([at]) => at > 0).map(([at, entry]) => [entry.slice(0, at), entry.slice(at + 1)]));
}
