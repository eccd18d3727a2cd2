export { PROJECT_PERMISSIONS, type Project, type ProjectMembership, type ProjectPermission } from './project.js';
export {
  deleteProject,
  findProjectWithMembership,
  findResourceOfUser,
  insertProject,
  listProjects,
  listSubmittedJobsOfProject,
  lockProject,
  ownsProjectNamed,
  updateProject,
  type NewProject,
  type ProjectChanges,
  type ProjectWithMembership,
  type ResourceOfUser,
} from './project.queries.js';
