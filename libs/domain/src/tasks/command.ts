import { DomainError } from '../errors/domain-error.js';
import { JobFailure } from '../errors/job-failure.js';
import { commandFault } from '../values/text/command.js';

/**
 * The words of a command, split as a POSIX shell (and Python's `shlex.split`) does: at blanks, with quotes and backslashes. Nothing is
 * expanded, since no shell ever runs it.
 * @throws DomainError `command.unbalanced_quotes` when a quote is not closed or a backslash is the last character
 */
export function splitCommand(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < command.length; index++) {
    const character = command.charAt(index);
    if (character === '\\' && quote !== "'") {
      const next = command.charAt(++index);
      if (next === '') throw unbalanced(command);
      // Inside double quotes a backslash stays, unless it escapes a quote or itself.
      word = (word ?? '') + (quote === '"' && next !== '"' && next !== '\\' ? `\\${next}` : next);
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') throw unbalanced(command);
  return word === undefined ? words : [...words, word];
}

/** A word as part of a command that `splitCommand` splits again (Python's `shlex.quote`): unchanged when it is harmless. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

/**
 * The argument list of a unit: the task's command, then the two options that every task takes (contract: runner.md 10). The paths are
 * arguments of their own, so they may hold any character.
 * @throws JobFailure `task_failed` when the command cannot be run: its units fail without having started
 */
export function unitCommand(command: string, argsPath: string, outPath: string): [executable: string, ...args: string[]] {
  const fault = commandFault(command);
  if (fault !== undefined) throw invalidCommand(fault);
  const [executable, ...args] = splitUnitCommand(command);
  if (executable === undefined) throw invalidCommand('The command is empty.');
  return [executable, ...args, '--args-json', argsPath, '--out-json', outPath];
}

function splitUnitCommand(command: string): string[] {
  try {
    return splitCommand(command);
  } catch (error) {
    if (error instanceof DomainError) throw invalidCommand(error.message);
    throw error;
  }
}

function invalidCommand(reason: string): JobFailure {
  return new JobFailure('task_failed', `Invalid command. Original error: ${reason}`, 'unit');
}

function unbalanced(command: string): DomainError {
  return new DomainError('refused', 'command.unbalanced_quotes', `A quote or an escape is not ended in the command: ${command}`);
}
