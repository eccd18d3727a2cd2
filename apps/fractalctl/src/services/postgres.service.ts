import { startPostgres, type EmbeddedPostgres } from '@fractal-server/embedded';
import type { Service } from '../supervisor/service.js';

/** The embedded PostgreSQL. A restart takes the port of the first start, so that its clients find it again. */
export class PostgresService implements Service {
  readonly name = 'PostgreSQL';
  private server: EmbeddedPostgres | undefined;

  constructor(private readonly dataDir: string) {}

  async start(): Promise<EmbeddedPostgres> {
    this.server = await startPostgres({ dataDir: this.dataDir, ...(this.server === undefined ? {} : { port: this.server.port }) });
    return this.server;
  }

  /** The server as it was started last. */
  get access(): EmbeddedPostgres {
    if (this.server === undefined) throw new Error('PostgreSQL was not started yet');
    return this.server;
  }
}
