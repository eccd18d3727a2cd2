/** Keeps the first or the last bytes of a stream of unknown length, in memory bounded by twice the limit. */
export class BoundedOutput {
  private chunks: Buffer[] = [];
  private kept = 0;
  /** True when bytes were dropped. */
  truncated = false;

  constructor(
    private readonly limit: number,
    private readonly keep: 'beginning' | 'end',
  ) {}

  add(chunk: Buffer): void {
    if (this.keep === 'beginning') {
      this.addToBeginning(chunk);
    } else {
      this.addToEnd(chunk);
    }
  }

  bytes(): Buffer {
    const all = Buffer.concat(this.chunks);
    return this.keep === 'beginning' ? all : all.subarray(Math.max(0, all.length - this.limit));
  }

  private addToBeginning(chunk: Buffer): void {
    const room = this.limit - this.kept;
    if (chunk.length > room) {
      this.truncated = true;
    }
    if (room > 0) {
      this.chunks.push(chunk.subarray(0, room));
      this.kept += Math.min(room, chunk.length);
    }
  }

  private addToEnd(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.kept += chunk.length;
    if (this.kept > this.limit) {
      this.truncated = true;
    }
    if (this.kept > 2 * this.limit) {
      // A copy: a slice would keep the whole concatenation alive.
      const end = Buffer.from(this.bytes());
      this.chunks = [end];
      this.kept = end.length;
    }
  }
}
