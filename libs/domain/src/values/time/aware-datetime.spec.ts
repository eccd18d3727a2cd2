import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awareDateTime, type Json, JsonFloat } from '../../index.js';

function judge(input: Json): string {
  const outcome = awareDateTime().validate(input, []);
  if (outcome.ok) return outcome.value;
  return outcome.issues.map(({ type, msg }) => `${type}: ${msg.replace(/^Input should be a valid datetime(?: or date)?,? ?/, '')}`).join();
}

describe('a moment', () => {
  it.each<[Json, string]>([
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00.000000+00:00'],
    ['2024-01-01t00:00:00.123z', '2024-01-01T00:00:00.123000+00:00'],
    ['2024-01-01_00:00:00.1234567Z', '2024-01-01T00:00:00.123456+00:00'],
    ['2024-01-01 00:00Z', '2024-01-01T00:00:00.000000+00:00'],
    ['2024-01-01T00:00:00,5Z', '2024-01-01T00:00:00.500000+00:00'],
    ['2024-01-01T00:00:00+0130', '2023-12-31T22:30:00.000000+00:00'],
    ['2024-02-29T01:02:03.000004-23:59', '2024-03-01T01:01:03.000004+00:00'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000000+00:00'],
    ['1700000000.5', '2023-11-14T22:13:20.500000+00:00'],
    ['-1', '1969-12-31T23:59:59.000000+00:00'],
    [1700000000, '2023-11-14T22:13:20.000000+00:00'],
    [20_000_000_001, '1970-08-20T11:33:20.001000+00:00'],
    [1700000000.25, '2023-11-14T22:13:20.250000+00:00'],
    [-1.25, '1969-12-31T23:59:58.750000+00:00'],
    [new JsonFloat(0), '1970-01-01T00:00:00.000000+00:00'],
  ])('%j is %s', (input, text) => {
    expect(judge(input)).toBe(text);
  });

  it.each<[Json, string]>([
    ['2024-01-01T00:00:00', 'timezone_aware: Input should have timezone info'],
    ['2024-01-01', 'timezone_aware: Input should have timezone info'],
    ['x', 'datetime_from_date_parsing: input is too short'],
    ['', 'datetime_from_date_parsing: input is too short'],
    ['2024-13-01T00:00:00Z', 'datetime_from_date_parsing: month value is outside expected range of 1-12'],
    ['2024-02-30T00:00:00Z', 'datetime_from_date_parsing: day value is outside expected range'],
    ['2024/01/01', 'datetime_from_date_parsing: invalid date separator, expected `-`'],
    ['aaaa-01-01', 'datetime_from_date_parsing: invalid character in year'],
    ['2024-aa-01', 'datetime_from_date_parsing: invalid character in month'],
    ['2024-01-aa', 'datetime_from_date_parsing: invalid character in day'],
    ['2024-01-01T24:00:00Z', 'datetime_from_date_parsing: unexpected extra characters at the end of the input'],
    ['2024-01-01T00:00:00+24:00', 'datetime_from_date_parsing: unexpected extra characters at the end of the input'],
    [null, 'datetime_type: '],
    [true, 'datetime_type: '],
    [[], 'datetime_type: '],
    ['0001-01-01T00:00:00+00:01', 'datetime_parsing: only the years 1 to 9999 are supported'],
    [1e300, 'datetime_parsing: only the years 1 to 9999 are supported'],
    [-1e15, 'datetime_parsing: only the years 1 to 9999 are supported'],
  ])('%j is none: %s', (input, problem) => {
    expect(judge(input)).toBe(problem);
  });

  it('is the same moment that JavaScript reads, whatever the offset', () => {
    const offset = fc.integer({ min: -23 * 60, max: 23 * 60 });
    fc.assert(
      fc.property(fc.date({ min: new Date('0002-01-01'), max: new Date('9998-01-01'), noInvalidDate: true }), offset, (date, minutes) => {
        const hours = String(Math.trunc(Math.abs(minutes) / 60)).padStart(2, '0');
        const rest = String(Math.abs(minutes) % 60).padStart(2, '0');
        const text = date.toISOString().replace('Z', `${minutes < 0 ? '-' : '+'}${hours}:${rest}`);
        expect(new Date(judge(text)).getTime()).toBe(new Date(text).getTime());
      }),
    );
  });
});
