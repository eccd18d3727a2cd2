import { SlurmConfigError } from '../configuration/slurm-config-error.js';

/** What the resource allows for one SLURM job, and for one phase of a run. Memory in MB. */
export interface BatchingLimits {
  readonly targetBatches: number;
  readonly maxBatches: number;
  readonly targetCpus: number;
  readonly maxCpus: number;
  readonly targetMemoryMb: number;
  readonly maxMemoryMb: number;
}

/** What batching is chosen by. */
export interface BatchingRequest {
  readonly unitCount: number;
  /** `tasks_per_job` of the meta; 0 counts as not set. */
  readonly unitsPerBatch: number | null;
  /** `parallel_tasks_per_job` of the meta; 0 counts as not set. */
  readonly unitsAtOnce: number | null;
  readonly cpusPerUnit: number;
  readonly memoryMbPerUnit: number;
  readonly limits: BatchingLimits;
}

/** What the user chose beyond what the resource aims at. */
export type BatchingWarning = 'PARALLEL_REDUCED_TO_TASKS_PER_JOB' | 'CPUS_PER_JOB_OVER_TARGET' | 'MEM_PER_JOB_OVER_TARGET';

/** How many units make a batch, and how many of them run side by side; fewer of these make a queue inside the SLURM job. */
export interface Batching {
  readonly unitsPerBatch: number;
  readonly unitsAtOnce: number;
  /** 1: the meta's choice; 2: by the targets; 3: by the maxima; 4: by the maxima, with a queue inside the SLURM job. */
  readonly branch: 1 | 2 | 3 | 4;
  readonly warnings: readonly BatchingWarning[];
  /** Nothing that the user can change: more batches than the resource aims at. */
  readonly isOverTargetBatches: boolean;
}

/**
 * Cuts the units of a phase into batches (contract: slurm.md 3.1).
 *
 * Difference: negative numbers are refused here, not where they break something (contract: slurm.md 3.2).
 * @throws SlurmConfigError `bad_batching`, `over_limit`, `invalid_value`
 */
export function chooseBatching(request: BatchingRequest): Batching {
  const { cpusPerUnit, memoryMbPerUnit, limits, unitCount } = request;
  const choice = choiceOf(request);
  if (cpusPerUnit > limits.maxCpus) throw overLimit('cpus_per_task', cpusPerUnit, 'max_cpus_per_job', limits.maxCpus);
  if (memoryMbPerUnit > limits.maxMemoryMb) throw overLimit('mem', memoryMbPerUnit, 'max_mem_per_job', limits.maxMemoryMb);
  if (choice !== null) return checkedChoice(choice, request);
  if (cpusPerUnit === 0 || memoryMbPerUnit === 0) throw nothingWanted(cpusPerUnit === 0 ? 'cpus_per_task' : 'mem');

  const byTargets = unitsThatFit(request, limits.targetCpus, limits.targetMemoryMb);
  if (Math.ceil(unitCount / byTargets) <= limits.targetBatches) return chosen(2, byTargets, byTargets);
  const byMaxima = unitsThatFit(request, limits.maxCpus, limits.maxMemoryMb);
  if (Math.ceil(unitCount / byMaxima) <= limits.maxBatches) return chosen(3, byMaxima, byMaxima);
  return chosen(4, Math.ceil(unitCount / limits.maxBatches), byMaxima);
}

interface Choice {
  readonly unitsPerBatch: number;
  readonly unitsAtOnce: number;
}

function choiceOf(request: BatchingRequest): Choice | null {
  const unitsPerBatch = request.unitsPerBatch ?? 0;
  const unitsAtOnce = request.unitsAtOnce ?? 0;
  if ((unitsPerBatch === 0) !== (unitsAtOnce === 0)) {
    const message = "`tasks_per_job` and `parallel_tasks_per_job` of the task's meta must be both set or both unset on a SLURM resource.";
    throw new SlurmConfigError('bad_batching', message, unitsPerBatch === 0 ? 'tasks_per_job' : 'parallel_tasks_per_job');
  }
  if (unitsPerBatch < 0 || unitsAtOnce < 0) {
    throw new SlurmConfigError('bad_batching', "`tasks_per_job` and `parallel_tasks_per_job` of the task's meta must be positive.");
  }
  return unitsPerBatch === 0 ? null : { unitsPerBatch, unitsAtOnce };
}

function checkedChoice({ unitsPerBatch, unitsAtOnce }: Choice, request: BatchingRequest): Batching {
  const { limits, cpusPerUnit, memoryMbPerUnit, unitCount } = request;
  const atOnce = Math.min(unitsAtOnce, unitsPerBatch);
  const cpus = atOnce * cpusPerUnit;
  const memoryMb = atOnce * memoryMbPerUnit;
  const batches = Math.ceil(unitCount / unitsPerBatch);
  if (cpus > limits.maxCpus) throw overLimit('parallel_tasks_per_job * cpus_per_task', cpus, 'max_cpus_per_job', limits.maxCpus);
  if (memoryMb > limits.maxMemoryMb) throw overLimit('parallel_tasks_per_job * mem', memoryMb, 'max_mem_per_job', limits.maxMemoryMb);
  if (batches > limits.maxBatches) throw overLimit('number of SLURM jobs', batches, 'max_num_jobs', limits.maxBatches);
  const warnings: BatchingWarning[] = [];
  if (unitsAtOnce > unitsPerBatch) warnings.push('PARALLEL_REDUCED_TO_TASKS_PER_JOB');
  if (cpus > limits.targetCpus) warnings.push('CPUS_PER_JOB_OVER_TARGET');
  if (memoryMb > limits.targetMemoryMb) warnings.push('MEM_PER_JOB_OVER_TARGET');
  return { unitsPerBatch, unitsAtOnce: atOnce, branch: 1, warnings, isOverTargetBatches: batches > limits.targetBatches };
}

/** At least one: a unit above the target still gets a SLURM job of its own. */
function unitsThatFit({ cpusPerUnit, memoryMbPerUnit }: BatchingRequest, cpus: number, memoryMb: number): number {
  if (cpusPerUnit > cpus || memoryMbPerUnit > memoryMb) return 1;
  return Math.min(Math.floor(cpus / cpusPerUnit), Math.floor(memoryMb / memoryMbPerUnit));
}

function chosen(branch: 2 | 3 | 4, unitsPerBatch: number, unitsAtOnce: number): Batching {
  return { unitsPerBatch, unitsAtOnce, branch, warnings: [], isOverTargetBatches: false };
}

function overLimit(what: string, value: number, limit: string, allowed: number): SlurmConfigError {
  const message = `Too much for this resource: ${what} is ${value}, its ${limit} is ${allowed}.`;
  return new SlurmConfigError('over_limit', message, `batching_config.${limit}`);
}

function nothingWanted(field: string): SlurmConfigError {
  return new SlurmConfigError('invalid_value', `Invalid ${field}: 0 is too little to decide how many units fit into a SLURM job.`, field);
}
