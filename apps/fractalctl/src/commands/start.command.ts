import type { Command } from 'commander';
import { spawn } from 'node:child_process';
import { installation } from '../installation.js';
import { integer } from './system-options.js';

const HIGHEST_PORT = 65_535;

/** `fractalctl start`: one API process in the foreground, on the services that the environment names. */
export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('run the API in the foreground, on the database and the queue that the environment names')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('-p, --port <number>', 'port to listen on', integer(0, HIGHEST_PORT), 8000)
    .option('--reload', 'start again when a file of the API changes')
    .action(async ({ host, port, reload }: { host: string; port: number; reload?: boolean }) => {
      const parameters = ['--host', host, '--port', String(port)];
      if (reload === true) await runWatched(installation.apiMain, parameters);
      else await become(installation.apiMain, parameters);
    });
}

/** Runs a program of ours in this very process, so that signals sent to it reach the program. */
export async function become(main: string, parameters: readonly string[]): Promise<void> {
  process.argv = [process.argv[0] ?? 'node', main, ...parameters];
  await import(main);
}

async function runWatched(main: string, parameters: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ['--watch', main, ...parameters], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
