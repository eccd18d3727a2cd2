import { pythonSetRepr } from '../../python/repr.js';
import type { Schema } from '../../validation/schema.js';
import { nonEmptyString } from '../../validation/scalars/string.js';

const FORBIDDEN_CHARACTERS = ['`', '#', '$', '&', '*', '(', ')', '\\', '|', '[', ']', '{', '}', ';', '<', '>', '?', '!'];

/** What is wrong with a text that becomes part of a command line, or undefined (contract: auth-admin 2.7, SafeCommand). */
export function commandFault(text: string): string | undefined {
  if (!FORBIDDEN_CHARACTERS.some((character) => text.includes(character))) return undefined;
  const characters = pythonSetRepr(FORBIDDEN_CHARACTERS);
  return `Command must not contain any of this characters: '${characters}'\nProvided command: '${text}'.`;
}

/** A command line without anything that a shell would act on. */
export function command(): Schema<string> {
  return COMMAND;
}

const COMMAND = nonEmptyString().refine(commandFault);
