import { CommandFailed } from './errors.js';
import type { CommandResult, Commands, RunOptions } from './host.js';

/** Run a command that is expected to end with exit code 0. @throws CommandFailed, and whatever `run` throws */
export async function runChecked(commands: Pick<Commands, 'run'>, argv: readonly string[], options: RunOptions): Promise<CommandResult> {
  const result = await commands.run(argv, options);
  if (result.exitCode !== 0) {
    throw new CommandFailed(result);
  }
  return result;
}
