import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { PasswordLogInModule } from './auth/auth.module.js';
import { featureModules } from './feature-modules.js';
import { ErrorFilter } from './http/errors/error.filter.js';
import { InfrastructureModule, type Infrastructure } from './infrastructure.module.js';

/** The application: infrastructure, the access guard and the error filter of every route, and the areas. */
@Module({})
export class AppModule {
  static with(infrastructure: Infrastructure): DynamicModule {
    return {
      module: AppModule,
      imports: [InfrastructureModule.with(infrastructure), ...featureModules.filter((feature) => isEnabled(feature, infrastructure))],
      providers: [
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }
}

function isEnabled(feature: Type, { application }: Infrastructure): boolean {
  return feature !== PasswordLogInModule || !application.disableBasicAuth;
}
