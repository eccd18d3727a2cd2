import type { Host } from '@fractal-server/hosts';
import { installerEnvironment } from './installer-environment.js';
import type { StepAttempts } from '../activity/step-attempts.js';
import { readPipConfiguration } from '../python-index/pip-configuration.js';
import { thisPlatform, type WheelPlatform } from '../uv/wheel-platform.js';
import type { EnvironmentSite } from './environment-site.js';

/** The server's file system and its own user: of resources of type `local`, and of `slurm_sudo`, whose users can read it. */
export class ServerSite implements EnvironmentSite {
  /** @param environment variables of the worker */
  constructor(
    readonly host: Host,
    readonly attempts: StepAttempts,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  toolsFolder(baseFolder: string): string {
    return baseFolder;
  }

  async installerEnvironment(): Promise<Record<string, string>> {
    return installerEnvironment(this.environment, await readPipConfiguration(this.environment));
  }

  /** An interpreter that cannot be run is told by the first command. */
  platform(): Promise<WheelPlatform> {
    return Promise.resolve(thisPlatform());
  }
}
