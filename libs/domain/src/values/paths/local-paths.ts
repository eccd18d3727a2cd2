import { hasParentReference, posixNormpath } from '../../paths/posix-normpath.js';
import type { Schema } from '../../validation/schema.js';
import { MAX_PATH_LENGTH, nonEmptyString, string } from '../../validation/scalars/string.js';

/** An absolute path without `..`, normalised (contract: auth-admin 2.7, AbsolutePath). */
export function absolutePath(): Schema<string> {
  return ABSOLUTE_PATH;
}

/** A relative path without `..`, normalised, of letters that are safe in file names (contract: api-data-model 2, SafeRelPath). */
export function safeRelativePath(): Schema<string> {
  return SAFE_RELATIVE_PATH;
}

/** The text of the rule that no stored path or URL may climb. */
export function parentReferenceFault(path: string): string | undefined {
  return hasParentReference(path) ? "String must not contain '/../'." : undefined;
}

const PATH_TEXT = nonEmptyString({ maxLength: MAX_PATH_LENGTH });

const ABSOLUTE_PATH = PATH_TEXT.refine((path) => (path.startsWith('/') ? undefined : `String must be an absolute path (given '${path}').`))
  .refine(parentReferenceFault)
  .transform(posixNormpath);

const SAFE_RELATIVE_PATH = PATH_TEXT.refine(parentReferenceFault)
  .transform(posixNormpath)
  .refine((path) => (path.startsWith('/') ? `String must not be an absolute path (given '${path}').` : undefined))
  .pipe(string({ pattern: /^([a-zA-Z0-9_. /-]+)$/, patternText: '^([a-zA-Z0-9_. /-]+)$' }));
