import type { EnvironmentText } from '@fractal-server/config';
import type { QueueType } from './queue-choice.js';

/** What `up` and `demo` can be told. */
export interface SystemOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** State folder, absolute. */
  readonly data: string;
  readonly adminEmail: string;
  /** Default: made up at the first start and kept in the state folder. */
  readonly adminPassword?: string | undefined;
  /** Where the admin's datasets go. Default: a folder of the state folder. */
  readonly adminProjectDir?: string | undefined;
  readonly apiProcesses: number;
  readonly workers: number;
  /** Types of resources that the workers serve. */
  readonly backend: readonly string[];
  readonly queue?: QueueType | undefined;
  /** Environment variables for the processes that are started, on top of our own. */
  readonly variables?: EnvironmentText | undefined;
}
