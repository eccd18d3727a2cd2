import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { HistoryAccess } from './history-access.js';
import { ImageStatusesController } from './image-statuses.controller.js';
import { LogsController } from './logs/logs.controller.js';
import { RunsController } from './runs.controller.js';

/** What jobs did: runs, units, statuses of images, logs. */
@Module({ imports: [ProjectsModule], controllers: [RunsController, ImageStatusesController, LogsController], providers: [HistoryAccess] })
export class HistoryModule {}
