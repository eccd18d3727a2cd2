import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { WorkflowImportController } from './import/workflow-import.controller.js';
import { WorkflowsController } from './workflows.controller.js';

/** Workflows, their export and import. */
@Module({ imports: [ProjectsModule], controllers: [WorkflowImportController, WorkflowsController] })
export class WorkflowsModule {}
