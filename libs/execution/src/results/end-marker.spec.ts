import { describe, expect, it } from 'vitest';
import { EndMarkerUnreadable, hasAllLines, parseEndMarker, type EndMarker } from './end-marker.js';

const marker: EndMarker = { token: 't', reason: 'completed', lines: 4, bytes: 100, started: 2, finished: 2 };

describe('the end marker', () => {
  it('is read with the blanks that fill its reserved room', () => {
    expect(parseEndMarker('end', JSON.stringify(marker).padEnd(512))).toEqual(marker);
  });

  it.each(['', 'null', '{}', JSON.stringify({ ...marker, reason: 'bored' }), JSON.stringify({ ...marker, lines: '4' })])(
    'that nobody of ours wrote is an error: %s',
    (text) => {
      expect(() => parseEndMarker('end', text)).toThrow(EndMarkerUnreadable);
    },
  );

  it('promises lines that may still be on their way', () => {
    expect(hasAllLines(marker, { offset: 60, lines: 3 })).toBe(false);
    expect(hasAllLines(marker, { offset: 100, lines: 4 })).toBe(true);
  });
});
