import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { HostFileError } from '../errors.js';
import { errnoOf } from './within-limits.js';

/**
 * Output of a command on its way to a file of the server: written to `<path>.<random>.part` as fast as the disk takes it, and put in its
 * place when the command has ended by itself. Never more of it in memory than one buffer.
 */
export class OutputFile {
  private readonly part: string;
  private readonly file: WriteStream;
  private readonly opened: Promise<unknown>;
  private received = 0;
  private failure: Error | null = null;
  /** True when bytes beyond the limit were dropped. */
  truncated = false;

  /** @param limit bytes kept of the output's beginning */
  constructor(
    private readonly path: string,
    private readonly limit: number,
  ) {
    this.part = `${path}.${randomBytes(6).toString('hex')}.part`;
    this.file = createWriteStream(this.part, { flags: 'wx' });
    this.opened = once(this.file, 'open');
    this.file.on('error', (error) => (this.failure ??= error));
  }

  /** Wait until the file exists. @throws HostFileError when it cannot be made */
  async open(): Promise<void> {
    try {
      await this.opened;
    } catch (error) {
      throw this.describe(error);
    }
  }

  /**
   * Take all that the source gives, no faster than the disk. Where the disk refuses, the rest is read and dropped: the source never
   * stands still for it, and `commit` tells.
   */
  take(source: Readable): void {
    source.on('data', (chunk: Buffer) => {
      const wanted = chunk.subarray(0, Math.max(0, this.limit - this.received));
      this.received += chunk.length;
      this.truncated ||= wanted.length < chunk.length;
      if (wanted.length > 0 && this.failure === null && !this.file.write(wanted)) {
        source.pause();
        const resume = () => {
          this.file.off('drain', resume).off('error', resume);
          source.resume();
        };
        this.file.on('drain', resume).on('error', resume);
      }
    });
  }

  /** Bytes that came in so far, and bytes that the disk has not taken yet: whether anything still moves. */
  get progress(): { readonly received: number; readonly waiting: number } {
    return { received: this.received, waiting: this.failure === null ? this.file.writableLength : 0 };
  }

  /** The output is complete: put it in its place. @throws HostFileError, with nothing left behind */
  async commit(): Promise<void> {
    try {
      await this.close();
      if (this.failure !== null) {
        throw this.failure;
      }
      await rename(this.part, this.path);
    } catch (error) {
      await rm(this.part, { force: true });
      throw this.describe(error);
    }
  }

  /** Forget the output. */
  async discard(): Promise<void> {
    this.failure ??= new Error('discarded');
    this.file.destroy();
    await this.closed();
    await rm(this.part, { force: true });
  }

  private async close(): Promise<void> {
    this.file.end();
    await this.closed();
  }

  private async closed(): Promise<void> {
    if (!this.file.closed) {
      await new Promise<void>((resolve) => this.file.once('close', () => resolve()));
    }
  }

  private describe(error: unknown): HostFileError {
    return new HostFileError('write', this.path, errnoOf(error), error);
  }
}
