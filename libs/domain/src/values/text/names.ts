import { uniqueList } from '../../validation/containers/list.js';
import type { Schema } from '../../validation/schema.js';
import { MAX_NAME_LENGTH, nonEmptyString, string } from '../../validation/scalars/string.js';

/** A name of anything that has no rule of its own: trimmed, not empty, of bounded length. */
export function name(): Schema<string> {
  return NAME;
}

/** A name that is safe in file names: ASCII letters, digits, `_`, `.`, blank, `-` (contract: api-data-model 2, SafeStr). */
export function safeString(): Schema<string> {
  return SAFE_STRING;
}

/** A list of texts, trimmed, not empty, all different. */
export function uniqueStringList(): Schema<string[]> {
  return UNIQUE_STRINGS;
}

/** Accounts to which a user's SLURM jobs may be charged. They become arguments of SLURM's commands, so the alphabet is narrow. */
export function slurmAccounts(): Schema<string[]> {
  return SLURM_ACCOUNTS;
}

const NAME = nonEmptyString({ maxLength: MAX_NAME_LENGTH });
const SAFE_STRING = nonEmptyString({ maxLength: MAX_NAME_LENGTH, pattern: /^([a-zA-Z0-9_. -]+)$/ });
const UNIQUE_STRINGS = uniqueList(nonEmptyString());
const SLURM_ACCOUNTS = uniqueList(
  string({ minLength: 1, maxLength: MAX_NAME_LENGTH, pattern: /^[a-zA-Z0-9_.-]+$/, patternText: '^[a-zA-Z0-9_\\-\\.]+$' }),
);
