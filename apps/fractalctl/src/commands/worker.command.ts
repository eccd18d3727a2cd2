import type { Command } from 'commander';
import { installation } from '../installation.js';
import { backendOption } from './backend-option.js';
import { become } from './start.command.js';

/** `fractalctl worker`: one worker process in the foreground, on the services that the environment names. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('run a worker in the foreground, on the database and the queue that the environment names')
    .addOption(backendOption())
    .option('--resource <name...>', 'serve only these resources')
    .option('--place <name>', 'name of this machine, to find its running units again (default: its host name)')
    .action(async ({ backend, resource = [], place }: { backend: string[]; resource?: string[]; place?: string }) => {
      await become(installation.workerMain, [
        ...backend.flatMap((type) => ['--backend', type]),
        ...resource.flatMap((name) => ['--resource', name]),
        ...(place === undefined ? [] : ['--place', place]),
      ]);
    });
}
