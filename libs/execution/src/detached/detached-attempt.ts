import { HostError, type CallOptions, type Commands } from '@fractal-server/hosts';
import { UNIT_GRACE_MS } from '../attempt/attempt-spec.js';
import { revokeAttempt } from '../claim/claim.js';
import type { Owner } from '../claim/owner.js';
import { requestStop, RUNNER_MARGIN_MS, type EndedAttempt } from '../end/end-attempt.js';
import { executionFailPoints } from '../fail-points.js';
import { askForProcesses } from './remote-processes.js';

/** A runner that was started by `launchDetached`. */
export interface DetachedRunner {
  readonly folder: string;
  readonly token: string;
  /** Python ≥ 3.6 on its machine. */
  readonly python: string;
  /** Milliseconds between SIGTERM and SIGKILL of units, as in the attempt's spec. Default 10 s. */
  readonly unitGraceMs?: number | undefined;
}

/**
 * How a detached runner stands, as its machine sees it:
 * - `alive`;
 * - `dead`: units may be left, which `endDetachedAttempt` ends;
 * - `place restarted`: its machine was booted anew, nothing of the attempt runs;
 * - `unknown`: another machine answered, such as another login node behind the same name. Its heartbeat tells whether it lives.
 *
 * A runner that is dead may have left its end marker in the moment before: look at the folder afterwards, not before.
 */
export type DetachedSight = 'alive' | 'dead' | 'place restarted' | 'unknown';

/** Look at a claimed attempt's runner on the machine of a host. @throws HostError, ProcessReportUnreadable */
export async function seeDetachedRunner(
  host: Commands,
  runner: DetachedRunner,
  owner: Owner,
  options: CallOptions,
): Promise<DetachedSight> {
  const { token, python, unitGraceMs = UNIT_GRACE_MS } = runner;
  const order = { action: 'see', token, owner, unitGraceMs, runnerMarginMs: RUNNER_MARGIN_MS } as const;
  const { relation, isAlive } = await askForProcesses(host, python, order, options);
  switch (relation) {
    case 'same':
      return isAlive ? 'alive' : 'dead';
    case 'earlier':
      return 'place restarted';
    case 'elsewhere':
      return 'unknown';
  }
}

/** Processes of an attempt are still there after SIGKILL: stuck in the kernel, or of another user. Ending it again goes on. */
export class ProcessesLeft extends HostError {
  readonly code = 'processes_left';

  constructor(
    readonly token: string,
    readonly count: number,
  ) {
    super(`${count} processes of attempt ${token} could not be ended`);
  }
}

/** What the calls that end processes may take beyond the times given to these. */
const CALL_MARGIN_MS = 60_000;

/**
 * End an attempt on the machine of a host, whatever state it is in, as `endAttempt` does on this machine: its claim is taken if it is open, otherwise its
 * runner and then every process that is left are ended. `elsewhere` when another machine answered than the runner's: a `stop` was left in the folder, and
 * the runner, if it lives, ends its units and itself within the grace time.
 *
 * @param options limits of the calls on files; ending processes takes at most twice the grace time and a minute more
 * @throws HostError, ClaimUnreadable, ProcessReportUnreadable, ProcessesLeft
 */
export async function endDetachedAttempt(
  host: Commands,
  runner: DetachedRunner,
  knownOwner: Owner | null,
  options: CallOptions,
): Promise<EndedAttempt> {
  const { folder, token, python, unitGraceMs = UNIT_GRACE_MS } = runner;
  const claim = await revokeAttempt(host, folder, options);
  const owner = knownOwner ?? (claim.kind === 'owned' ? claim.owner : null);
  if (owner === null) return { kind: 'revoked' };
  await requestStop(host, folder, options);
  const order = { action: 'end', token, owner, unitGraceMs, runnerMarginMs: RUNNER_MARGIN_MS } as const;
  const deadlineMs = 2 * unitGraceMs + RUNNER_MARGIN_MS + CALL_MARGIN_MS;
  const report = await executionFailPoints.around('end', () => askForProcesses(host, python, order, { ...options, deadlineMs }));
  if (report.relation === 'elsewhere') return { kind: 'elsewhere', owner };
  if (report.left > 0) throw new ProcessesLeft(token, report.left);
  return { kind: 'ended', owner };
}
