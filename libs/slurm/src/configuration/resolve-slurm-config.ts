import { type Json, type JsonObject, slurmRunnerConfig, type SlurmConfigSet, type SlurmRunnerConfig } from '@fractal-server/domain';
import { type BatchingRequest, type BatchingWarning, chooseBatching } from '../batching/choose-batching.js';
import { requireNoAccount } from '../script/account-directives.js';
import { givenConfigSet, overlayGpuSet } from './merge-config-sets.js';
import { readMetaCpus, readMetaInteger, readMetaLines, readMetaMemory, readMetaText, readNeedsGpu } from './meta-values.js';
import type { SlurmConfig } from './slurm-config.js';
import { SlurmConfigError } from './slurm-config-error.js';

/** What is known of a phase of a run when its batches are planned. */
export interface SlurmConfigRequest {
  /** `jobs_runner_config` of the resource, as it is stored: keys that are absent there count as not given. */
  readonly runnerConfig: JsonObject;
  /**
   * Meta of this phase, lowest priority first. A workflow task already holds its task's meta (it was laid under it when the task was
   * added), so one entry is enough; `[task's, workflow task's]` is the older generation's order.
   */
  readonly metas: readonly (JsonObject | null)[];
  readonly taskName: string;
  /** `single`: the one unit of a non-parallel task or an init part; `parallel`: parallel tasks and compute parts. */
  readonly part: 'single' | 'parallel';
  /** Units of this phase. */
  readonly unitCount: number;
}

/** What the user should be told of a configuration that works. */
export type SlurmConfigWarning = BatchingWarning | 'TIME_DOES_NOT_SCALE_WITH_PARALLEL_TASKS';

/** The configuration of a phase, and what is odd about it. */
export interface ResolvedSlurmConfig {
  readonly config: SlurmConfig;
  readonly warnings: readonly SlurmConfigWarning[];
}

/**
 * Merges what the resource and the meta say, and cuts the units into batches (contract: slurm.md 2.5, 3).
 * @throws SlurmConfigError
 */
export function resolveSlurmConfig(request: SlurmConfigRequest): ResolvedSlurmConfig {
  const resource = readRunnerConfig(request.runnerConfig);
  const meta = new Map<string, Json>(request.metas.flatMap((layer) => [...(layer ?? [])]));
  const set = baseSet(request.runnerConfig, resource, readNeedsGpu(meta.get('needs_gpu')));
  const wanted = wantedBy(meta, set, request);
  const { unitsPerBatch, unitsAtOnce, warnings } = chooseBatching(batchingRequest(request, resource, meta, wanted));
  const batching = request.part === 'single' ? { unitsPerBatch: 1, unitsAtOnce: 1 } : { unitsPerBatch, unitsAtOnce };
  const config: SlurmConfig = { ...wanted, ...batching, userLocalExports: [...resource.user_local_exports] };
  const isCrowded = config.time !== null && config.unitsAtOnce > 1;
  return { config, warnings: isCrowded ? [...warnings, 'TIME_DOES_NOT_SCALE_WITH_PARALLEL_TASKS'] : warnings };
}

function readRunnerConfig(stored: JsonObject): SlurmRunnerConfig {
  const outcome = slurmRunnerConfig.validate(stored, []);
  if (outcome.ok) return outcome.value;
  const faults = outcome.issues.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`);
  throw new SlurmConfigError('invalid_resource', `The resource's jobs_runner_config is invalid.\n${faults.join('\n')}`);
}

function baseSet(stored: JsonObject, resource: SlurmRunnerConfig, needsGpu: boolean): SlurmConfigSet {
  const { default_slurm_config: defaults, gpu_slurm_config: gpu } = resource;
  if (!needsGpu || gpu === null) return defaults;
  return overlayGpuSet(defaults, givenConfigSet(gpu, stored.get('gpu_slurm_config') as JsonObject));
}

type Wanted = Omit<SlurmConfig, 'unitsPerBatch' | 'unitsAtOnce' | 'userLocalExports'>;

function wantedBy(meta: JsonObject, set: SlurmConfigSet, { taskName }: SlurmConfigRequest): Wanted {
  const cpusPerUnit = meta.has('cpus_per_task') ? readMetaCpus(meta.get('cpus_per_task')!) : set.cpus_per_task;
  const memoryMbPerUnit = meta.has('mem') ? readMetaMemory(meta.get('mem')!) : zeroAsNull(set.mem);
  if ((meta.get('account') ?? null) !== null) throw accountInMeta();
  const text = (key: 'constraint' | 'gres' | 'gpus' | 'time' | 'exclude' | 'nodelist') => readMetaText(key, meta.get(key)) ?? set[key];
  const metaLines = readMetaLines(meta.get('extra_lines'));
  requireNoAccount(metaLines, "the task's meta");
  return {
    partition: required('partition', set.partition),
    cpusPerUnit: atLeast(1, 'cpus_per_task', required('cpus_per_task', cpusPerUnit)),
    memoryMbPerUnit: atLeast(0, 'mem', required('mem', memoryMbPerUnit)),
    shebang: set.shebang_line,
    useMemoryPerCpu: set.use_mem_per_cpu,
    jobName: taskName.replaceAll(' ', '_'),
    constraint: text('constraint'),
    gres: text('gres'),
    gpus: text('gpus'),
    time: text('time'),
    account: set.account,
    exclude: text('exclude'),
    nodelist: text('nodelist'),
    nodes: readMetaInteger('nodes', meta.get('nodes')) ?? set.nodes,
    // Lines that repeat each other are written once, as in the contract; there their order is undefined, here the first one stays.
    extraLines: [...new Set([...set.extra_lines, ...metaLines])],
  };
}

function batchingRequest(
  { part, unitCount }: SlurmConfigRequest,
  { batching_config: limits }: SlurmRunnerConfig,
  meta: JsonObject,
  { cpusPerUnit, memoryMbPerUnit }: Wanted,
): BatchingRequest {
  return {
    unitCount: part === 'single' ? 1 : unitCount,
    unitsPerBatch: readMetaInteger('tasks_per_job', meta.get('tasks_per_job')) ?? null,
    unitsAtOnce: readMetaInteger('parallel_tasks_per_job', meta.get('parallel_tasks_per_job')) ?? null,
    cpusPerUnit,
    memoryMbPerUnit,
    limits: {
      targetBatches: limits.target_num_jobs,
      maxBatches: limits.max_num_jobs,
      targetCpus: limits.target_cpus_per_job,
      maxCpus: limits.max_cpus_per_job,
      targetMemoryMb: limits.target_mem_per_job,
      maxMemoryMb: limits.max_mem_per_job,
    },
  };
}

function required<T>(field: string, value: T | null): T {
  if (value !== null) return value;
  const hint = field === 'partition' ? '' : ", nor does the task's meta";
  throw new SlurmConfigError('missing_value', `The resource's SLURM configuration says nothing of \`${field}\`${hint}.`, field);
}

function atLeast(least: number, field: string, value: number): number {
  if (value >= least) return value;
  throw new SlurmConfigError('invalid_value', `Invalid ${field} in the task's meta: ${value} is below ${least}.`, field);
}

function zeroAsNull(value: number | null): number | null {
  return value === 0 ? null : value;
}

function accountInMeta(): SlurmConfigError {
  const message = "The task's meta must not name a SLURM account: it belongs in the request of the job (`slurm_account`).";
  return new SlurmConfigError('account_not_allowed', message, 'account');
}
