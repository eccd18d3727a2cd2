import { createPostgresBackend, withBackend } from 'bullmq';
import type { QueueBackend } from './backend.js';
import { receiverOn, receiverOptions, senderOn } from './bullmq-ends.js';
import { PostgresConnections, type PostgresAddress } from './postgres-connections.js';

/** Bells on PostgreSQL, in BullMQ's own schema `bullmq`, which the first process creates. */
export function postgresBackend(address: PostgresAddress): QueueBackend {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = new PostgresConnections(address);
  return {
    openSender: (name) => senderOn(new Queue(name, { connection, skipMetasUpdate: true })),
    openReceiver: (name, answer, concurrency) =>
      receiverOn(new Worker(name, (job) => answer(job.data), { connection, concurrency, ...receiverOptions })),
    close: () => connection.close(),
  };
}
