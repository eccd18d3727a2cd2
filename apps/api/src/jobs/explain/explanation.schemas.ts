import { boolean, integer, lenientModel, list, nullable, required, string, type Infer } from '@fractal-server/domain';
import { jobStatus } from '../job.schemas.js';

/** Something that the job, or a part of it, waits for. */
const waitRead = lenientModel('JobWait', {
  /** One sentence, without a full stop. */
  text: required(string()),
  since: required(nullable(string())),
  /** When it is tried or looked at next; null: as soon as something happens. */
  next_try_at: required(nullable(string())),
  /** Batches that wait for this; 0: the job itself. */
  num_batches: required(integer()),
  /** SLURM's own word, where the queue is what is waited in. */
  slurm_reason: required(nullable(string())),
  /** When SLURM means to start the first of them, by the clock of the cluster. */
  estimated_start: required(nullable(string())),
});
export type Wait = Infer<typeof waitRead>;

const taskRead = lenientModel('ExplainedTask', {
  /** Position in the job, from 1. */
  number: required(integer()),
  num_tasks: required(integer()),
  num_units: required(integer()),
  num_units_ended: required(integer()),
});

const batchRead = lenientModel('ExplainedBatch', {
  id: required(integer()),
  state: required(string()),
  num_units: required(integer()),
  num_units_started: required(integer()),
  num_units_ended: required(integer()),
  attempt: required(nullable(integer())),
  slurm_job_name: required(nullable(string())),
  slurm_job_id: required(nullable(string())),
  slurm_state: required(nullable(string())),
  slurm_reason: required(nullable(string())),
  /** When the queue was last asked about it. */
  seen_at: required(nullable(string())),
  waiting_reason: required(nullable(string())),
});

/** What a job is doing and what it waits for. */
export const jobExplanationRead = lenientModel('JobExplanation', {
  job_id: required(integer()),
  status: required(jobStatus),
  /** State of the engine: queued, preparing, running, paused, stopping, finalizing, closed. */
  state: required(string()),
  /** All of it in words, one thought per line. */
  text: required(string()),
  is_waiting: required(boolean()),
  waits: required(list(waitRead)),
  task: required(nullable(taskRead)),
  num_open_batches: required(integer()),
  /** At most a hundred. */
  batches: required(list(batchRead)),
});
export type JobExplanationRead = Infer<typeof jobExplanationRead>;
