import { Module } from '@nestjs/common';
import { AccountingController } from './accounting/accounting.controller.js';
import { ProfilesController } from './profiles/profiles.controller.js';
import { ResourcesController } from './resources/resources.controller.js';

/** What only superusers may do: everything below `/admin/`. */
@Module({ controllers: [ResourcesController, ProfilesController, AccountingController] })
export class AdminModule {}
