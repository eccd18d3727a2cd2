import { readEnvironment } from '@fractal-server/config';
import { migrate } from '@fractal-server/database';
import type { Command } from 'commander';
import { ownServer, withDatabase } from '../system/database-server.js';

/** `fractalctl set-db`: brings the database that `POSTGRES_*` names to the newest schema. */
export function addSetDbCommand(program: Command): void {
  program
    .command('set-db')
    .description('bring the schema of the database that POSTGRES_* names up to date; the database has to exist')
    .action(async () => {
      console.log('START: run missing migrations');
      const done = await withDatabase(ownServer(readEnvironment()), migrate);
      for (const name of done) console.log(`  ${name}`);
      console.log('END: run missing migrations');
    });
}
