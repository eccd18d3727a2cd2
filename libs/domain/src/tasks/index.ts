export { deriveTaskType, isCompound, isConverter, isTypeChangeAllowed, TASK_TYPES, type TaskType } from './task-type.js';
export {
  mergeTypeFilters,
  typeFiltersAfterTask,
  typeFiltersBeforeTask,
  typeFiltersOfTask,
  typeFlow,
  type TypeFlowStep,
  type TypeRules,
} from './type-flow.js';
export { type InputFilters, requireInputs, requireOpenResource, selectTaskInputs } from './task-inputs.js';
export { computeArguments, nonParallelArguments, parallelArguments } from './task-arguments.js';
export { type ParallelizationItem } from './output-schemas.js';
export { failedOutcome, readInitOutput, readTaskOutput, type UnitOutcome } from './unit-outcome.js';
export { MAX_PARALLEL_UNITS, requireUnitCount } from './unit-limit.js';
export {
  commandFailure,
  hasWarning,
  isLogWorthReading,
  MAX_LOG_CHARACTERS,
  notExecutableFailure,
  unfinishedFailure,
  type UnitExit,
  type UnitLog,
} from './unit-failure.js';
export { type ExecutedRun, judgeRun, type RunVerdict } from './run-verdict.js';
export { failedJobLog, MAX_FAILURE_CHARACTERS } from './job-log.js';
export { quoteWord, splitCommand, unitCommand } from './command.js';
export { NON_PARALLEL_STEM, parallelStem, taskFolderName, type UnitFiles, unitFiles } from './task-files.js';
export { parallelTasksPerJob } from './local-runner-config.js';
export { metaAfterReplacement, metaOfNewWorkflowTask } from './meta-merge.js';
export { type Manifest, manifest, readManifest, type TaskManifest } from './manifest.js';
export { type TaskPlace, type TaskRecord, tasksOfManifest } from './manifest-tasks.js';
