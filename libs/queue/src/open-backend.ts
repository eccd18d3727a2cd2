import type { QueueBackend, QueueBackendOptions } from './backend.js';
import { postgresBackend } from './postgres-backend.js';
import { redisBackend } from './redis-backend.js';

/** Opens the server that the options name. Nothing waits for it: while it is away, bells are lost and the sweep rings again. */
export function openQueueBackend(options: QueueBackendOptions): QueueBackend {
  return options.type === 'redis' ? redisBackend(options.url) : postgresBackend(options);
}
