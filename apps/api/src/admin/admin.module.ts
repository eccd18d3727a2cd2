import { Module } from '@nestjs/common';
import { AccountingController } from './accounting/accounting.controller.js';
import { ProfilesController } from './profiles/profiles.controller.js';
import { ResourcesController } from './resources/resources.controller.js';
import { SiteHealthController } from './site-health/site-health.controller.js';
import { SITE_HOST, SiteWatch } from './site-health/site-watch.js';

/** What only superusers may do: everything below `/admin/`. */
@Module({
  controllers: [ResourcesController, ProfilesController, AccountingController, SiteHealthController],
  providers: [SITE_HOST, SiteWatch],
})
export class AdminModule {}
