import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Database, findCaller, type User } from '@fractal-server/database';
import type { FastifyRequest } from 'fastify';
import { checkAccess } from './access-rules.js';
import { tokensOf } from './credentials.js';
import { AccessTokens } from './token.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set by the access guard on every route that is not public. */
    caller: User | undefined;
  }
}

/** Lets a request pass when its caller has the level that the route states. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const endpoint = request.routeOptions.config.endpoint;
    if (endpoint === undefined) throw new Error(`${request.method} ${request.url} states no access level`);
    if (endpoint.access === 'public') return true;
    const caller = await this.identify(request);
    checkAccess(endpoint.access, caller);
    request.caller = caller;
    return true;
  }

  /** The first token that names an existing user wins; everything about the user is read anew for every request. */
  private async identify(request: FastifyRequest): Promise<User | undefined> {
    for (const token of tokensOf(request.headers)) {
      const userId = this.tokens.verify(token);
      const user = userId === undefined ? undefined : await findCaller(this.database, userId);
      if (user !== undefined) return user;
    }
    return undefined;
  }
}
