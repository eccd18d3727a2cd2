import { Module } from '@nestjs/common';
import { AliveController } from './alive.controller.js';

/** What tells that the server works. */
@Module({ controllers: [AliveController] })
export class HealthModule {}
