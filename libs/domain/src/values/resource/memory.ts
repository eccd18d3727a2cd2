import type { Json } from '../../json/json.js';
import { below, INVALID, type Invalid, IssueList, type Place } from '../../validation/issue.js';
import type { OpenApiComponents, OpenApiSchema } from '../../validation/open-api.js';
import { integer } from '../../validation/scalars/integer.js';
import { nonEmptyString } from '../../validation/scalars/string.js';
import { Schema } from '../../validation/schema.js';

/** Memory in MB (10^6 bytes): an integer above zero, or digits with an optional unit `M`, `G` or `T` (contract: auth-admin 10.2, MemMB). */
export function memoryMb(): Schema<number> {
  return MEMORY;
}

const MB_PER_UNIT: Readonly<Record<string, number>> = { '': 1, M: 1, G: 1000, T: 1_000_000 };

/** A unit may be repeated (`10MM`), which existing configurations rely on. */
const MEMORY_TEXT = /^([0-9]+)(?:M*|G*|T*)$/;

/** MB that a trimmed text such as `93`, `71M`, `93G` or `71T` stands for; undefined when it is no memory specification. */
export function readMemory(text: string): number | undefined {
  const digits = MEMORY_TEXT.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const megabytes = Number(digits) * MB_PER_UNIT[text.slice(digits.length, digits.length + 1)]!;
  return Number.isSafeInteger(megabytes) ? megabytes : undefined;
}

const NUMBER = integer({ gt: 0, le: Number.MAX_SAFE_INTEGER });
const TEXT = nonEmptyString();

class MemorySchema extends Schema<number> {
  check(input: Json, place: Place | undefined, issues: IssueList): number | Invalid {
    const found = new IssueList();
    const number = NUMBER.check(input, below(place, 'constrained-int'), found);
    if (number !== INVALID && typeof input !== 'string') return number;
    const text = TEXT.check(input, below(place, 'constrained-str'), found);
    if (text === INVALID) return issues.addAll(found);
    const megabytes = readMemory(text);
    if (megabytes !== undefined) return megabytes;
    const examples = 'invalid specification of memory requirements (valid examples: 93, 71M, 93G, 71T).';
    return issues.addRule(`[_parse_mem_value] raw_mem='${text}', ${examples}`, place, input);
  }

  describe(components: OpenApiComponents): OpenApiSchema {
    return { anyOf: [NUMBER.describe(components), TEXT.describe(components)] };
  }
}

const MEMORY = new MemorySchema();
