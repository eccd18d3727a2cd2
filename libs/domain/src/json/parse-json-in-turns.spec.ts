import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonSyntaxError } from './json-error.js';
import { parseJson } from './parse-json.js';
import { parseJsonInTurns } from './parse-json-in-turns.js';

const noPause = async (): Promise<void> => {};

/** The value, or the message and place of the error. */
async function outcomeOf(parse: () => unknown): Promise<unknown> {
  try {
    return await parse();
  } catch (error) {
    return error instanceof JsonSyntaxError ? [error.message, error.offset] : String(error);
  }
}

describe('parseJsonInTurns', () => {
  it('reads every text as parseJson does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), async (text) => {
        expect(await parseJsonInTurns(text, noPause)).toEqual(parseJson(text));
      }),
    );
  });

  it('refuses broken texts with the same message at the same place', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json({ maxDepth: 4 }),
        fc.nat(200),
        fc.constantFrom('', ',', ']', '}', '"', 'x', ' '),
        async (text, at, noise) => {
          const broken = text.slice(0, at) + noise + text.slice(at + 1);
          expect(await outcomeOf(() => parseJsonInTurns(broken, noPause))).toEqual(await outcomeOf(() => parseJson(broken)));
        },
      ),
    );
  });

  it('lets other work run in between', async () => {
    const text = JSON.stringify({ images: Array.from({ length: 20_000 }, (_, index) => ({ zarr_url: `/data/image-${index}.zarr` })) });
    let pauses = 0;
    await parseJsonInTurns(text, async () => {
      pauses += 1;
    });
    expect(pauses).toBeGreaterThan(4);
  });
});
