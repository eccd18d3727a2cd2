import type { CallOptions, Host } from '@fractal-server/hosts';
import type { StepAttempts } from '../activity/step-attempts.js';
import type { WheelPlatform } from '../uv/wheel-platform.js';

/**
 * Where the environments of a task group live, and who builds them there (contract: task-environments.md 1): the server's own user on the
 * server's file system, or the user of a profile on the login node of a cluster.
 */
export interface EnvironmentSite {
  readonly host: Host;
  /** How long commands are run there. */
  readonly attempts: StepAttempts;
  /**
   * Folder for what belongs to no task group, such as uv and the attempts.
   * @param baseFolder folder of all environments
   */
  toolsFolder(baseFolder: string, userId: number): string;
  /** The whole environment of installers there. */
  installerEnvironment(calls: CallOptions): Promise<Readonly<Record<string, string>>>;
  /**
   * What programs have to fit to run there.
   * @param python interpreter that the environments are made from
   * @throws DomainError refused, with its words, when the interpreter cannot be run there
   */
  platform(python: string, calls: CallOptions): Promise<WheelPlatform>;
}
