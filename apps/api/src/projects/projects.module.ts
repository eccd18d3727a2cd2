import { Module } from '@nestjs/common';
import { ProjectAccess } from './project-access.js';
import { ProjectsController } from './projects.controller.js';

/** Projects, and the gate in front of what is in them. */
@Module({ controllers: [ProjectsController], providers: [ProjectAccess], exports: [ProjectAccess] })
export class ProjectsModule {}
