import { startRedis, type EmbeddedRedis } from '@fractal-server/embedded';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Redis that can be killed, emptied, and started again on the same port. */
export class KillableRedis {
  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedRedis,
  ) {}

  static async start(dataDir: string): Promise<KillableRedis> {
    return new KillableRedis(dataDir, await startRedis({ dataDir }));
  }

  get url(): string {
    return this.server.url;
  }

  async kill(): Promise<void> {
    process.kill(this.server.pid, 'SIGKILL');
    await this.server.ended;
  }

  async restart(): Promise<void> {
    const { port, password } = this.server;
    for (let tries = 1; ; tries += 1) {
      try {
        this.server = await startRedis({ dataDir: this.dataDir, port, password });
        return;
      } catch (error) {
        if (tries === 20) throw error;
        await sleep(200);
      }
    }
  }

  /** `FLUSHALL`: every bell is lost, and with them BullMQ's own keys. */
  async empty(): Promise<void> {
    const { port, password } = this.server;
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port }, () => socket.write(`AUTH ${password}\r\nFLUSHALL\r\nQUIT\r\n`));
      socket.on('data', () => undefined);
      socket.on('error', reject);
      socket.on('close', () => resolve());
    });
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
