import { AdminModule } from './admin/admin.module.js';
import { AuthModule, PasswordLogInModule } from './auth/auth.module.js';
import { CollectionModule } from './collection/collection.module.js';
import { DatasetsModule } from './datasets/datasets.module.js';
import { HealthModule } from './health/health.module.js';
import { HistoryModule } from './history/history.module.js';
import { ImagesModule } from './images/images.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { ProjectsModule } from './projects/projects.module.js';
import { TaskGroupsModule } from './task-groups/task-groups.module.js';
import { TasksModule } from './tasks/tasks.module.js';
import { UploadsModule } from './uploads/uploads.module.js';
import { WorkflowsModule } from './workflows/workflows.module.js';
import { WorkflowTasksModule } from './workflow-tasks/workflow-tasks.module.js';

/** One module per area, in the order of the API page. A new area is added here and nowhere else. */
export const featureModules = [
  HealthModule,
  PasswordLogInModule,
  AuthModule,
  AdminModule,
  ProjectsModule,
  DatasetsModule,
  ImagesModule,
  TaskGroupsModule,
  TasksModule,
  CollectionModule,
  UploadsModule,
  WorkflowsModule,
  WorkflowTasksModule,
  JobsModule,
  HistoryModule,
] as const;
