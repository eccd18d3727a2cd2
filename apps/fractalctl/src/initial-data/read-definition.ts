import { parseJson, stringifyJson, type Json, type JsonInput, type Outcome } from '@fractal-server/domain';
import { readFileSync } from 'node:fs';
import { DefinitionError } from './definition-error.js';

/** What judges a definition. */
interface Rules<T> {
  validate(input: Json, location: readonly string[]): Outcome<T>;
}

/**
 * A validated definition with all defaults.
 * @param what names it in errors
 * @throws DefinitionError
 */
export function readDefinition<T>(what: string, rules: Rules<T>, definition: JsonInput): T {
  const outcome = rules.validate(parseJson(stringifyJson(definition)), []);
  if (outcome.ok) return outcome.value;
  throw new DefinitionError(what, outcome.issues);
}

/** The content of a JSON file, as it stands there. */
export function readJsonFile(path: string): Json {
  return parseJson(readFileSync(path, 'utf8'));
}
