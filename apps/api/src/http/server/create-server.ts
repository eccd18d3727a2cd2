import { randomUUID } from 'node:crypto';
import type { ApplicationConfig, HttpConfig } from '@fractal-server/config';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from '../../logging/logger.js';
import { encodeJson, JSON_TYPE } from '../answer/encode-answer.js';
import { keepFiles, type FileStore } from '../body/file-store.js';
import { receiveBodies } from '../body/receive-body.js';
import { RouteTable } from '../routing/route-table.js';
import { answerUnmatched } from '../routing/unmatched-request.js';
import { reportSlowRequests } from './slow-requests.js';

/** Longer than any identifier; what is longer is no identifier, and its validation says so (fastify's default answers 414). */
const MAX_PATH_PARAMETER = 16 * 1024;

/** What the server needs to know. */
export interface ServerOptions {
  readonly application: ApplicationConfig;
  readonly http: HttpConfig;
  readonly logger: Logger;
  readonly files: FileStore;
}

/** The fastify server with the contract's rules for routes and bodies, before any route is registered. */
export function createServer({ application, http, logger, files }: ServerOptions): FastifyInstance {
  const routes = new RouteTable();
  const server = fastify({
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    bodyLimit: http.maxUploadBytes,
    // A proxy on this machine may say that it was reached by https (contract: auth-admin 1.1).
    trustProxy: '127.0.0.1',
    routerOptions: {
      maxParamLength: MAX_PATH_PARAMETER,
      // Python's rules: a blank for `+`, U+FFFD for broken UTF-8, the last of several values counts.
      querystringParser: (text: string) => new Map(new URLSearchParams(text)) as unknown as Record<string, string>,
    },
    frameworkErrors: (_error, request, reply) => sendUnmatched(request, reply, routes),
  });
  server.decorateRequest('caller', undefined);
  server.addHook('onRoute', ({ method, url, config }) => {
    const isDeclared = config?.endpoint !== undefined || config?.isPublicPage === true;
    if (!isDeclared) throw new Error(`${String(method)} ${url} states no access level: declare it with @Endpoint`);
    routes.add(String(method), url);
  });
  receiveBodies(server, { maxJsonBytes: http.maxJsonBodyBytes });
  keepFiles(server, files);
  reportSlowRequests(server, { logger, thresholdSeconds: application.longRequestSeconds });
  server.setNotFoundHandler((request, reply) => sendUnmatched(request, reply, routes));
  return server;
}

function sendUnmatched(request: FastifyRequest, reply: FastifyReply, routes: RouteTable): void {
  const answer = answerUnmatched(request.url, routes);
  void reply.status(answer.status);
  if (answer.status === 307) {
    const host = request.headers.host ?? request.hostname;
    void reply.header('location', `${request.protocol}://${host}${answer.target}`).send();
    return;
  }
  if (answer.status === 405) void reply.header('allow', answer.allow);
  const detail = answer.status === 405 ? 'Method Not Allowed' : 'Not Found';
  void reply.type(JSON_TYPE).send(encodeJson({ detail }));
}
