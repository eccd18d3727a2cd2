export { acceptJob, datasetInUse, type AcceptedJob, type JobSubmission } from './submission/accept-job.js';
export { failJobByAdmin, requestCancel } from './submission/end-job.js';
export { attemptsFolder, TOKEN_FILE } from './jobs/job-folder.js';
export type { Logger } from './scheduling/logger.js';
export type { Reconcile, ReconcileHandlers } from './scheduling/dispatcher.js';
export { lookForProbe } from './probes/look-for-probe.js';
export { EngineWorker, type EngineWorkerOptions, type WorkerHealth } from './worker/engine-worker.js';
export { ReachedClusters, type ClusterHosts } from './slurm/cluster/reached-clusters.js';
