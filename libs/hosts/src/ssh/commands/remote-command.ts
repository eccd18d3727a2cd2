import { quoteWord } from '@fractal-server/domain';
import type { RunOptions } from '../../host.js';

/** How the shell says "found, but cannot be run"; used where the working folder cannot be entered. */
export const CANNOT_RUN = 126;

/** A word that is one word for any login shell, whatever it holds. */
export function quoteForShell(word: string): string {
  // zsh looks for a program of the name after a leading '='.
  return word.startsWith('=') ? `'='${word.slice(1) === '' ? '' : quoteWord(word.slice(1))}` : quoteWord(word);
}

/**
 * A program with its arguments, as text for the login shell: SSH knows no argument lists. First of all comes a line with the marker: what a
 * start-up file of that shell prints comes before it, and without it nothing of ours ran.
 */
export function remoteCommand(
  argv: readonly string[],
  { cwd, env, input }: Pick<RunOptions, 'cwd' | 'env' | 'input'>,
  marker: string,
): string {
  const enter = cwd === undefined ? '' : `cd ${quoteForShell(cwd)} || exit ${CANNOT_RUN}; `;
  const environment = env === undefined ? [] : ['env', '-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  const words = [...environment, ...argv].map(quoteForShell).join(' ');
  return `echo ${marker}; ${enter}exec ${words}${input === undefined ? ' </dev/null' : ''}`;
}

/** A script of ours with its arguments, run by `sh` whatever the login shell is. */
export function remoteScript(script: string, parameters: readonly string[], marker: string): string {
  return `echo ${marker}; exec sh -c ${quoteForShell(script)} sh ${parameters.map(quoteForShell).join(' ')}`;
}
