import { unitCommand } from '@fractal-server/domain';

/** The task's command as words; the runner adds the two options itself. @throws JobFailure for a command that may not be run */
export function commandWords(command: string): string[] {
  return unitCommand(command, '', '').slice(0, -4);
}
