import { Transform, type TransformCallback } from 'node:stream';

/** What the start-up files of a login shell may print; more is no greeting. */
const MOST_NOISE_BYTES = 256 * 1024;

/** Lets through what comes after the line with the marker. */
export class AfterMarker extends Transform {
  /** Everything until the marker was seen. */
  private before = Buffer.alloc(0);
  private readonly line: Buffer;
  /** True when the marker came: the shell ran what it was given. */
  seen = false;
  /** Bytes that were let through. */
  passed = 0;

  constructor(marker: string) {
    super();
    this.line = Buffer.from(`${marker}\n`);
  }

  /** What came before the marker, for messages. */
  get noise(): string {
    return this.before.toString('utf8');
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.seen) {
      this.passed += chunk.length;
      done(null, chunk);
      return;
    }
    this.before = Buffer.concat([this.before, chunk]);
    const at = this.before.indexOf(this.line);
    if (at === -1) {
      this.before = this.before.subarray(0, MOST_NOISE_BYTES);
      done();
      return;
    }
    const rest = this.before.subarray(at + this.line.length);
    this.before = this.before.subarray(0, at);
    this.seen = true;
    this.passed = rest.length;
    done(null, rest.length === 0 ? undefined : rest);
  }
}
