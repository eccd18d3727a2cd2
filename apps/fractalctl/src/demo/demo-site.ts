import type { LiveLine } from '../terminal/live-lines.js';
import type { ApiClient } from './api-client.js';

/** Where the demo's tasks run, and as whom. */
export interface DemoSite {
  /** Logged in as the user whose project it is. */
  readonly api: ApiClient;
  /** Python versions that the user's resource offers. */
  readonly pythonVersions: readonly string[];
  /** Whether the task packages belong to this user alone: others may have them already, on other resources. */
  readonly keepsTasksPrivate: boolean;
  /** Folder of the images, where tasks can read it. */
  readonly realInput: string;
  /** More lines about a running job, always as many. */
  watch?(jobId: number): Promise<readonly LiveLine[]>;
}
