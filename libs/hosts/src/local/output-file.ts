import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { HostFileError } from '../errors.js';
import { errnoOf } from './within-limits.js';

/**
 * Output of a command on its way to a file of the server: written to `<path>.<random>.part` as fast as the disk takes it, and put in its
 * place when the command has ended by itself. Where the disk refuses, the rest is read and dropped: the command never stands still for it.
 */
export class OutputFile {
  /** Takes the output. It never fails; `commit` tells. */
  readonly stream: Writable;
  private received = 0;
  private failure: Error | null = null;

  private constructor(
    private readonly path: string,
    private readonly part: string,
    private readonly file: FileHandle,
    private readonly limit: number,
  ) {
    this.stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        void this.add(chunk, done);
      },
    });
  }

  /** @param limit bytes kept of the output's beginning @throws HostFileError when no file can be made there */
  static async open(path: string, limit: number): Promise<OutputFile> {
    const part = `${path}.${randomBytes(6).toString('hex')}.part`;
    try {
      return new OutputFile(path, part, await open(part, 'wx'), limit);
    } catch (error) {
      throw new HostFileError('write', path, errnoOf(error), error);
    }
  }

  /** Bytes that came in and those that the disk has not taken yet: whether anything still moves. */
  get progress(): { readonly received: number; readonly waiting: number } {
    return { received: this.received, waiting: this.stream.writableLength };
  }

  /** True when bytes beyond the limit were dropped. */
  get truncated(): boolean {
    return this.received > this.limit;
  }

  /** The output is complete: put it in its place. @throws HostFileError, with nothing left behind */
  async commit(): Promise<void> {
    try {
      await new Promise<void>((resolve) => this.stream.end(() => resolve()));
      await this.file.close();
      if (this.failure !== null) {
        throw this.failure;
      }
      await rename(this.part, this.path);
    } catch (error) {
      await this.discard();
      throw new HostFileError('write', this.path, errnoOf(error), error);
    }
  }

  /** Forget the output. */
  async discard(): Promise<void> {
    this.failure ??= new Error('discarded');
    this.stream.destroy();
    await this.file.close();
    await rm(this.part, { force: true });
  }

  private async add(chunk: Buffer, done: () => void): Promise<void> {
    const wanted = chunk.subarray(0, Math.max(0, this.limit - this.received));
    this.received += chunk.length;
    try {
      if (wanted.length > 0 && this.failure === null) {
        await this.file.appendFile(wanted);
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    }
    done();
  }
}
