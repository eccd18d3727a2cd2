import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { Database } from '@fractal-server/database';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Longer waits mean: not ready. In milliseconds. */
const READY_DEADLINE_MS = 2_000;

/**
 * Serves `/live`, `/ready` (PostgreSQL answers) and `/metrics` on the loopback interface, apart from the API, whose paths are the contract's.
 */
export async function serveProbes(database: Database, port: number): Promise<Server> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const server = createServer((request, response) => {
    void answer(request.url, database, registry).then(({ status, type, text }) => {
      response.writeHead(status, { 'content-type': type }).end(text);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

interface ProbeAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function answer(path: string | undefined, database: Database, registry: Registry): Promise<ProbeAnswer> {
  switch (path) {
    case '/live':
      return plain(200, 'live');
    case '/ready':
      return (await isReady(database)) ? plain(200, 'ready') : plain(503, 'PostgreSQL does not answer');
    case '/metrics':
      return { status: 200, type: registry.contentType, text: await registry.metrics() };
    default:
      return plain(404, 'Not Found');
  }
}

function plain(status: number, text: string): ProbeAnswer {
  return { status, type: 'text/plain; charset=utf-8', text: `${text}\n` };
}

async function isReady(database: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), READY_DEADLINE_MS);
  });
  const look = database.query('select 1').then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([look, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
