import { HostFileError, relatePlace, signalProcess, type CallOptions, type Commands, type Place } from '@fractal-server/hosts';
import { attemptFiles } from '../attempt/attempt-folder.js';
import { revokeAttempt } from '../claim/claim.js';
import type { Owner } from '../claim/owner.js';
import { UNIT_GRACE_MS } from '../attempt/attempt-spec.js';
import { executionFailPoints } from '../fail-points.js';
import { endProcesses, waitForEnd } from './end-processes.js';

/** What a living runner may take beyond the grace time to end what its units left behind and to write its results. */
export const RUNNER_MARGIN_MS = 10_000;

/** How to end an attempt. */
export interface EndAttemptOptions {
  readonly folder: string;
  readonly token: string;
  readonly here: Place;
  /** The owner stored when the attempt was seen claimed, if it was. */
  readonly knownOwner?: Owner | null | undefined;
  /** Milliseconds between SIGTERM and SIGKILL of units, as in the attempt's spec. Default 10 s. */
  readonly unitGraceMs?: number | undefined;
  /** Limits of the calls on files, not of the whole. */
  readonly calls: CallOptions;
  /** Gives up the whole; a repeated call goes on where this one ended. */
  readonly signal: AbortSignal;
}

/** How an attempt was ended. */
export type EndedAttempt =
  /** it had not started, and never will */
  | { readonly kind: 'revoked' }
  /** none of its processes is left; its results and, if the runner could, its end marker are in the folder */
  | { readonly kind: 'ended'; readonly owner: Owner }
  /** it runs at another place, whose workers have to do this; a `stop` was left in its folder */
  | { readonly kind: 'elsewhere'; readonly owner: Owner };

/**
 * End an attempt of this place, whatever state it is in: take the claim if it is open; otherwise ask the runner to end its units and itself (SIGTERM,
 * SIGKILL), and then end every process that is left. Resolves when none is left.
 * @throws HostFileError, ClaimUnreadable, the signal's reason
 */
export async function endAttempt(host: Commands, options: EndAttemptOptions): Promise<EndedAttempt> {
  const { folder, token, here, signal } = options;
  const claim = await revokeAttempt(host, folder, options.calls);
  const owner = options.knownOwner ?? (claim.kind === 'owned' ? claim.owner : null);
  if (owner === null) {
    return { kind: 'revoked' };
  }
  await requestStop(host, folder, options.calls);
  const relation = relatePlace(owner.place, here);
  if (relation === 'elsewhere') {
    return { kind: 'elsewhere', owner };
  }
  if (relation === 'same') {
    await executionFailPoints.around('end', async () => {
      const graceMs = options.unitGraceMs ?? UNIT_GRACE_MS;
      await endRunner(owner, graceMs + RUNNER_MARGIN_MS, signal);
      await endProcesses({ token, runner: owner }, graceMs, signal);
    });
  }
  return { kind: 'ended', owner };
}

/**
 * Ask the runner of an attempt, wherever it is, to end its units and itself; it sees the request within a second. Asking twice is harmless.
 * @throws HostFileError
 */
export async function requestStop(host: Commands, folder: string, options: CallOptions): Promise<void> {
  try {
    await executionFailPoints.around('stop', async () => {
      await host.makeFolder(attemptFiles(folder).stop, options);
    });
  } catch (error) {
    // ENOENT: a task has removed the folder; the runner notices that by itself
    if (!(error instanceof HostFileError && (error.errno === 'EEXIST' || error.errno === 'ENOENT'))) {
      throw error;
    }
  }
}

async function endRunner(owner: Owner, patienceMs: number, signal: AbortSignal): Promise<void> {
  signalProcess(owner, 'SIGTERM');
  // A runner that somebody stopped would never see its SIGTERM.
  signalProcess(owner, 'SIGCONT');
  if (!(await waitForEnd(owner, patienceMs, signal))) {
    signalProcess(owner, 'SIGKILL');
    await waitForEnd(owner, RUNNER_MARGIN_MS, signal);
  }
}
