import { HostFileError, type CallOptions, type Commands } from '@fractal-server/hosts';
import { attemptFiles } from '../attempt/attempt-folder.js';
import { executionFailPoints } from '../fail-points.js';
import { parseOwner, type Owner } from './owner.js';

/** Who has an attempt's claim. */
export type Claim =
  /** nobody: a runner may still come and start units */
  | { readonly kind: 'open' }
  /** a worker: no runner will ever start a unit of this attempt */
  | { readonly kind: 'revoked' }
  /** a runner: units may have been started */
  | { readonly kind: 'owned'; readonly owner: Owner };

/** Look who has the claim. @throws HostFileError, ClaimUnreadable */
export async function readClaim(host: Commands, folder: string, options: CallOptions): Promise<Claim> {
  const { claim } = attemptFiles(folder);
  try {
    return { kind: 'owned', owner: parseOwner(claim, await host.readFile(claim, options)) };
  } catch (error) {
    if (error instanceof HostFileError && error.errno === 'ENOENT') {
      return { kind: 'open' };
    }
    if (error instanceof HostFileError && error.errno === 'EISDIR') {
      return { kind: 'revoked' };
    }
    throw error;
  }
}

/**
 * Take the claim for the server, so that the attempt never starts. The answer says who has it afterwards: `revoked`, or the runner that was
 * first. Needed before an unclaimed attempt is followed by a new one, cancelled or failed: a command that was sent may still be on its way.
 *
 * The folder is made where it is missing, or a worker that sleeps right before making it could still start the attempt.
 * @throws HostFileError, ClaimUnreadable
 */
export async function revokeAttempt(host: Commands, folder: string, options: CallOptions): Promise<Exclude<Claim, { kind: 'open' }>> {
  await host.makeFolder(folder, { ...options, parents: true });
  try {
    await executionFailPoints.around('revoke', async () => {
      await host.makeFolder(attemptFiles(folder).claim, { ...options, parents: false });
    });
    return { kind: 'revoked' };
  } catch (error) {
    if (!(error instanceof HostFileError && error.errno === 'EEXIST')) {
      throw error;
    }
  }
  // Somebody was first: a runner, or a worker (on NFS perhaps this very call, whose first answer was lost).
  const claim = await readClaim(host, folder, options);
  if (claim.kind === 'open') {
    throw new HostFileError('read claim in', folder, 'ENOENT');
  }
  return claim;
}
