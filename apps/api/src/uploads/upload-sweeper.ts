import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, sweepAbandonedUploads } from '@fractal-server/database';
import { Logger } from '../logging/logger.js';

const INTERVAL_MS = 10 * 60_000;

/** Removes files of requests that ended with their process, from time to time. Any number of API processes may do so. */
@Injectable()
export class UploadSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping = this.sweep();
    }, INTERVAL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    try {
      const swept = await sweepAbandonedUploads(this.database);
      if (swept > 0) this.logger.info('api.uploads', `removed ${swept} abandoned uploads`);
    } catch (error) {
      this.logger.warn('api.uploads', `abandoned uploads could not be removed: ${String(error)}`);
    }
  }
}
