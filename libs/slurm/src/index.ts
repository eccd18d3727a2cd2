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
export { boundUnitGrace } from './configuration/unit-grace.js';
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
export { batchPrefix, SLURM_JOB_ID_PATTERN, type SlurmFiles, slurmFiles } from './script/slurm-files.js';
export { srunLauncher } from './script/srun-launcher.js';
export { shellQuote } from './script/shell-quote.js';
export { type JobPhase, phaseOf, stateWord } from './reading/job-states.js';
export { readSqueue, type SqueueAnswer, squeueArguments, type SqueueRow } from './reading/squeue.js';
export { readSacct, type SacctAnswer, sacctArguments, type SacctRow } from './reading/sacct.js';
export {
  type CommandOutput,
  isControllerUp,
  readShownJob,
  SCONTROL_PING,
  scontrolShowJobArguments,
  type ShownJob,
} from './reading/scontrol.js';
export { hidesJobsOfOthers, readKillWait, SCONTROL_SHOW_CONFIG } from './reading/show-config.js';
export { readSubmission, sbatchArguments, type SubmitAnswer } from './reading/sbatch.js';
export { readSubmitRefusal, type SubmitRefusal } from './reading/submit-refusal.js';
export { scancelArguments } from './reading/scancel.js';
export { type ExplainedReason, explainReason, isOrdinaryWait } from './reading/explain-reason.js';
export { describeEnd, type SlurmEnd } from './reading/describe-end.js';
export { cleanStderr } from './reading/clean-stderr.js';
export {
  isOlderGeneration,
  type MappedOlderGeneration,
  type Mapping,
  mapOlderGeneration,
  type OlderGeneration,
} from './older-generation/map-older-generation.js';
