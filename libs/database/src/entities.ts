import { TaskGroupEntity } from './task-groups/task-group.entity.js';
import { TaskEntity } from './tasks/task.entity.js';
import { WorkflowTaskEntity } from './workflows/workflow-task.entity.js';
import { WorkflowEntity } from './workflows/workflow.entity.js';

/** Every entity of the schema, named one by one: a glob would not survive the build. */
export const entities: readonly (new () => object)[] = [TaskGroupEntity, TaskEntity, WorkflowEntity, WorkflowTaskEntity];
