import { trimmedDict } from '../../validation/containers/dict.js';
import type { Schema } from '../../validation/schema.js';
import { nonEmptyString } from '../../validation/scalars/string.js';

/** An object of texts: keys and values trimmed and not empty (contract: auth-admin 2.7, DictStrStr). */
export function stringDict(): Schema<Map<string, string>> {
  return STRING_DICT;
}

const STRING_DICT = trimmedDict(nonEmptyString());
