import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import { HttpError } from '../errors/http-error.js';
import type { FileRules, Form, FormFile } from './form-body.js';
import { bodyTooLarge } from './read-bytes.js';

/** Text fields carry names, passwords and short JSON. In bytes. */
export const MAX_FIELD_BYTES = 1024 * 1024;
const MAX_PARTS = 1000;
/** What a form may hold beside its files, for telling early that a body is too large. In bytes. */
const FORM_OVERHEAD_BYTES = 16 * MAX_FIELD_BYTES;

/** Reads one multipart body. */
export class MultipartReader {
  private readonly fields = new Map<string, string>();
  private readonly files = new Map<string, FormFile>();
  private readonly parser: InstanceType<typeof Busboy>;
  private readonly contents: Readable[] = [];
  private readonly receiving: Promise<void>[] = [];
  private fileBytes = 0;

  constructor(
    private readonly request: IncomingMessage,
    boundary: string,
    private readonly rules: FileRules,
  ) {
    this.parser = new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      limits: { fieldSize: MAX_FIELD_BYTES, parts: MAX_PARTS },
      preservePath: true,
    });
  }

  async read(): Promise<Form> {
    const { maxFileBytes } = this.rules;
    if (Number(this.request.headers['content-length'] ?? 0) > maxFileBytes + FORM_OVERHEAD_BYTES) throw bodyTooLarge(maxFileBytes);
    try {
      await this.parse();
      await Promise.all(this.receiving);
      return { fields: this.fields, files: this.files };
    } catch (error) {
      this.request.unpipe(this.parser);
      for (const content of this.contents) content.destroy();
      await Promise.allSettled(this.receiving);
      throw error;
    }
  }

  /** Resolves when every part was seen. What cannot be read as a part is left out, as the contract's parser does. */
  private async parse(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.parser.on('field', (name, value, _nameTruncated, isTruncated) => {
        if (isTruncated) reject(bodyTooLarge(MAX_FIELD_BYTES));
        this.fields.set(name, value);
      });
      this.parser.on('file', (name, content: Readable, filename) => {
        this.contents.push(content);
        // A file that breaks off is told so once, perhaps before anybody reads it, and would then look like a whole one.
        content.on('error', (error) => content.destroy(error));
        const received = this.receive(name, filename, content);
        received.catch(reject);
        this.receiving.push(received);
      });
      this.parser.on('partsLimit', () => reject(bodyTooLarge(MAX_PARTS)));
      this.parser.on('error', () => resolve());
      this.parser.on('finish', () => resolve());
      this.request.on('aborted', () => {
        for (const content of this.contents) content.destroy();
        resolve();
      });
      this.request.pipe(this.parser);
    });
  }

  private async receive(name: string, filename: string, content: Readable): Promise<void> {
    const bytes = this.bytesOf(content);
    if (this.rules.store !== undefined) {
      this.files.set(name, { filename, storedAs: await this.rules.store(filename, bytes) });
      return;
    }
    for await (const _chunk of bytes);
    this.files.set(name, { filename, storedAs: null });
  }

  private async *bytesOf(content: Readable): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) {
        this.fileBytes += chunk.length;
        if (this.fileBytes > this.rules.maxFileBytes) throw bodyTooLarge(this.rules.maxFileBytes);
        yield chunk;
      }
    } catch (error) {
      if (error instanceof HttpError) throw error;
      throw new HttpError(400, 'There was an error parsing the body');
    }
  }
}
