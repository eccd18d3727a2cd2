import { VARIABLE_NAME } from '@fractal-server/domain';
import { SlurmConfigError } from '../configuration/slurm-config-error.js';
import { requireLine } from './directive.js';
import { shellQuote } from './shell-quote.js';

/** Why a text cannot be the name of an exported variable, or undefined. */
export function exportNameFault(name: string): string | undefined {
  return VARIABLE_NAME.test(name) ? undefined : 'it must be a name of an environment variable (letters, digits, _)';
}

/**
 * The shell lines that give each user paths of their own (contract: slurm.md 4.1, line 8).
 * @throws SlurmConfigError `unsafe_text` for a name that is none, or a path with line ends
 */
export function exportLines(exports: readonly (readonly [variable: string, path: string])[], cacheDir: string): string[] {
  return exports.map(([variable, path]) => {
    const fault = exportNameFault(variable);
    if (fault !== undefined)
      throw new SlurmConfigError('unsafe_text', `Invalid name in user_local_exports: ${fault}.`, 'user_local_exports');
    return `export ${variable}=${shellQuote(requireLine('path in user_local_exports', pathBelow(cacheDir, path), 'user_local_exports'))}`;
  });
}

/**
 * A path joined and tidied as Python's `Path(base) / path` does it: an absolute path wins over the base, repeated and trailing slashes and
 * `.` go, `..` stays.
 */
export function pathBelow(base: string, path: string): string {
  const joined = path.startsWith('/') ? path : `${base.replace(/\/+$/, '')}/${path}`;
  const root = /^\/\/(?!\/)/.test(joined) ? '//' : joined.startsWith('/') ? '/' : '';
  const components = joined.split('/').filter((component) => component !== '' && component !== '.');
  return root + components.join('/') || '.';
}
