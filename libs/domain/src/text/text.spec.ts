import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, decodeLeniently, shortenText } from './clean-text.js';
import { compareCodePoints } from './compare-code-points.js';

/** Any text, also with halves of surrogate pairs. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map((units) => String.fromCharCode(...units));

describe('cleanText', () => {
  it('replaces what PostgreSQL cannot store and nothing else', () => {
    expect(cleanText('a\0b\ud800c\u{1f642}ä')).toBe('a\ufffdb\ufffdc\u{1f642}ä');
  });

  it('gives storable text for any input', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = cleanText(text);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toContain('\0');
        expect(clean).toHaveLength(text.length);
      }),
    );
  });
});

describe('decodeLeniently', () => {
  it('keeps the readable part of a broken log', () => {
    expect(decodeLeniently(Uint8Array.from([0x6f, 0x6b, 0xff, 0x21]))).toBe('ok\ufffd!');
  });
});

describe('shortenText', () => {
  it('leaves a text that fits', () => {
    expect(shortenText('abc', 3)).toBe('abc');
  });

  it('keeps start and end of a longer one and says what is missing', () => {
    const short = shortenText(`start${'x'.repeat(1000)}end`, 60);
    expect(short).toMatch(/^start.*characters left out.*end$/s);
    expect(short.length).toBeLessThanOrEqual(60);
  });
});

describe('compareCodePoints', () => {
  it('orders by code point where UTF-16 units would not', () => {
    expect(['\u{1f642}', '\uffee', 'a', ''].sort(compareCodePoints)).toEqual(['', 'a', '\uffee', '\u{1f642}']);
  });

  it('agrees with the order of the code points of any two well-formed texts', () => {
    const points = (text: string): number[] => [...text].map((character) => character.codePointAt(0)!);
    fc.assert(
      fc.property(anyText, anyText, (anyLeft, anyRight) => {
        const [left, right] = [anyLeft.toWellFormed(), anyRight.toWellFormed()];
        const [a, b] = [points(left), points(right)];
        const index = a.findIndex((point, i) => point !== b[i]);
        const expected = index === -1 ? a.length - b.length : a[index]! - (b[index] ?? -1);
        expect(Math.sign(compareCodePoints(left, right))).toBe(Math.sign(expected));
      }),
    );
  });
});
