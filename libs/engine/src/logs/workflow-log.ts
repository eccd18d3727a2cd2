import type { EngineJob } from '@fractal-server/database';
import type { CallOptions, Files } from '@fractal-server/hosts';
import { join } from 'node:path';

/** Name of the job's log in its folder. */
export const WORKFLOW_LOG = 'workflow.log';

/** Copies the log's lines into the job's folder: the whole file at once, so that a reader sees the old one or the new one. */
export async function writeWorkflowLog(
  host: Files,
  { workingDir }: Pick<EngineJob, 'workingDir'>,
  text: string,
  calls: CallOptions,
): Promise<void> {
  await host.writeFile(join(workingDir, WORKFLOW_LOG), text, calls);
}
