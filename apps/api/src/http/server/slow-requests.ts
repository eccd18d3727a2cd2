import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../logging/logger.js';

/** Requests that are slow by nature: submissions, collections, and the life of task groups. */
function isExempt(method: string, path: string): boolean {
  if (method !== 'POST') return false;
  return path.includes('/job/submit/') || path.includes('/task/collect/pi') || (path.includes('/task-group/') && !path.includes('core'));
}

/** Logs a warning for each request that took longer than the threshold (contract: auth-admin 6.6). */
export function reportSlowRequests(
  server: FastifyInstance,
  { logger, thresholdSeconds }: { readonly logger: Logger; readonly thresholdSeconds: number },
): void {
  server.addHook('onResponse', (request, reply, done) => {
    const seconds = reply.elapsedTime / 1000;
    if (seconds > thresholdSeconds && !isExempt(request.method, request.url)) {
      const [path, query = ''] = request.url.split('?', 2);
      const end = Date.now();
      const times = [end - reply.elapsedTime, end].map((at) => new Date(at).toISOString()).join(', ');
      const template = request.routeOptions.config.endpoint?.path ?? path;
      logger.warn('slow-response', `${request.method} ${template}?${query}, ${reply.statusCode}, ${seconds.toFixed(2)}, ${times}`);
    }
    done();
  });
}
