import type { AttemptRow, Evidence, JobRow, UnitRow } from './evidence.js';
import type { KilledRunner } from './killed-runners.js';

/** What may happen to a job, given what was done to it. */
export interface JobPromise {
  readonly jobId: number;
  /** It was cancelled, or failed by an administrator: it may end either way, and so may its units. */
  readonly isEnded: boolean;
  /** Its units may run again in a new attempt. */
  readonly retriesLostUnits: boolean;
  /** The disk of its folder was full for a while: which units that hit is up to the disk. */
  readonly hadFullDisk: boolean;
  /** Its SLURM jobs were killed, or forgotten by SLURM: which of its units that hit is up to the moment. */
  readonly isHurt: boolean;
}

/** Checks the promises of one scenario. @returns what was broken, in words */
export function verifyJobs(evidence: Evidence, promises: readonly JobPromise[], killed: readonly KilledRunner[]): string[] {
  const hurt = new Set(promises.filter(({ isHurt }) => isHurt).map(({ jobId }) => jobId));
  const killedTokens = new Map(killed.map((runner) => [runner.token, runner]));
  return [
    ...evidence.jobs.flatMap((job) => verifyEnd(job, evidence)),
    ...promises
      .filter(({ jobId }) => evidence.jobs.every(({ id }) => id !== jobId))
      .map(({ jobId }) => `job ${jobId} was accepted and is not there`),
    ...verifyNothingOpen(evidence),
    ...verifyStarts(evidence),
    ...evidence.attempts
      .filter(({ jobId }) => !hurt.has(jobId))
      .flatMap((attempt) => verifyAttempt(attempt, evidence.attempts, killedTokens)),
    ...promises.flatMap((promise) => verifyOutcome(promise, evidence, killedTokens)),
  ];
}

/** Exactly one terminal state, and only one. */
function verifyEnd({ id, status, state }: JobRow, { changes }: Evidence): string[] {
  const own = changes.filter(({ jobId }) => jobId === id).map(({ from, to }) => `${from} → ${to}`);
  const faults: string[] = [];
  if (state !== 'closed') faults.push(`job ${id} is ${state} and not closed`);
  if (own.length !== 1 || own[0] !== `submitted → ${status}`) faults.push(`job ${id} went ${own.join(', ') || 'nowhere'} and is ${status}`);
  return faults;
}

function verifyNothingOpen({ openBatches, openRuns, work, attempts, units }: Evidence): string[] {
  return [
    ...openBatches.map(({ id, jobId, state }) => `batch ${id} of job ${jobId} is still ${state}`),
    ...openRuns.map(({ id, jobId, state, status }) => `run ${id} of job ${jobId} is still ${state} (${status})`),
    ...work.map(({ kind, id, owner, failures, reason, error }) => {
      const facts = [owner === null ? 'no lease' : `lease of ${owner}`, `${failures} failures`, reason, error];
      return `work is left for ${kind} ${id}: ${facts.filter((fact) => fact !== null).join('; ')}`;
    }),
    ...attempts
      .filter(({ state }) => state === 'named' || state === 'claimed')
      .map(({ jobId, number, batchId, state }) => `attempt ${number} of batch ${batchId} of job ${jobId} is still ${state}`),
    ...units.filter(({ status }) => status === 'submitted').map(({ jobId, args }) => `a unit of job ${jobId} is still submitted: ${args}`),
  ];
}

/** At most one start per unit and attempt, and only under attempts that were written down. */
function verifyStarts({ journal, attempts }: Evidence): string[] {
  const counts = new Map<string, number>();
  for (const { what, token, args } of journal) {
    if (what === 'start') counts.set(`${token} ${args}`, (counts.get(`${token} ${args}`) ?? 0) + 1);
  }
  const folders = new Map(attempts.map(({ token, folder }) => [token, folder]));
  const doubled = [...counts].filter(([, count]) => count > 1).map(([key, count]) => `started ${count} times in one attempt: ${key}`);
  const strange = journal
    .filter(({ token, args }) => folders.has(token) && !args.startsWith(folders.get(token)!))
    .map(({ token, args }) => `attempt ${token} ran what is not its own: ${args}`);
  return [...doubled, ...strange];
}

/** A new attempt exists only where the runner was killed or the disk was full. */
function verifyAttempt(attempt: AttemptRow, all: readonly AttemptRow[], killed: ReadonlyMap<string, KilledRunner>): string[] {
  const { batchId, number, state, reason, token } = attempt;
  const name = `attempt ${number} of batch ${batchId}`;
  const faults: string[] = [];
  if (state === 'lost' && !killed.has(token)) faults.push(`${name} is lost (${reason}), and nobody killed its runner`);
  if (number === 1) return faults;
  const previous = all.find((other) => other.batchId === batchId && other.number === number - 1);
  // On a cluster a submission that never arrived is given up after a while; nothing was started by it.
  const wasLostOnItsWay = previous?.isOnCluster === true && previous.state === 'revoked';
  const mayFollow = previous !== undefined && (killed.has(previous.token) || previous.reason === 'disk full' || wasLostOnItsWay);
  if (!mayFollow) faults.push(`${name} follows one that was ${previous?.state} (${previous?.reason})`);
  return faults;
}

function verifyOutcome(promise: JobPromise, evidence: Evidence, killed: ReadonlyMap<string, KilledRunner>): string[] {
  const job = evidence.jobs.find(({ id }) => id === promise.jobId);
  if (job === undefined || promise.isEnded) return [];
  const units = evidence.units.filter(({ jobId }) => jobId === job.id);
  const attempts = evidence.attempts.filter(({ jobId }) => jobId === job.id);
  const starts = countStarts(evidence, attempts);
  const faults = units
    .filter(({ result, args }) => result === 'ok' && !starts.has(args))
    .map(({ args }) => `job ${job.id}: a unit is done that nobody started: ${args}`);
  if (attempts.every(({ token }) => !killed.has(token)) && !promise.hadFullDisk && !promise.isHurt) {
    faults.push(...[...starts].filter(([, count]) => count !== 1).map(([args, count]) => `job ${job.id}: started ${count} times: ${args}`));
  }
  if (promise.hadFullDisk && !promise.retriesLostUnits) return faults;
  if (promise.isHurt && !promise.retriesLostUnits) return [...faults, ...verifyHurtJob(job, units)];
  const lost = promise.retriesLostUnits ? [] : lostUnits(units, attempts, killed);
  const expected = lost.length === 0 ? 'done' : 'failed';
  if (job.status !== expected) faults.push(`job ${job.id} is ${job.status} instead of ${expected}: ${job.log?.slice(-300) ?? ''}`);
  return [...faults, ...verifyFailedUnits(units, lost)];
}

function countStarts({ journal }: Evidence, attempts: readonly AttemptRow[]): Map<string, number> {
  const tokens = new Set(attempts.map(({ token }) => token));
  const starts = new Map<string, number>();
  for (const { what, token, args } of journal) {
    if (what === 'start' && tokens.has(token)) starts.set(args, (starts.get(args) ?? 0) + 1);
  }
  return starts;
}

/** Units that had started and not finished when their runner was killed. */
function lostUnits(units: readonly UnitRow[], attempts: readonly AttemptRow[], killed: ReadonlyMap<string, KilledRunner>): UnitRow[] {
  return units.filter((unit) =>
    attempts.some(({ batchId, token, state }) => {
      const runner = killed.get(token);
      if (batchId !== unit.batchId || state !== 'lost' || runner === undefined || runner.finished.has(unit.index)) return false;
      return runner.started === 'all' || runner.started.has(unit.index);
    }),
  );
}

/** With the retry setting off exactly the lost units are failed; of a compound task all units of that run (contract: runner.md 4.4). */
function verifyFailedUnits(units: readonly UnitRow[], lost: readonly UnitRow[]): string[] {
  const failedRuns = new Set(lost.filter(({ phase }) => phase === 'init' || phase === 'compute').map(({ runId }) => runId));
  return units
    .filter((unit) => (unit.status === 'failed') !== (lost.includes(unit) || failedRuns.has(unit.runId)))
    .map(
      (unit) =>
        `job ${unit.jobId}: a unit is ${unit.status} (${unit.result}) although it was ${lost.includes(unit) ? '' : 'not '}lost: ${unit.args}`,
    );
}

/** Every unit that failed says why, in words; and the job has failed if one has. */
function verifyHurtJob({ id, status }: JobRow, units: readonly UnitRow[]): string[] {
  const failed = units.filter((unit) => unit.status === 'failed');
  const expected = failed.length === 0 ? 'done' : 'failed';
  return [
    ...(status === expected ? [] : [`job ${id} is ${status} with ${failed.length} failed units`]),
    ...failed
      .filter(({ phase, failureText }) => (phase === 'parallel' || phase === 'non_parallel') && (failureText ?? '') === '')
      .map(({ args }) => `job ${id}: a unit does not say why it failed: ${args}`),
  ];
}
