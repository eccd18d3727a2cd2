import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { User } from '@fractal-server/database';
import type { FastifyRequest } from 'fastify';

/** The user who calls, on routes that are not public: `@Caller() caller: User`. */
export const Caller = createParamDecorator((_: undefined, context: ExecutionContext): User => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (caller === undefined) throw new Error(`${context.getClass().name}.${context.getHandler().name} is public: it has no caller`);
  return caller;
});
