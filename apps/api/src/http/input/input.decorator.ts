import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Json } from '@fractal-server/domain';
import type { FastifyRequest } from 'fastify';
import { readForm } from '../body/form-body.js';
import { parseContentType } from '../body/content-type.js';
import { checkInput, type CheckedInput } from './check-input.js';

/** The checked input of the route, as its `routeInput` states it; the parameter's type is `InputOf<typeof …>`. */
export const Input = createParamDecorator(async (_: undefined, context: ExecutionContext): Promise<CheckedInput> => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const input = request.routeOptions.config.endpoint?.input;
  if (input === undefined) throw new Error(`${context.getClass().name}.${context.getHandler().name}: the endpoint declares no input`);
  const isForm = input.body?.kind === 'form';
  return checkInput(input, {
    path: new Map(Object.entries(request.params as Record<string, string>)),
    query: request.query as ReadonlyMap<string, string>,
    body: isForm
      ? ((await readForm(request.raw, parseContentType(request.declaredType))) as Map<string, Json>)
      : (request.body as Json | undefined),
  });
});
