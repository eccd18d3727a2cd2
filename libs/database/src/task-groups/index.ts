export { findActivity, listActivities, type Activity, type ActivityFilter } from './activity.queries.js';
export {
  deleteTaskGroup,
  findTaskGroup,
  findTaskGroupFacts,
  insertTaskGroup,
  listSlimTasksOfGroups,
  listTasksOfGroup,
  listVisibleTaskGroups,
  setArchivePath,
  setEnvironmentInfo,
  shareTaskGroup,
  type NewTaskGroup,
  type TaskGroup,
  type TaskGroupFacts,
  type TaskGroupSelection,
} from './task-group.queries.js';
export { findOwnedClash, findSharedClash, lockPackageVersion, type TaskGroupClash } from './uniqueness.queries.js';
export { findMembershipIn } from './user-group.queries.js';
export { findViewer, type Viewer } from './viewer.queries.js';
export type { TaskGroupOrigin } from './task-group.entity.js';
