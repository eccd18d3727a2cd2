import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, listProbes, type LeftProbe } from '@fractal-server/database';
import { lookForProbe } from '@fractal-server/engine';
import { cleanEnvironment, LocalHost } from '@fractal-server/hosts';
import { Logger } from '../../logging/logger.js';

const INTERVAL_MS = 5 * 60_000;

/** This machine, as the API sees it. */
export const SITE_HOST = { provide: LocalHost, useFactory: () => new LocalHost(cleanEnvironment(process.env)) };

/** A worker's file, and what the API makes of it. */
export interface SeenProbe {
  readonly probe: LeftProbe;
  /** Why the API does not see it; null: it does. */
  readonly reason: string | null;
}

/** Looks from time to time whether this process sees the folders of jobs as the workers do, and warns where it does not, each reason once. */
@Injectable()
export class SiteWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly warned = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Logger) private readonly logger: Logger,
    @Inject(LocalHost) private readonly host: LocalHost,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking = this.warn().catch((error: unknown) =>
        this.logger.warn('api.sites', `folders of jobs could not be compared: ${String(error)}`),
      );
    }, INTERVAL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** @param resourceId default: of all resources */
  async look(resourceId: number | null = null): Promise<SeenProbe[]> {
    const probes = await listProbes(this.database, resourceId);
    return Promise.all(probes.map(async (probe) => ({ probe, reason: await lookForProbe(this.host, probe) })));
  }

  /** Writes what has changed for the worse to the log. */
  async warn(): Promise<void> {
    for (const { probe, reason } of await this.look()) {
      const { resourceId, resourceName, place, folder } = probe;
      const key = `${resourceId} ${place}`;
      if (reason === null) this.warned.delete(key);
      if (reason === null || this.warned.get(key) === reason) continue;
      this.warned.set(key, reason);
      this.logger.warn('api.sites', `${folder} of resource '${resourceName}' is not shared with the workers of ${place}. ${reason}`);
    }
  }
}
