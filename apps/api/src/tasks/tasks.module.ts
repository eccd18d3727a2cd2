import { Module } from '@nestjs/common';
import { TasksController } from './tasks.controller.js';

/** Single tasks. */
@Module({ controllers: [TasksController] })
export class TasksModule {}
