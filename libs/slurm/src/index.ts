export { SlurmConfigError, type SlurmConfigErrorCode } from './configuration/slurm-config-error.js';
export type { SlurmConfig } from './configuration/slurm-config.js';
export {
  type ResolvedSlurmConfig,
  resolveSlurmConfig,
  type SlurmConfigRequest,
  type SlurmConfigWarning,
} from './configuration/resolve-slurm-config.js';
export { commonScriptLines, forJob, type JobAdditions } from './configuration/for-job.js';
export { growForRetry, type Growth } from './configuration/grow-for-retry.js';
export { readMetaMemory } from './configuration/meta-values.js';
export {
  type Batching,
  type BatchingLimits,
  type BatchingRequest,
  type BatchingWarning,
  chooseBatching,
} from './batching/choose-batching.js';
export { type BatchSlice, splitUnits } from './batching/split-units.js';
export { renderScript, type ScriptRequest } from './script/render-script.js';
export { batchPrefix, type SlurmFiles, slurmFiles } from './script/slurm-files.js';
export { srunLauncher } from './script/srun-launcher.js';
export { shellQuote } from './script/shell-quote.js';
export { directiveValueFault } from './script/directive.js';
export { exportNameFault } from './script/user-local-exports.js';
