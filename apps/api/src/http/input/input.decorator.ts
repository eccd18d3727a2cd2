import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Json } from '@fractal-server/domain';
import type { FastifyRequest } from 'fastify';
import { parseContentType } from '../body/content-type.js';
import { readForm, type FileRules } from '../body/form-body.js';
import { checkInput, type CheckedInput, type ReceivedRequest } from './check-input.js';
import type { RouteInput } from './route-input.js';

/** The checked input of the route, as its `routeInput` states it; the parameter's type is `InputOf<typeof …>`. */
export const Input = createParamDecorator(async (_: undefined, context: ExecutionContext): Promise<CheckedInput> => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const input = request.routeOptions.config.endpoint?.input;
  if (input === undefined) throw new Error(`${context.getClass().name}.${context.getHandler().name}: the endpoint declares no input`);
  return checkInput(input, {
    path: new Map(Object.entries(request.params as Record<string, string>)),
    query: request.query as ReadonlyMap<string, string>,
    ...(await contentOf(request, input)),
  });
});

/** A form is read here and not before, when it is known that the caller may send it. */
async function contentOf(request: FastifyRequest, { body, takesFiles }: RouteInput): Promise<Pick<ReceivedRequest, 'body' | 'files'>> {
  if (body?.kind !== 'form') return { body: request.body as ReceivedRequest['body'] };
  const rules = { maxFileBytes: request.routeOptions.bodyLimit, store: takesFiles ? storeOf(request) : undefined };
  const form = await readForm(request.raw, parseContentType(request.declaredType), rules);
  return { body: new Map<string, Json>(form.fields), files: takesFiles ? form.files : undefined };
}

function storeOf(request: FastifyRequest): NonNullable<FileRules['store']> {
  const { caller } = request;
  if (caller === undefined) throw new Error(`${request.method} ${request.url} takes files and is public: nobody answers for them`);
  return async (filename, content) => {
    const name = await request.server.fileStore.store({ userId: caller.id, filename }, content);
    (request.storedFiles ??= []).push(name);
    return name;
  };
}
