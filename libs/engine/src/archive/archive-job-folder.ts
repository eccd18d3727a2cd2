import type { EngineJob, Lease } from '@fractal-server/database';
import { rename, rm, stat } from 'node:fs/promises';
import type { EngineContext } from '../engine-context.js';
import { TOKEN_FILE } from '../jobs/job-folder.js';
import { removeFolder } from './remove-folder.js';
import { countFiles, zipFolder } from './zip-folder.js';

/** A folder is removed only when its archive is at least this large (contract: runner.md 9.2). */
const LEAST_ZIP_BYTES = 1024 * 1024;
/** Hundreds of thousands of files on a network file system take long. The lease is renewed meanwhile. */
const DEADLINE_MS = 3_600_000;

/**
 * Zips the job's folder to `<working_dir>.zip` through `<working_dir>_tmp.zip`, and removes the folder when the archive is large and whole.
 * A failure is only logged: the folder stays.
 */
export async function archiveJobFolder(context: EngineContext, lease: Lease, { id, workingDir }: EngineJob): Promise<void> {
  const part = `${workingDir}_tmp.zip`;
  const archive = `${workingDir}.zip`;
  try {
    const calls = { ...(await lease.beforeEffect()), deadlineMs: DEADLINE_MS };
    // Of a step that died: the lease says that nobody writes it any more.
    await rm(part, { force: true });
    const entryCount = await zipFolder(context.host, { folder: workingDir, target: part, leftOut: [TOKEN_FILE] }, calls);
    await lease.beforeEffect();
    await rename(part, archive);
    const { size } = await stat(archive);
    if (size >= LEAST_ZIP_BYTES && entryCount === (await countFiles(workingDir, [TOKEN_FILE]))) {
      const trash = `${workingDir}.${lease.epoch}.trash`;
      await rename(workingDir, trash);
      await removeFolder(context, lease, trash);
    }
  } catch (error) {
    lease.signal.throwIfAborted();
    context.logger.error({ job: id, error: String(error) }, 'the job folder could not be archived and stays');
    await rm(part, { force: true }).catch(() => undefined);
  }
}
