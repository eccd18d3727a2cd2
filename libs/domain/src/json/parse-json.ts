import { type Json, JsonFloat, type JsonObject } from './json.js';
import { JsonSyntaxError, UnreadableJsonError } from './json-error.js';

/** How many arrays and objects may lie inside each other. Python's parser gives up near 1,000; PostgreSQL's `json` allows more. */
export const MAX_JSON_DEPTH = 900;

/**
 * Parses JSON text without loss: see `Json` for the numbers; the last of several equal keys wins and keeps the place of the first.
 *
 * `\u0000` and lone surrogates are JSON and are kept; `findUnstorableText` finds them for those who must refuse them. `NaN`, `Infinity`
 * and numbers beyond the range of a double are refused.
 *
 * @throws JsonSyntaxError with the message and offset of Python's parser
 * @throws UnreadableJsonError when nested deeper than `MAX_JSON_DEPTH`
 */
export function parseJson(text: string): Json {
  return new JsonParser(text).parse();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;

/** Any integer of so many digits is safe. */
const SAFE_DIGITS = 15;

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Keys repeat a lot (100,000 images of five keys each): equal ones share one string, which also saves hashing them again. */
const KEY_CACHE_SIZE = 256;
const LONGEST_CACHED_KEY = 32;

/** One pass over the text by index. A hand-written scanner, because the built-in parser loses numbers, key order and `__proto__`. */
export class JsonParser {
  protected position = 0;
  private depth = 0;
  private readonly keys: (string | undefined)[] = new Array<string | undefined>(KEY_CACHE_SIZE);

  constructor(protected readonly text: string) {}

  parse(): Json {
    this.begin();
    const value = this.parseValue();
    this.finish();
    return value;
  }

  protected begin(): void {
    if (this.text.charCodeAt(0) === 0xfeff) this.fail('Unexpected UTF-8 BOM (decode using utf-8-sig)', 0);
    this.skipBlanks();
  }

  protected finish(): void {
    this.skipBlanks();
    if (this.position < this.text.length) this.fail('Extra data', this.position);
  }

  protected fail(message: string, index: number): never {
    throw new JsonSyntaxError(message, countCharacters(this.text, index));
  }

  protected skipBlanks(): void {
    const { text } = this;
    let code = text.charCodeAt(this.position);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++this.position);
  }

  protected parseValue(): Json {
    const code = this.text.charCodeAt(this.position);
    switch (code) {
      case QUOTE:
        return this.parseString();
      case OPEN_BRACE:
        return this.parseObject();
      case OPEN_BRACKET:
        return this.parseArray();
      default:
        return code === MINUS || (code >= ZERO && code <= NINE) ? this.parseNumber() : this.parseWord();
    }
  }

  private parseWord(): Json {
    const { text, position } = this;
    if (text.startsWith('true', position)) {
      this.position += 4;
      return true;
    }
    if (text.startsWith('false', position)) {
      this.position += 5;
      return false;
    }
    if (text.startsWith('null', position)) {
      this.position += 4;
      return null;
    }
    return this.fail('Expecting value', position);
  }

  protected enter(): void {
    if (++this.depth > MAX_JSON_DEPTH) throw new UnreadableJsonError(`JSON is nested more than ${MAX_JSON_DEPTH} levels deep`);
    this.position++;
    this.skipBlanks();
  }

  private parseArray(): Json[] {
    const { text } = this;
    this.enter();
    const items: Json[] = [];
    if (text.charCodeAt(this.position) !== CLOSE_BRACKET) {
      do items.push(this.parseValue());
      while (this.takeComma(CLOSE_BRACKET));
    }
    this.leave();
    return items;
  }

  private parseObject(): JsonObject {
    const { text } = this;
    this.enter();
    const object: JsonObject = new Map();
    if (text.charCodeAt(this.position) !== CLOSE_BRACE) {
      do {
        const key = this.parseName();
        object.set(key, this.parseValue());
      } while (this.takeComma(CLOSE_BRACE));
    }
    this.leave();
    return object;
  }

  /** Goes past the closing bracket. */
  protected leave(): void {
    this.position++;
    this.depth--;
  }

  /** After a member: goes past a comma, or stays at the closing bracket and returns false. */
  protected takeComma(close: number): boolean {
    this.skipBlanks();
    const code = this.text.charCodeAt(this.position);
    if (code === close) return false;
    if (code !== COMMA) this.fail("Expecting ',' delimiter", this.position);
    this.position++;
    this.skipBlanks();
    return true;
  }

  /** A key and its colon. */
  protected parseName(): string {
    const { text } = this;
    if (text.charCodeAt(this.position) !== QUOTE) this.fail('Expecting property name enclosed in double quotes', this.position);
    const key = this.parseKey();
    this.skipBlanks();
    if (text.charCodeAt(this.position) !== COLON) this.fail("Expecting ':' delimiter", this.position);
    this.position++;
    this.skipBlanks();
    return key;
  }

  private parseKey(): string {
    const { text } = this;
    const start = this.position + 1;
    const end = text.indexOf('"', start);
    const length = end - start;
    if (length < 1 || length > LONGEST_CACHED_KEY) return this.parseString();
    const slot = (text.charCodeAt(start) * 31 + text.charCodeAt(end - 1) * 7 + length) % KEY_CACHE_SIZE;
    const cached = this.keys[slot];
    if (cached !== undefined && cached.length === length && text.startsWith(cached, start)) {
      this.position = end + 1;
      return cached;
    }
    const key = this.parseString();
    // A key with an escape is longer in the text than in memory; only keys that equal their text may be found by it.
    if (key.length === length && this.position === end + 1) this.keys[slot] = key;
    return key;
  }

  private parseString(): string {
    const { text } = this;
    const start = this.position + 1;
    for (let index = start; ; index++) {
      const code = text.charCodeAt(index);
      if (code === QUOTE) {
        this.position = index + 1;
        return text.slice(start, index);
      }
      if (code === BACKSLASH) return this.parseEscapedString(start, index);
      if (!(code >= 0x20)) this.failInString(start, index);
    }
  }

  /** The rest of a string from its first backslash on. */
  private parseEscapedString(start: number, firstBackslash: number): string {
    const { text } = this;
    let result = text.slice(start, firstBackslash);
    let from = firstBackslash;
    for (let index = firstBackslash; ;) {
      const code = text.charCodeAt(index);
      if (code === QUOTE) {
        this.position = index + 1;
        return result + text.slice(from, index);
      }
      if (code === BACKSLASH) {
        result += text.slice(from, index);
        if (index + 1 >= text.length) this.failInString(start, text.length);
        const letter = text.charAt(index + 1);
        if (letter === 'u') {
          result += String.fromCharCode(this.parseHex(index + 2));
          index += 6;
        } else {
          const character = ESCAPED.get(letter);
          if (character === undefined) this.fail('Invalid \\escape', index);
          result += character;
          index += 2;
        }
        from = index;
      } else {
        if (!(code >= 0x20)) this.failInString(start, index);
        index++;
      }
    }
  }

  /** The four digits from `index` on, which follow `\u`. Python points at the letter. */
  private parseHex(index: number): number {
    const digits = this.text.slice(index, index + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail('Invalid \\uXXXX escape', index - 1);
    return Number.parseInt(digits, 16);
  }

  /** `index` is at a control character, or past the end of the text. */
  private failInString(start: number, index: number): never {
    if (index >= this.text.length) this.fail('Unterminated string starting at', start - 1);
    return this.fail('Invalid control character at', index);
  }

  private parseNumber(): number | bigint | JsonFloat {
    const { text } = this;
    const start = this.position;
    const isNegative = text.charCodeAt(start) === MINUS;
    const firstDigit = isNegative ? start + 1 : start;
    let index = firstDigit;
    let magnitude = 0;
    let code = text.charCodeAt(index);
    while (code >= ZERO && code <= NINE) {
      magnitude = magnitude * 10 + (code - ZERO);
      code = text.charCodeAt(++index);
      if (magnitude === 0) break;
    }
    if (index === firstDigit) this.fail('Expecting value', start);
    const end = this.endOfFloat(index);
    this.position = end;
    if (end > index) return this.readFloat(start, end);
    if (index - firstDigit <= SAFE_DIGITS) return isNegative && magnitude !== 0 ? -magnitude : magnitude;
    const integer = BigInt(text.slice(start, index));
    const asNumber = Number(integer);
    return Number.isSafeInteger(asNumber) ? asNumber : integer;
  }

  /** The end of a fraction and an exponent that start at `index`; `index` itself when there is neither. */
  private endOfFloat(index: number): number {
    let end = index;
    let code = this.text.charCodeAt(end);
    if (code === DOT) {
      const afterFraction = this.skipDigits(end + 1);
      if (afterFraction === end + 1) return end;
      end = afterFraction;
      code = this.text.charCodeAt(end);
    }
    if (code === 0x65 || code === 0x45) {
      const sign = this.text.charCodeAt(end + 1);
      const firstDigit = sign === PLUS || sign === MINUS ? end + 2 : end + 1;
      const afterExponent = this.skipDigits(firstDigit);
      if (afterExponent > firstDigit) end = afterExponent;
    }
    return end;
  }

  private skipDigits(from: number): number {
    let index = from;
    for (let code = this.text.charCodeAt(index); code >= ZERO && code <= NINE; code = this.text.charCodeAt(++index));
    return index;
  }

  private readFloat(start: number, end: number): number | JsonFloat {
    const value = Number(this.text.slice(start, end));
    if (!Number.isFinite(value)) this.fail('Number out of range', start);
    return Number.isInteger(value) ? new JsonFloat(value) : value;
  }
}

/** Python counts characters, JavaScript UTF-16 units. */
function countCharacters(text: string, end: number): number {
  let characters = 0;
  for (let index = 0; index < end; characters++) index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  return characters;
}
