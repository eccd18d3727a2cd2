import { Module } from '@nestjs/common';
import { ActivitiesController } from './activities.controller.js';
import { TaskGroupsController } from './task-groups.controller.js';

/** Task groups and their activities: reading and sharing. Activities come first: their path looks like that of a task group. */
@Module({ controllers: [ActivitiesController, TaskGroupsController] })
export class TaskGroupsModule {}
