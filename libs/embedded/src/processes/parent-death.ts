import { findProgram } from './find-program.js';

/**
 * Puts `setpriv --pdeathsig` in front of a command, so that Linux stops the program when our process dies without having stopped it
 * (SIGKILL, out of memory). Where `setpriv` is missing, what is left over is stopped by the next start on the same folder.
 */
export function endingWithParent(signal: 'INT' | 'TERM', command: readonly string[]): readonly string[] {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
  return setpriv === undefined ? command : [setpriv, '--pdeathsig', signal, '--', ...command];
}
