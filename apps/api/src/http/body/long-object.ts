import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseJson, type Json, type JsonObject } from '@fractal-server/domain';

/** Characters that are looked at before other work may run: about a millisecond. */
const CHARACTERS_PER_TURN = 256 * 1024;

/**
 * A JSON object whose size lies in one of its lists, kept as text: the list's items are parsed when they are asked for. Such a body is
 * neither parsed nor held in memory as a whole.
 */
export class LongObject {
  private constructor(
    private readonly text: string,
    /** The members other than the list. */
    readonly fields: JsonObject,
    /** Where item i starts and ends in the text: numbers 2i and 2i + 1. */
    private readonly bounds: readonly number[],
  ) {}

  /**
   * Finds the items of the list without parsing them.
   *
   * @param listName the member that holds the list
   * @returns null when the text is not such an object (or not JSON at all): whoever parses it as a whole gets to know what it is
   */
  static async split(text: string, listName: string): Promise<LongObject | null> {
    const scanner = new Scanner(text);
    if (!scanner.take('{')) return null;
    const rest: string[] = [];
    let bounds: number[] | null = null;
    do {
      const key = scanner.takeString();
      if (key === null || !scanner.take(':')) return null;
      if (parseText(key) === listName) {
        if (bounds !== null) return null;
        bounds = await scanner.takeItems();
        if (bounds === null) return null;
      } else {
        const value = scanner.takeValue();
        if (value === null) return null;
        rest.push(`${key}:${value}`);
      }
    } while (scanner.take(','));
    if (bounds === null || !scanner.take('}') || !scanner.isAtEnd()) return null;
    const fields = parseText(`{${rest.join(',')}}`);
    return fields instanceof Map ? new LongObject(text, fields, bounds) : null;
  }

  get itemCount(): number {
    return this.bounds.length / 2;
  }

  /** @throws JsonSyntaxError when the item is no JSON */
  item(index: number): Json {
    return parseJson(this.text.slice(this.bounds[2 * index], this.bounds[2 * index + 1]));
  }

  /** The body as a whole, for finding out where it is broken. @throws JsonSyntaxError, with the place in the whole text */
  parse(): Json {
    return parseJson(this.text);
  }
}

/** The value, or undefined when the text is no JSON. */
function parseText(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Walks over values by their brackets and quotes alone. */
class Scanner {
  private position = 0;

  constructor(private readonly text: string) {}

  /** Goes past a punctuation mark if it comes next. */
  take(mark: string): boolean {
    this.skipBlanks();
    if (this.text[this.position] !== mark) return false;
    this.position += 1;
    return true;
  }

  isAtEnd(): boolean {
    this.skipBlanks();
    return this.position === this.text.length;
  }

  /** The text of a string, with its quotes; null when none comes next. */
  takeString(): string | null {
    this.skipBlanks();
    return this.text[this.position] === '"' ? this.takeValue() : null;
  }

  /** The text of a value; null when none comes next. */
  takeValue(): string | null {
    this.skipBlanks();
    const start = this.position;
    return this.skipValue() ? this.text.slice(start, this.position) : null;
  }

  /** Start and end of every item of a list; null when no list comes next. */
  async takeItems(): Promise<number[] | null> {
    if (!this.take('[')) return null;
    const bounds: number[] = [];
    if (this.take(']')) return bounds;
    let pause = this.position + CHARACTERS_PER_TURN;
    do {
      this.skipBlanks();
      const start = this.position;
      if (!this.skipValue()) return null;
      bounds.push(start, this.position);
      if (this.position < pause) continue;
      await nextTurn();
      pause = this.position + CHARACTERS_PER_TURN;
    } while (this.take(','));
    return this.take(']') ? bounds : null;
  }

  private skipBlanks(): void {
    while (' \t\n\r'.includes(this.text[this.position] ?? '.')) this.position += 1;
  }

  /** Goes past a string, an object, a list or a bare word. */
  private skipValue(): boolean {
    const start = this.position;
    let depth = 0;
    do {
      SIGNIFICANT.lastIndex = this.position;
      const mark = SIGNIFICANT.exec(this.text);
      if (mark === null) {
        this.position = this.text.length;
        break;
      }
      const at = mark.index;
      if (depth === 0 && at > start) {
        this.position = at;
        break;
      }
      switch (mark[0]) {
        case '"':
          if (!this.skipString(at)) return false;
          continue;
        case '{':
        case '[':
          depth += 1;
          break;
        case '}':
        case ']':
          depth -= 1;
          break;
        default:
          if (depth === 0) return false;
      }
      this.position = at + 1;
    } while (depth > 0);
    // A bare word ends before the blanks that follow it.
    return depth === 0 && this.text.slice(start, this.position).trim() !== '';
  }

  private skipString(start: number): boolean {
    let end = this.text.indexOf('"', start + 1);
    while (end !== -1 && this.isEscaped(end)) end = this.text.indexOf('"', end + 1);
    this.position = end + 1;
    return end !== -1;
  }

  private isEscaped(position: number): boolean {
    let before = position - 1;
    while (this.text[before] === '\\') before -= 1;
    return (position - before) % 2 === 0;
  }
}

/** What structure is made of, and what may follow a bare word. */
const SIGNIFICANT = /["{}[\],:]/g;
