import { list } from '../../validation/containers/list.js';
import { nullable } from '../../validation/containers/nullable.js';
import { optional, required } from '../../validation/models/field.js';
import { strictModel } from '../../validation/models/model.js';
import { boolean } from '../../validation/scalars/boolean.js';
import { integer } from '../../validation/scalars/integer.js';
import { nonEmptyString } from '../../validation/scalars/string.js';
import type { Infer } from '../../validation/schema.js';
import { positiveInteger } from '../numbers.js';
import { exportedPaths, shebangLine, slurmOption } from '../text/cluster-texts.js';
import { memoryMb } from './memory.js';

const nullableText = optional(nullable(slurmOption()), null);

/** What SLURM is asked for, for one task execution (contract: auth-admin 10.2). */
export const slurmConfigSet = strictModel('SlurmConfigSet', {
  partition: nullableText,
  cpus_per_task: optional(nullable(positiveInteger()), null),
  mem: optional(nullable(memoryMb()), null),
  nodes: optional(nullable(integer()), null),
  constraint: nullableText,
  gres: nullableText,
  exclude: nullableText,
  nodelist: nullableText,
  time: nullableText,
  account: nullableText,
  gpus: nullableText,
  extra_lines: optional(list(nonEmptyString()), () => []),
  shebang_line: optional(shebangLine(), '#!/bin/sh'),
  use_mem_per_cpu: optional(boolean(), false),
});

/** How task executions are put together into SLURM jobs; memory in MB. */
export const batchingConfigSet = strictModel('BatchingConfigSet', {
  target_num_jobs: required(positiveInteger()),
  max_num_jobs: required(positiveInteger()),
  target_cpus_per_job: required(positiveInteger()),
  max_cpus_per_job: required(positiveInteger()),
  target_mem_per_job: required(memoryMb()),
  max_mem_per_job: required(memoryMb()),
});

/** How jobs run on a local resource. `parallel_tasks_per_job`: null and 0 mean without limit. */
export const localRunnerConfig = strictModel('JobRunnerConfigLocal', {
  parallel_tasks_per_job: optional(nullable(integer()), null),
});

/** How jobs run on a SLURM resource. */
export const slurmRunnerConfig = strictModel('JobRunnerConfigSLURM', {
  default_slurm_config: required(slurmConfigSet),
  gpu_slurm_config: optional(nullable(slurmConfigSet), null),
  batching_config: required(batchingConfigSet),
  user_local_exports: optional(exportedPaths(), () => new Map<string, string>()),
});

export type SlurmConfigSet = Infer<typeof slurmConfigSet>;
export type BatchingConfigSet = Infer<typeof batchingConfigSet>;
export type LocalRunnerConfig = Infer<typeof localRunnerConfig>;
export type SlurmRunnerConfig = Infer<typeof slurmRunnerConfig>;
