import { createRedisBackend, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { BellSender, QueueBackend } from './backend.js';
import { receiverOn, receiverOptions, senderOn } from './bullmq-ends.js';

const reconnectDelay = (times: number): number => Math.min(100 * 2 ** Math.min(times, 5), 2_000);

/** Bells on Redis. Connections are repaired for ever. */
export function redisBackend(url: string): QueueBackend {
  const { Queue, Worker } = withBackend(createRedisBackend);
  // One connection for all bells that we ring.
  const redis = new Redis(url, { maxRetriesPerRequest: 1, lazyConnect: true, retryStrategy: reconnectDelay });
  redis.on('error', () => undefined);
  const firstTry = redis.connect().catch(() => undefined);

  /** The first ring after the start waits for the connection; while Redis is away a ring fails at once. */
  async function connection(): Promise<Redis> {
    await firstTry;
    if (redis.status !== 'ready') throw new Error('Redis is away');
    return redis;
  }

  return {
    openSender: (name) => {
      let end: BellSender | undefined;
      return {
        send: async (bell) => {
          // Opened late: BullMQ asks the server for its version at once, and a queue that got no answer stays broken.
          end ??= senderOn(new Queue(name, { connection: await connection(), skipMetasUpdate: true }));
          try {
            await connection();
            await end.send(bell);
          } catch (error) {
            end = undefined;
            throw error;
          }
        },
        close: async () => end?.close(),
      };
    },
    openReceiver: (name, answer, concurrency) =>
      receiverOn(
        new Worker(name, (job) => answer(job.data), {
          connection: { url, maxRetriesPerRequest: null, retryStrategy: reconnectDelay },
          concurrency,
          ...receiverOptions,
        }),
      ),
    close: async () => redis.disconnect(),
  };
}
