export { declareFailPoints, listFailPoints, FAIL_POINT_VARIABLE, type FailPoints } from './fail-point.js';
export { attemptFiles, type AttemptFiles } from './attempt/attempt-folder.js';
export { newAttemptName, newAttemptToken } from './attempt/attempt-name.js';
export {
  UNIT_GRACE_MS,
  type AttemptSite,
  type AttemptSpec,
  type CommandBatch,
  type CommandUnit,
  type TaskBatch,
  type TaskUnit,
} from './attempt/attempt-spec.js';
export { prepareAttempt, writeSlots } from './attempt/prepare-attempt.js';
export { readClaim, revokeAttempt, type Claim } from './claim/claim.js';
export { ClaimUnreadable, parseOwner, type Owner, type SlurmContext } from './claim/owner.js';
export {
  RunnerNotStarted,
  runnerCommand,
  spawnRunner,
  UNIT_RUNNER_PATH,
  type RunnerExit,
  type SpawnedRunner,
  type SpawnRunnerOptions,
} from './runner/spawn-runner.js';
export type { UnitOutput, UnitResult } from './results/unit-result.js';
export { readProgress, RESULTS_START, type Progress, type ResultsCursor } from './results/read-progress.js';
export {
  EndMarkerUnreadable,
  hasAllLines,
  readEndMarker,
  type ClusterEndMarker,
  type EndMarker,
  type EndReason,
} from './results/end-marker.js';
export { SignsOfLife } from './observe/signs-of-life.js';
export { observeAttempt, type AttemptSight } from './observe/observe-attempt.js';
export { watchAttempt, type AttemptNews, type AttemptWatch, type WatchOptions } from './observe/watch-attempt.js';
export { endAttempt, requestStop, type EndAttemptOptions, type EndedAttempt } from './end/end-attempt.js';
export { Gather, type GatheredWork, type GatherOptions, type Outcome } from './gather/gather.js';
export { AttemptReader } from './remote/attempt-reader.js';
export { AttemptUnreadable } from './remote/attempt-contents.js';
export type { AttemptLook, LookRequest } from './remote/attempt-look.js';
export { PARTS_START, type PartsCursor } from './results/parts-cursor.js';
export { bundledNames, BundleIncomplete, type BundleRequest } from './remote/fetch-bundles.js';
export { BundleRefused } from './remote/unpack-bundle.js';
export type { FetchFilesRequest } from './remote/fetch-files.js';
export { launchDetached, type LaunchOptions } from './detached/launch-detached.js';
export { ProcessReportUnreadable } from './detached/remote-processes.js';
export {
  endDetachedAttempt,
  ProcessesLeft,
  seeDetachedRunner,
  type DetachedRunner,
  type DetachedSight,
} from './detached/detached-attempt.js';
