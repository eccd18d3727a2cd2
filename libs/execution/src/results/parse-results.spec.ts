import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseResults } from './parse-results.js';

/** A line as the runner writes it. */
function line(record: object): Buffer {
  const json = Buffer.from(JSON.stringify(record));
  return Buffer.concat([Buffer.from(`\n${json.length} ${crc32(json).toString(16).padStart(8, '0')} `), json]);
}

const whole = (...records: object[]) => Buffer.concat(records.map(line));

describe('parseResults', () => {
  it('reads starts and results', () => {
    const bytes = whole({ started: 4 }, { unit: 4, exit: 0, out: '{}' });
    const { started, results, lines, consumed } = parseResults(bytes);
    expect({ started, lines, consumed }).toEqual({ started: [4], lines: 2, consumed: bytes.length });
    expect(results).toEqual([
      {
        unit: 4,
        exitCode: 0,
        signal: null,
        startError: null,
        stopped: false,
        diskFull: false,
        wallSeconds: 0,
        cpuSeconds: 0,
        peakMemoryKiB: 0,
        hasWarnings: false,
        output: { kind: 'inline', text: '{}' },
        logBytes: 0,
        logTail: null,
      },
    ]);
  });

  it('finds nothing in nothing', () => {
    expect(parseResults(new Uint8Array())).toEqual({ started: [], results: [], lines: 0, consumed: 0 });
  });

  it('leaves an unfinished last line for the next look', () => {
    const bytes = whole({ started: 1 }, { unit: 1, exit: 0 });
    const begin = line({ started: 1 }).length;
    for (let end = begin; end < bytes.length; end += 1) {
      expect(parseResults(bytes.subarray(0, end))).toMatchObject({ lines: 1, results: [], consumed: begin });
    }
  });

  it('skips a torn line that was written anew', () => {
    const torn = line({ unit: 1, exit: 0 }).subarray(0, 12);
    const { results, lines } = parseResults(Buffer.concat([line({ started: 1 }), torn, line({ unit: 1, exit: 0 })]));
    expect({ units: results.map(({ unit }) => unit), lines }).toEqual({ units: [1], lines: 2 });
  });

  it('skips a line whose bytes have changed', () => {
    const changed = line({ unit: 1, exit: 0 });
    changed[changed.length - 2] = 0x31;
    expect(parseResults(Buffer.concat([changed, line({ started: 2 })]))).toMatchObject({ started: [2], results: [], lines: 1 });
  });

  it('gives the same whatever the pieces in which the file appears', () => {
    const record = fc.oneof(
      fc.record({ started: fc.nat() }),
      fc.record({ unit: fc.nat(), exit: fc.integer({ min: 0, max: 255 }), tail: fc.string({ unit: 'grapheme' }) }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(record, fc.nat({ max: 40 })), { maxLength: 20 }), fc.array(fc.nat({ max: 80 })), (records, steps) => {
        // Each line may be preceded by a torn beginning of itself.
        const bytes = Buffer.concat(records.flatMap(([value, torn]) => [line(value).subarray(0, torn % line(value).length), line(value)]));
        const expected = records.map(([value]) => value);
        const seen: object[] = [];
        let offset = 0;
        let lines = 0;
        const ends = steps.reduce<number[]>((all, step) => [...all, Math.min(bytes.length, (all.at(-1) ?? 0) + step)], []);
        for (const end of [...ends, bytes.length]) {
          const news = parseResults(bytes.subarray(offset, Math.max(end, offset)));
          offset += news.consumed;
          lines += news.lines;
          seen.push(...news.started.map((started) => ({ started })), ...news.results.map(({ unit }) => ({ unit })));
        }
        expect(lines).toBe(expected.length);
        expect(seen.length).toBe(expected.length);
      }),
    );
  });
});
