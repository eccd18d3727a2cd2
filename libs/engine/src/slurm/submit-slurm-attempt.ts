import {
  beginSubmission,
  findQueueSight,
  findSubmitLimit,
  moveBatch,
  noteSubmissionEnded,
  noteSubmitLimit,
  ringAccount,
  withdrawSubmission,
  type BatchAttempt,
  type NextLook,
  type Transaction,
} from '@fractal-server/database';
import { JobFailure } from '@fractal-server/domain';
import { revokeAttempt, UNIT_GRACE_MS } from '@fractal-server/execution';
import { HostCallTimedOut, type CommandResult } from '@fractal-server/hosts';
import { boundUnitGrace, readSubmission, SlurmConfigError, type SubmitRefusal } from '@fractal-server/slurm';
import type { BatchStep } from '../batches/batch-step.js';
import { isEnding } from '../batches/batch-step.js';
import { settleBatch } from '../batches/settle-batch.js';
import { engineFailPoints } from '../fail-points.js';
import { pauseForLastingFailure } from '../jobs/pause-job.js';
import { attemptsFolder } from '../jobs/job-folder.js';
import { SHUTDOWN_TEXT } from '../runs/unit-failure.js';
import type { Submission } from './cluster/cluster.js';
import { SubmissionNotBegun } from './cluster/submit-wave.js';
import { writeAttemptFiles } from './slurm-attempt-files.js';
import { limitScopes, OF_CLUSTER, scopeOfRefusal } from './limit-scopes.js';
import { recordSlurmJob } from './record-slurm-job.js';
import { tellWait } from './tell-wait.js';
import { clusterTaskFolder, onCluster, UNTIL_RUNG, type SlurmStep } from './slurm-step.js';

/** A limit that a submission met is not knocked at again for so long. */
const LIMIT_SECONDS = 20;

/**
 * Hands a named attempt to SLURM, once. What was begun and got no clear answer is never begun again under this name before it is known what
 * became of it: the name is looked for in the queue, and the claim decides.
 */
export async function submitSlurmAttempt(batchStep: BatchStep, attempt: BatchAttempt): Promise<NextLook> {
  if (attempt.submittedAt !== null) return assumeSubmitted(batchStep, attempt);
  const step = await onCluster(batchStep);
  const { context, lease, batch, cluster } = step;
  if (isEnding(batch)) return giveUpUnsubmitted(step, attempt, SHUTDOWN_TEXT);
  const limit = await findSubmitLimit(context.database, accountOf(attempt), limitScopes(batch));
  if (limit !== null) return { afterSeconds: limit.seconds + Math.random(), waitingReason: limit.reason };
  // A question to the cluster, where it is not known yet: asked before the batch's turn, which is for work and not for waiting.
  const killWait = await context.clusters.killWaitOf(batch, await lease.beforeEffect());
  const unitGraceMs = boundUnitGrace(UNIT_GRACE_MS, killWait);
  const forFolders = await lease.beforeEffect();
  const [submission] = await Promise.all([
    context.preparation.run(batch, () => writeFiles(step, attempt, unitGraceMs)),
    cluster.makeFolders(clusterFolders(step, attempt), forFolders),
  ]);
  if (submission instanceof Error) return giveUpUnsubmitted(step, attempt, submission.message);
  const forDelivery = await lease.beforeEffect();
  await engineFailPoints.around('deliver', () => cluster.deliver(submission, forDelivery));
  await engineFailPoints.around('intend', () => lease.transaction((tx) => beginSubmission(tx, attempt.id)));
  const forSubmission = await lease.beforeEffect();
  let result: CommandResult;
  try {
    result = await engineFailPoints.around('submit', () => cluster.submit(submission, forSubmission));
  } catch (error) {
    if (error instanceof HostCallTimedOut) return whileSbatchLives(step, attempt);
    if (!(error instanceof SubmissionNotBegun)) throw error;
    await lease.transaction((tx) => withdrawSubmission(tx, attempt.id));
    return { afterSeconds: 1 + Math.random(), waitingReason: error.message };
  }
  const { exitCode, stdout, stderr } = result;
  const answer = readSubmission({ exitCode, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') });
  switch (answer.kind) {
    case 'accepted':
      return noteSubmitted(step, attempt, answer.slurmJobId);
    case 'refused':
      return afterRefusal(step, attempt, answer.refusal);
    case 'doubt':
      context.logger.warn(
        { job: batch.jobId, batch: batch.id, attempt: attempt.name, answer: answer.refusal?.words },
        'sbatch gave no clear answer',
      );
      return afterDoubt(step, attempt, answer.refusal, exitCode !== null);
  }
}

/** `sbatch` sleeps and tries again while the controller is busy or full, for minutes: others need not knock meanwhile. */
async function whileSbatchLives(step: SlurmStep, attempt: BatchAttempt): Promise<NextLook> {
  const reason = 'sbatch waits for SLURM: it is busy, or has as many jobs as it can hold.';
  await tellWait(step, reason);
  return assumeSubmitted(step, attempt, (tx) =>
    noteSubmitLimit(tx, { accountId: accountOf(attempt), scope: OF_CLUSTER, reason }, LIMIT_SECONDS),
  );
}

/** The job may be in SLURM or not; what stood in the way this time stands in the way of others as well. */
async function afterDoubt(
  step: SlurmStep,
  attempt: BatchAttempt,
  refusal: SubmitRefusal | null,
  hasSbatchEnded: boolean,
): Promise<NextLook> {
  const reason = refusal?.kind === 'passing' && refusal.key !== 'unclear' ? reasonOf(refusal) : null;
  if (reason !== null) await tellWait(step, reason);
  return assumeSubmitted(step, attempt, async (tx) => {
    if (hasSbatchEnded) await noteSubmissionEnded(tx, attempt.id);
    if (reason === null || refusal === null) return;
    await noteSubmitLimit(tx, { accountId: accountOf(attempt), scope: scopeOfRefusal(refusal, step.batch), reason }, LIMIT_SECONDS);
  });
}

/** The job's folder, the task's and the attempt's on the user's side (contract: slurm.md 6). */
function clusterFolders({ batch }: SlurmStep, { folder }: BatchAttempt): string[] {
  return [batch.workingDirUser, clusterTaskFolder(batch), attemptsFolder(batch.workingDirUser), folder];
}

async function writeFiles(step: SlurmStep, attempt: BatchAttempt, unitGraceMs: number): Promise<Submission | Error> {
  try {
    return await writeAttemptFiles(step, attempt, { ...(await step.lease.beforeEffect()), unitGraceMs });
  } catch (error) {
    // The task's fault: its command cannot be run, or what it asks SLURM for cannot be written down.
    if (error instanceof JobFailure || error instanceof SlurmConfigError) return error;
    throw error;
  }
}

/** SLURM's id, its accounting record and the batch's new state are one thing. */
async function noteSubmitted(step: SlurmStep, attempt: BatchAttempt, slurmJobId: string): Promise<NextLook> {
  const { context, lease, batch } = step;
  await goLive(step, attempt, (tx) => recordSlurmJob(tx, batch, attempt, slurmJobId));
  context.logger.info(
    { job: batch.jobId, batch: batch.id, attempt: attempt.name, slurmJob: slurmJobId, epoch: lease.epoch },
    'submitted to SLURM',
  );
  return UNTIL_RUNG;
}

/** A SLURM job with the attempt's name may exist: from now on it is looked for. */
async function assumeSubmitted(
  step: BatchStep,
  attempt: BatchAttempt,
  note: (tx: Transaction) => Promise<void> = () => Promise.resolve(),
): Promise<NextLook> {
  await goLive(step, attempt, note);
  step.context.logger.info(
    { job: step.batch.jobId, batch: step.batch.id, attempt: attempt.name },
    'a submission is looked for by its name',
  );
  // Its end may have been seen before the worker that submitted it was lost: then nobody looks at the queue for it, or rings, any more.
  if ((await findQueueSight(step.context.database, attempt.id)) !== null) return 'now';
  return { ...UNTIL_RUNG, waitingReason: 'sbatch gave no clear answer; the job is looked for by its name' };
}

async function goLive(
  { context, lease, batch }: BatchStep,
  attempt: BatchAttempt,
  note: (tx: Transaction) => Promise<void>,
): Promise<void> {
  engineFailPoints.before('live');
  const account = await lease.transaction(async (tx) => {
    await note(tx);
    await moveBatch(tx, batch.id, 'submitting', 'live');
    return ringAccount(tx, accountOf(attempt), lease.address.backendType);
  });
  engineFailPoints.after('live');
  context.nudge(account);
}

/** SLURM has no job of this attempt. Whether it is tried again, and when, depends on whose fault that is. */
async function afterRefusal(step: SlurmStep, attempt: BatchAttempt, refusal: SubmitRefusal): Promise<NextLook> {
  const { lease, batch, context } = step;
  context.logger.warn({ job: batch.jobId, batch: batch.id, attempt: attempt.name, reason: refusal.words }, 'SLURM refused a submission');
  const reason = reasonOf(refusal);
  switch (refusal.kind) {
    case 'passing':
      await engineFailPoints.around('withdraw', () =>
        lease.transaction(async (tx) => {
          await withdrawSubmission(tx, attempt.id);
          await noteSubmitLimit(tx, { accountId: accountOf(attempt), scope: scopeOfRefusal(refusal, batch), reason }, LIMIT_SECONDS);
        }),
      );
      await tellWait(step, reason);
      return { afterSeconds: LIMIT_SECONDS * (1 + Math.random() / 4), waitingReason: reason };
    case 'lasting':
      await lease.transaction((tx) => withdrawSubmission(tx, attempt.id));
      return pauseForLastingFailure(step, reason);
    case 'task':
      return giveUpUnsubmitted(step, attempt, reason);
  }
}

function reasonOf({ sentence, words }: SubmitRefusal): string {
  return `${sentence} (${words})`;
}

/** Nothing of the attempt may start any more; then its units fail with the reason. */
export async function giveUpUnsubmitted(step: SlurmStep, attempt: BatchAttempt, reason: string): Promise<NextLook> {
  // Private from the start, also where nothing was made there yet.
  await step.cluster.makeFolders(clusterFolders(step, attempt), await step.lease.beforeEffect());
  const claim = await revokeAttempt(step.cluster.commands, attempt.folder, await step.lease.beforeEffect());
  // A submission of an earlier holder of the lease, who slept, has arrived after all.
  if (claim.kind === 'owned') return assumeSubmitted(step, attempt);
  return settleBatch(step, attempt, reason);
}

function accountOf({ accountId, name }: BatchAttempt): number {
  if (accountId === null) throw new Error(`attempt ${name} has no account`);
  return accountId;
}
