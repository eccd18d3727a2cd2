import type { Executor } from '../batches/executor.js';
import { fetchSlurmBatch } from './fetch-slurm-batch.js';
import { lookAtSlurmAttempt } from './look-at-slurm-attempt.js';
import { nameSlurmAttempt, stageSlurmBatch } from './stage-slurm-batch.js';
import { whileSiteIsInTrouble } from './while-site-is-in-trouble.js';
import { withinPatience } from './within-patience.js';
import { submitSlurmAttempt } from './submit-slurm-attempt.js';

/** Units on a SLURM cluster: one SLURM job and one unit runner per batch, whatever way leads there. */
export const slurmExecutor: Executor = {
  stage: (step) => whileSiteIsInTrouble(step, () => step.context.preparation.run(step.batch, () => stageSlurmBatch(step))),
  name: (step, previous) => step.context.preparation.run(step.batch, () => nameSlurmAttempt(step, previous)),
  start: (step, attempt) => withinPatience(step, attempt, () => whileSiteIsInTrouble(step, () => submitSlurmAttempt(step, attempt))),
  look: (step, attempt) => whileSiteIsInTrouble(step, () => lookAtSlurmAttempt(step, attempt)),
  fetch: (step, attempt) => whileSiteIsInTrouble(step, () => fetchSlurmBatch(step, attempt)),
};
