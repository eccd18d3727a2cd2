import { Module } from '@nestjs/common';
import { ProfilesController } from './profiles/profiles.controller.js';
import { ResourcesController } from './resources/resources.controller.js';

/** What only superusers may do: everything below `/admin/`. */
@Module({ controllers: [ResourcesController, ProfilesController] })
export class AdminModule {}
