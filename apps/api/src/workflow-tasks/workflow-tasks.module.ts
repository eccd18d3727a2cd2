import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { WorkflowTasksController } from './workflow-tasks.controller.js';

/** The tasks of workflows. */
@Module({ imports: [ProjectsModule], controllers: [WorkflowTasksController] })
export class WorkflowTasksModule {}
