import { Controller, Inject } from '@nestjs/common';
import type { ApplicationConfig } from '@fractal-server/config';
import { Database } from '@fractal-server/database';
import { formFields, lenientModel, nullable, optional, required, string, type Infer } from '@fractal-server/domain';
import { AccessTokens } from '../../access/token.js';
import { Endpoint, Input, json, routeInput, type InputOf } from '../../http/index.js';
import { APPLICATION_CONFIG } from '../../infrastructure.module.js';
import { logIn } from './log-in.js';

const logInForm = formFields('Body_auth_bearer_jwt_login_auth_token_login__post', {
  grant_type: optional(nullable(string({ pattern: /^password$/ })), null),
  username: required(string()),
  password: required(string()),
  scope: optional(string(), ''),
  client_id: optional(nullable(string()), null),
  client_secret: optional(nullable(string()), null),
});

const logInInput = routeInput({ form: logInForm });

const bearerResponse = lenientModel('BearerResponse', { access_token: required(string()), token_type: required(string()) });

/** Log-in by password; left out where `FRACTAL_DISABLE_BASIC_AUTH` is set (contract: auth-admin 3.1). */
@Controller()
export class LogInController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(APPLICATION_CONFIG) private readonly config: ApplicationConfig,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/auth/token/login/',
    access: 'public',
    tag: 'Authentication',
    operation: 'auth_bearer_jwt_login',
    summary: 'Exchange e-mail and password for an access token',
    input: logInInput,
    answer: json(200, bearerResponse),
    refusals: [400],
  })
  async logIn(@Input() { body }: InputOf<typeof logInInput>): Promise<Infer<typeof bearerResponse>> {
    const userId = await logIn(this.database, { email: body.username, password: body.password });
    return { access_token: this.tokens.issue(userId, this.config.jwtExpireSeconds), token_type: 'bearer' };
  }
}
