import { startRedis, type EmbeddedRedis } from '@fractal-server/embedded';
import type { Service } from '../supervisor/service.js';

/** The embedded Redis. A restart takes the port and the password of the first start, so that its clients find it again. */
export class RedisService implements Service {
  readonly name = 'Redis';
  private server: EmbeddedRedis | undefined;

  constructor(private readonly dataDir: string) {}

  async start(): Promise<EmbeddedRedis> {
    const { port, password } = this.server ?? {};
    this.server = await startRedis({
      dataDir: this.dataDir,
      ...(port === undefined ? {} : { port }),
      ...(password === undefined ? {} : { password }),
    });
    return this.server;
  }

  /** The server as it was started last. */
  get url(): string {
    if (this.server === undefined) throw new Error('Redis was not started yet');
    return this.server.url;
  }
}
