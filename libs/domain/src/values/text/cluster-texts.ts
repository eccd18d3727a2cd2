import { hasControlCharacter, VARIABLE_NAME } from '../../text/plain-text.js';
import type { Schema } from '../../validation/schema.js';
import { MAX_NAME_LENGTH, nonEmptyString, string } from '../../validation/scalars/string.js';
import { stringDict } from './string-dict.js';

/** Longest value of an option of sbatch, in characters; it reads words into a buffer of 8,192 bytes. */
const MAX_OPTION_LENGTH = 4_096;

/** Separators of sudo, SSH and SLURM's lists; a leading `-` would be an option, a leading `#` a numeric id to sudo. */
const USER_NAME = /^[^\s,:;/"'`$|&<>(){}#%-][^\s,:;/"'`$|&<>(){}]*$/;

/** Why a text cannot be the value of one option of sbatch, or undefined. Anything else arrives there as one value, never as a command. */
export function slurmOptionFault(text: string): string | undefined {
  return hasControlCharacter(text) ? 'Line ends and other control characters are not allowed here' : undefined;
}

/** Why a path cannot be used on a cluster, or undefined: it becomes part of a pattern of file names, in which a backslash means something. */
export function clusterPathFault(path: string): string | undefined {
  if (hasControlCharacter(path)) return 'it must not contain line ends or other control characters';
  return path.includes('\\') ? 'it must not contain backslashes' : undefined;
}

/** Value of an option of sbatch, such as a partition or a time: one line, trimmed, not empty. */
export function slurmOption(): Schema<string> {
  return SLURM_OPTION;
}

/** First line of a script. */
export function shebangLine(): Schema<string> {
  return SHEBANG_LINE;
}

/** Variables that are exported in a script: their names are names of variables for every shell, their values any path. */
export function exportedPaths(): Schema<Map<string, string>> {
  return EXPORTED_PATHS;
}

/** Name of an account of an operating system, which becomes an argument of `sudo -u`, of SSH and of squeue. */
export function userName(): Schema<string> {
  return OS_USER;
}

const SLURM_OPTION = nonEmptyString({ maxLength: MAX_OPTION_LENGTH }).refine(slurmOptionFault);
const SHEBANG_LINE = string({ maxLength: MAX_OPTION_LENGTH }).refine(slurmOptionFault);
const EXPORTED_PATHS = stringDict().refine((exports) => {
  const odd = [...exports.keys()].find((variable) => !VARIABLE_NAME.test(variable));
  return odd === undefined ? undefined : `'${odd}' is not a name of an environment variable (letters, digits, _)`;
});
const OS_USER = nonEmptyString({ maxLength: MAX_NAME_LENGTH }).refine((text) =>
  USER_NAME.test(text) && !hasControlCharacter(text) ? undefined : `'${text}' is not a name of a user`,
);
