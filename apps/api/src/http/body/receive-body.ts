import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseContentType } from './content-type.js';
import { checkFormType } from './form-body.js';
import { readJsonBody } from './json-body.js';
import { readBytes } from './read-bytes.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The Content-Type header as it was sent. */
    declaredType: string | undefined;
    /** Length of the JSON body in bytes; 0 without one. */
    bodyBytes: number;
  }
}

/**
 * Reads bodies as the contract does (auth-admin 1.2), which fastify's own parsers do not: the route's declaration alone says whether there
 * is a body; a wrong or missing type is a validation error, not 415; a broken body is told before anybody asks who sent it.
 *
 * A JSON body lands in `request.body` as lossless JSON (`undefined`: nothing was sent). Forms are read later, when access is known.
 */
export function receiveBodies(server: FastifyInstance, { maxJsonBytes }: { readonly maxJsonBytes: number }): void {
  server.decorateRequest('declaredType', undefined);
  server.decorateRequest('bodyBytes', 0);
  // fastify answers 415 to a malformed type before any parser runs, so the header is taken away from it.
  server.addHook('onRequest', (request, _reply, done) => {
    request.declaredType = request.headers['content-type'];
    delete request.headers['content-type'];
    done();
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
  server.addHook('preValidation', async (request) => {
    request.body = await receiveBody(request, maxJsonBytes);
  });
}

async function receiveBody(request: FastifyRequest, maxJsonBytes: number): Promise<unknown> {
  const input = request.routeOptions.config.endpoint?.input?.body;
  if (input === undefined) return undefined;
  const contentType = parseContentType(request.declaredType);
  if (input.kind === 'form') {
    checkFormType(contentType);
    return undefined;
  }
  const bytes = await readBytes(request.raw, maxJsonBytes);
  request.bodyBytes = bytes.length;
  return readJsonBody(bytes, contentType, input.longList);
}
