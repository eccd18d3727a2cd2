import { startPostgres, type EmbeddedPostgres } from '@fractal-server/embedded';
import { setTimeout as sleep } from 'node:timers/promises';

/** A PostgreSQL with `fsync` on that can be killed, and started again on the same files and port. */
export class KillablePostgres {
  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedPostgres,
  ) {}

  static async start(dataDir: string): Promise<KillablePostgres> {
    return new KillablePostgres(dataDir, await startPostgres({ dataDir }));
  }

  /** The server of this life; host, port, user and password are those of every life. */
  get embedded(): EmbeddedPostgres {
    return this.server;
  }

  /** Ends it without a checkpoint, as `pg_ctl -m immediate` does. */
  async crash(): Promise<void> {
    await this.server.stop('immediate');
  }

  /** Kills the postmaster; its backends notice that and end. */
  async kill(): Promise<void> {
    process.kill(this.server.pid, 'SIGKILL');
    await this.server.ended;
  }

  /** Starts it again; what the crash left is recovered from the log. */
  async restart(): Promise<void> {
    // Backends of a killed postmaster keep its memory for a moment, and a new one refuses to start beside them.
    for (let tries = 1; ; tries += 1) {
      try {
        this.server = await startPostgres({ dataDir: this.dataDir, port: this.server.port });
        return;
      } catch (error) {
        if (tries === 20) throw error;
        await sleep(200);
      }
    }
  }

  async stop(): Promise<void> {
    await this.server.stop('immediate');
  }
}
