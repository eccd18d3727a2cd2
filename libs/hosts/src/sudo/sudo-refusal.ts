/** What `sudo` says in passing and then runs the command all the same. */
const WARNING = /^sudo: (unable to resolve host|setrlimit|.*: ignoring)/;

/** The command, as far as it did not run because `sudo` does not find it in its path. */
const NOT_FOUND = /^sudo: .*: command not found$/;

/** Why `sudo` did not run a command: it does not allow it, or does not find it. */
export interface SudoRefusal {
  readonly kind: 'not allowed' | 'not found';
  /** In the words of `sudo`. */
  readonly words: string;
}

/**
 * Whether it was `sudo` that failed, not the command that it runs. Both may end with status 1; what `sudo` itself has to say begins with its
 * name, or is its sentence about who may not do what.
 */
export function sudoRefusal(exitCode: number | null, stderr: string): SudoRefusal | null {
  if (exitCode !== 1) {
    return null;
  }
  const lines = stderr.split('\n').filter((line) => isSudoLine(line) && !WARNING.test(line));
  if (lines.length === 0) {
    return null;
  }
  return { kind: lines.some((line) => NOT_FOUND.test(line)) ? 'not found' : 'not allowed', words: lines.join(' ').trim() };
}

function isSudoLine(line: string): boolean {
  return (
    line.startsWith('sudo: ') ||
    /^Sorry, user .+ (is not allowed to execute|may not run sudo)/.test(line) ||
    / is not in the sudoers file\b/.test(line)
  );
}
