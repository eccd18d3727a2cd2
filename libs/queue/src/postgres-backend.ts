import { createPostgresBackend, withBackend } from 'bullmq';
import type { QueueBackend, QueueBackendOptions } from './backend.js';
import { receiverOn, receiverOptions, senderOn } from './bullmq-ends.js';

type PostgresOptions = Omit<Extract<QueueBackendOptions, { type: 'postgres' }>, 'type'>;

/** Bells on PostgreSQL, in BullMQ's own schema `bullmq`, which the first process creates. */
export function postgresBackend({ host, port, database, user, password }: PostgresOptions): QueueBackend {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = {
    ...{ host, port, database, user, password },
    max: 2,
    migrate: true,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 5_000,
  };
  return {
    openSender: (name) => senderOn(new Queue(name, { connection, skipMetasUpdate: true })),
    openReceiver: (name, answer, concurrency) =>
      receiverOn(new Worker(name, (job) => answer(job.data), { connection, concurrency, ...receiverOptions })),
    close: async () => {},
  };
}
