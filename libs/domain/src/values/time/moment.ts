/** A moment in UTC: its year, and its time since 1970 as whole milliseconds and the microseconds beyond them. */
export interface Moment {
  readonly year: number;
  readonly milliseconds: number;
  readonly microseconds: number;
}

/** A larger unix time is in milliseconds, a smaller one in seconds. */
const LARGEST_SECONDS = 2e10;

/** The moment of a unix time; undefined when it is beyond the year 9999 or before the year 1. */
export function momentFromUnixTime(value: number): Moment | undefined {
  const unit = Math.abs(value) > LARGEST_SECONDS ? 1 : 1000;
  const whole = Math.floor(value);
  const fractionInMicroseconds = Math.round((value - whole) * unit * 1000);
  const milliseconds = whole * unit + Math.floor(fractionInMicroseconds / 1000);
  const year = new Date(milliseconds).getUTCFullYear();
  return year >= 1 && year <= 9999 ? { year, milliseconds, microseconds: fractionInMicroseconds % 1000 } : undefined;
}

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt _](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:([Zz])|([+\u2212-])(\d\d):?(\d\d))?$/;

/** Reads ISO 8601 date and time; `no offset` when it lacks one, undefined when it is no date and time. Digits beyond microseconds are cut off. */
export function readDateTime(text: string): Moment | 'no offset' | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zulu, sign, offsetHours = '0', offsetMinutes = '0'] = match;
  if (!isDate(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || Number(offsetHours) > 23 || Number(offsetMinutes) > 59) {
    return undefined;
  }
  if (zulu === undefined && sign === undefined) return 'no offset';
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '+' ? 1 : -1);
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute) - offset, Number(second), Math.floor(micros / 1000));
  return { year: date.getUTCFullYear(), milliseconds: date.getTime(), microseconds: micros % 1000 };
}

/** Why a text is no date (in the contract's words); undefined when it is one. */
export function readDate(text: string): string | undefined {
  if (Array.from(text).length < 10) return 'input is too short';
  if (!/^\d{4}/.test(text)) return 'invalid character in year';
  if (text[4] !== '-') return 'invalid date separator, expected `-`';
  if (!/^.{5}\d\d/.test(text)) return 'invalid character in month';
  if (text[7] !== '-') return 'invalid date separator, expected `-`';
  if (!/^.{8}\d\d/.test(text)) return 'invalid character in day';
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  if (month < 1 || month > 12) return 'month value is outside expected range of 1-12';
  if (!isDate(year, month, day)) return 'day value is outside expected range';
  return text.length > 10 ? 'unexpected extra characters at the end of the input' : undefined;
}

/** The moment as ISO text in UTC with six digits after the second. */
export function writeMoment({ milliseconds, microseconds }: Moment): string {
  const toMilliseconds = new Date(milliseconds).toISOString().slice(0, -1);
  return `${toMilliseconds}${String(microseconds).padStart(3, '0')}+00:00`;
}

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
