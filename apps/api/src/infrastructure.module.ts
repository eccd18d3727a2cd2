import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { ApplicationConfig, HttpConfig } from '@fractal-server/config';
import { Database } from '@fractal-server/database';
import { BellRinger } from '@fractal-server/queue';
import { AccessTokens } from './access/token.js';
import { Logger } from './logging/logger.js';

/** General settings: inject as `ApplicationConfig`. */
export const APPLICATION_CONFIG = Symbol('ApplicationConfig');
/** Limits of the HTTP side: inject as `HttpConfig`. */
export const HTTP_CONFIG = Symbol('HttpConfig');

/** What the application is built on; made by `main.ts`, or by a test. */
export interface Infrastructure {
  readonly application: ApplicationConfig;
  readonly http: HttpConfig;
  readonly database: Database;
  readonly bells: BellRinger;
  readonly logger: Logger;
}

/** Makes configuration, database and log available to every module. Owns none of them: who made them closes them. */
@Global()
@Module({})
export class InfrastructureModule {
  static with({ application, http, database, bells, logger }: Infrastructure): DynamicModule {
    const providers = [
      { provide: APPLICATION_CONFIG, useValue: application },
      { provide: HTTP_CONFIG, useValue: http },
      { provide: Database, useValue: database },
      { provide: BellRinger, useValue: bells },
      { provide: Logger, useValue: logger },
      { provide: AccessTokens, useValue: new AccessTokens(application.jwtSecretKey.reveal()) },
    ];
    return { module: InfrastructureModule, providers, exports: providers };
  }
}
