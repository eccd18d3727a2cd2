import type { EngineWorker } from '@fractal-server/engine';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Without a sweep for so long the worker does not reach PostgreSQL: it is not ready. */
const READY_MS = 15_000;

/** Serves `/live`, `/ready` and `/metrics` on the loopback interface. @param port 0 takes a free one */
export async function serveProbes(worker: EngineWorker, port: number): Promise<Server> {
  const registry = metricsOf(worker);
  const server = createServer((request, response) => {
    void answer(request.url, worker, registry).then(({ status, type, text }) =>
      response.writeHead(status, { 'content-type': type }).end(text),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function metricsOf(worker: EngineWorker): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  };
  gauge('fractal_worker_active_looks', 'Things that are looked at right now', () => worker.health.activeLooks);
  gauge('fractal_worker_watched_batches', 'Batches whose unit runners this worker watches', () => worker.health.watchedBatches);
  gauge('fractal_worker_sweep_age_seconds', 'Time since the last sweep that worked', () => worker.health.sweepSilentMs / 1_000);
  return registry;
}

async function answer(
  path: string | undefined,
  worker: EngineWorker,
  registry: Registry,
): Promise<{ status: number; type: string; text: string }> {
  const plain = (status: number, text: string) => ({ status, type: 'text/plain; charset=utf-8', text: `${text}\n` });
  switch (path) {
    case '/live':
      return plain(200, 'live');
    case '/ready':
      return worker.health.sweepSilentMs < READY_MS ? plain(200, 'ready') : plain(503, 'PostgreSQL does not answer');
    case '/metrics':
      return { status: 200, type: registry.contentType, text: await registry.metrics() };
    default:
      return plain(404, 'Not Found');
  }
}
