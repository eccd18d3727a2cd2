import { readEnvironment } from '@fractal-server/config';
import { SshHostKeys, type Database } from '@fractal-server/database';
import { fingerprintOf, formatSshAddress, parseSshAddress, type SshAddress } from '@fractal-server/hosts';
import { InvalidArgumentError, type Command } from 'commander';
import { ownServer, withDatabase } from '../system/database-server.js';

/** `fractalctl host-key list|forget`: the keys of login nodes that were pinned when they were seen first. */
export function addHostKeyCommand(program: Command): void {
  const hostKey = program
    .command('host-key')
    .description('keys of SSH servers that FRACTAL_SSH_TRUST_FIRST_HOST_KEY has pinned, in the database that POSTGRES_* names');
  hostKey
    .command('list')
    .description('show each host with its key, as "ssh-keygen -l" shows it, and when it was seen first')
    .action(async () => withDatabase(ownServer(readEnvironment()), list));
  hostKey
    .command('forget')
    .description('forget the key of a host that was set up anew: the next connection pins the key that it shows then')
    .argument('<host>', 'HOST, HOST:PORT or [IPv6]:PORT, as in the resource', address)
    .action(async (host: SshAddress) => withDatabase(ownServer(readEnvironment()), async (database) => forget(database, host)));
}

async function list(database: Database): Promise<void> {
  const pinned = await new SshHostKeys(database).list();
  if (pinned.length === 0) console.log('No key is pinned.');
  for (const { host, port, type, key, firstSeenAt } of pinned) {
    const seen = `${firstSeenAt.slice(0, 19).replace('T', ' ')} UTC`;
    console.log(`${formatSshAddress({ host, port })}  ${type}  ${fingerprintOf({ type, key })}  seen first ${seen}`);
  }
}

async function forget(database: Database, host: SshAddress): Promise<void> {
  if (await new SshHostKeys(database).forget(host)) console.log(`Forgot the key of '${formatSshAddress(host)}'.`);
  else {
    console.error(`No key of '${formatSshAddress(host)}' is pinned; "fractalctl host-key list" shows those that are.`);
    process.exitCode = 1;
  }
}

function address(text: string): SshAddress {
  try {
    return parseSshAddress(text);
  } catch (error) {
    throw new InvalidArgumentError((error as TypeError).message);
  }
}
