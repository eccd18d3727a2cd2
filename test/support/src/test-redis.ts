import { startRedis, type EmbeddedRedis } from '@fractal-server/embedded';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';

/** A Redis for one test file. Stop it in `afterAll`. */
export async function startTestRedis(): Promise<EmbeddedRedis> {
  return startRedis({ dataDir: await mkdtemp(join(inject('testRun').folder, 'redis-')) });
}
