import { Command, CommanderError } from 'commander';
import { completeAbbreviations } from './commands/abbreviations.js';
import { addDemoCommand } from './commands/demo.command.js';
import { addHostKeyCommand } from './commands/host-key.command.js';
import { addInitDbDataCommand } from './commands/init-db-data.command.js';
import { addSetDbCommand } from './commands/set-db.command.js';
import { addStartCommand } from './commands/start.command.js';
import { addUpCommand } from './commands/up.command.js';
import { addWorkerCommand } from './commands/worker.command.js';
import { explain } from './terminal/explain.js';

const USAGE_ERROR = 2;

function buildProgram(): Command {
  const program = new Command('fractalctl').description('Administers and runs fractal-server').showHelpAfterError().exitOverride();
  addSetDbCommand(program);
  addInitDbDataCommand(program);
  addHostKeyCommand(program);
  addStartCommand(program);
  addWorkerCommand(program);
  addUpCommand(program);
  addDemoCommand(program);
  return program;
}

async function main(parameters: readonly string[]): Promise<void> {
  const program = buildProgram();
  const command = program.commands.find((candidate) => candidate.name() === parameters[0]);
  const options = (command ?? program).options.map(({ long }) => long).filter((long) => long != null);
  try {
    await program.parseAsync(completeAbbreviations(parameters, [...options, '--help']), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
    else {
      console.error(explain(error));
      process.exitCode = 1;
    }
  }
}

await main(process.argv.slice(2));
