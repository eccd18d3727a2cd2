import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from './pieces-of.js';

async function* inChunks(chunks: readonly Uint8Array[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

describe('piecesOf', () => {
  it('keeps all bytes in order, in pieces of one size but for the last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 20 })), fc.integer({ min: 1, max: 10 }), async (chunks, size) => {
        const pieces: Buffer[] = [];
        for await (const piece of piecesOf(inChunks(chunks), size)) pieces.push(piece);
        expect(Buffer.concat(pieces)).toEqual(Buffer.concat(chunks));
        expect(pieces.slice(0, -1).every((piece) => piece.length === size)).toBe(true);
        expect(pieces.at(-1)?.length ?? size).toBeGreaterThan(0);
        expect(pieces.at(-1)?.length ?? size).toBeLessThanOrEqual(size);
      }),
    );
  });
});
