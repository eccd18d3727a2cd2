export { findImportCandidates, findTaskVersions, type ImportCandidate, type TaskVersion } from './task-lookup.queries.js';
export {
  deleteWorkflowTask,
  findWorkflowTask,
  insertWorkflowTasks,
  listWorkflowTaskIds,
  listWorkflowTasks,
  reorderWorkflowTasks,
  updateWorkflowTask,
  type NewWorkflowTask,
  type WorkflowTaskChanges,
} from './workflow-task.queries.js';
export {
  deleteWorkflow,
  findWorkflow,
  findWorkflowWithTasks,
  hasWorkflowNamed,
  insertWorkflow,
  listSubmittedJobs,
  listWorkflows,
  lockWorkflow,
  updateWorkflow,
  type NewWorkflow,
  type Workflow,
  type WorkflowChanges,
  type WorkflowTask,
  type WorkflowWithTasks,
} from './workflow.queries.js';
