import { describe, expect, it } from 'vitest';
import { AttemptUnreadable, readContents } from './attempt-contents.js';

describe('the names in an attempt folder', () => {
  it('tell how far the attempt is', () => {
    const names = ['bundle.2048', 'claim', 'end', 'heartbeat', 'results.0.10', 'results.1.20', 'results.part', 'watermark.7'];
    expect(readContents('/a', names)).toEqual({
      claim: 'file',
      partBytes: new Map([
        [0, 10],
        [1, 20],
      ]),
      hasOpenPart: true,
      startedBelow: 7,
      hasEnd: true,
      bundleBytes: 2048,
    });
    expect(readContents('/a', ['claim/'])).toMatchObject({ claim: 'folder', startedBelow: 0, bundleBytes: null });
    expect(readContents('/a', [])).toMatchObject({ claim: 'absent' });
  });

  it('count with the higher watermark while the runner raises it', () => {
    expect(readContents('/a', ['watermark.8', 'watermark.16'])).toMatchObject({ startedBelow: 16 });
  });

  it('mean nothing where the runner writes no such name', () => {
    const names = ['results.0', 'results.x.1', 'results.-1.3', 'bundle', 'bundle.1.2', 'bundle.part', 'watermark.', 'claim.txt', 'end/'];
    expect(readContents('/a', names)).toMatchObject({
      claim: 'absent',
      partBytes: new Map(),
      startedBelow: 0,
      hasEnd: false,
      bundleBytes: null,
    });
  });

  it.each([[['results.0.10', 'results.0.11']], [['results.0.999999999999']], [['bundle.1', 'bundle.2']]])(
    'that contradict each other or promise too much are an error: %j',
    (names) => {
      expect(() => readContents('/a', names)).toThrow(AttemptUnreadable);
    },
  );
});
