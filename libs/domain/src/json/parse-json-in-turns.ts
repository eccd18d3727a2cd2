import type { Json, JsonObject } from './json.js';
import { CLOSE_BRACE, CLOSE_BRACKET, JsonParser, OPEN_BRACE, OPEN_BRACKET } from './parse-json.js';

/**
 * Parses JSON text as `parseJson` does, but in pieces of about a millisecond: a large text does not keep everything else waiting.
 *
 * @param pause awaited between the pieces, such as the next turn of the event loop
 */
export async function parseJsonInTurns(text: string, pause: () => Promise<unknown>): Promise<Json> {
  return new JsonParserInTurns(text, pause).parseInTurns();
}

/** Characters of a piece. */
const PIECE = 128 * 1024;

/** Below so many levels a value is parsed at once: deep inside a large text the values are small. */
const LEVELS_IN_TURNS = 3;

class JsonParserInTurns extends JsonParser {
  private pauseAt = PIECE;

  constructor(
    text: string,
    private readonly pause: () => Promise<unknown>,
  ) {
    super(text);
  }

  async parseInTurns(): Promise<Json> {
    this.begin();
    const value = await this.parsePart(LEVELS_IN_TURNS);
    this.finish();
    return value;
  }

  private async parsePart(levels: number): Promise<Json> {
    if (this.position >= this.pauseAt) {
      this.pauseAt = this.position + PIECE;
      await this.pause();
    }
    const code = levels === 0 ? undefined : this.text.charCodeAt(this.position);
    if (code === OPEN_BRACKET) return this.parseArrayInTurns(levels - 1);
    return code === OPEN_BRACE ? this.parseObjectInTurns(levels - 1) : this.parseValue();
  }

  private async parseArrayInTurns(levels: number): Promise<Json[]> {
    this.enter();
    const items: Json[] = [];
    if (this.text.charCodeAt(this.position) !== CLOSE_BRACKET) {
      do items.push(await this.parsePart(levels));
      while (this.takeComma(CLOSE_BRACKET));
    }
    this.leave();
    return items;
  }

  private async parseObjectInTurns(levels: number): Promise<JsonObject> {
    this.enter();
    const object: JsonObject = new Map();
    if (this.text.charCodeAt(this.position) !== CLOSE_BRACE) {
      do {
        const name = this.parseName();
        object.set(name, await this.parsePart(levels));
      } while (this.takeComma(CLOSE_BRACE));
    }
    this.leave();
    return object;
  }
}
