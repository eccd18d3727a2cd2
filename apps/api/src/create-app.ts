import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { ContractAdapter } from './http/adapter/contract-adapter.js';
import { encodeJson, JSON_TYPE } from './http/answer/encode-answer.js';
import { receiveBodies } from './http/body/receive-body.js';
import { RouteTable } from './http/routing/route-table.js';
import { answerUnmatched } from './http/routing/unmatched-request.js';
import type { Infrastructure } from './infrastructure.module.js';
import { FrameworkLogger } from './logging/framework-logger.js';

/** Longer than any identifier; what is longer is no identifier, and its validation says so (fastify's default answers 414). */
const MAX_PATH_PARAMETER = 16 * 1024;

/**
 * Builds the application without listening. Fails when a route states no endpoint.
 *
 * @returns an initialised application; the caller listens and closes
 */
export async function createApp(infrastructure: Infrastructure): Promise<NestFastifyApplication> {
  const server = createServer(infrastructure);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(infrastructure), new ContractAdapter(server), {
    bodyParser: false,
    abortOnError: false,
    logger: new FrameworkLogger(infrastructure.logger),
  });
  await app.init();
  return app;
}

/** The fastify server with the contract's rules for routes and bodies, before any route is registered. */
function createServer({ http }: Infrastructure): FastifyInstance {
  const routes = new RouteTable();
  const server = fastify({
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    bodyLimit: http.maxUploadBytes,
    // Path parameters, query and form values follow Python's rules: blanks for `+`, U+FFFD for broken UTF-8, the last of several counts.
    routerOptions: {
      maxParamLength: MAX_PATH_PARAMETER,
      querystringParser: (text: string) => new Map(new URLSearchParams(text)) as unknown as Record<string, string>,
    },
    frameworkErrors: (_error, request, reply) => sendUnmatched(request, reply, routes),
  });
  server.decorateRequest('caller', undefined);
  server.addHook('onRoute', ({ method, url, config }) => {
    const { endpoint } = config ?? {};
    if (endpoint === undefined) throw new Error(`${String(method)} ${url} states no endpoint: declare it with @Endpoint`);
    routes.add(String(method), url);
  });
  receiveBodies(server, { maxJsonBytes: http.maxJsonBodyBytes });
  server.setNotFoundHandler((request, reply) => sendUnmatched(request, reply, routes));
  return server;
}

function sendUnmatched(request: FastifyRequest, reply: FastifyReply, routes: RouteTable): void {
  const answer = answerUnmatched(request.url, routes);
  void reply.status(answer.status);
  if (answer.status === 307) void reply.header('location', `${request.protocol}://${request.host}${answer.target}`).send();
  else {
    if (answer.status === 405) void reply.header('allow', answer.allow);
    const detail = answer.status === 405 ? 'Method Not Allowed' : 'Not Found';
    void reply.type(JSON_TYPE).send(encodeJson({ detail }));
  }
}
