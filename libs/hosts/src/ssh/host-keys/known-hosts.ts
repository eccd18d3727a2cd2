import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { HostKeyFileUnusable } from '../../errors.js';
import { errnoOf } from '../../local/within-limits.js';
import type { SshAddress } from '../ssh-address.js';
import type { HostKey, HostKeyStore } from './host-key.js';

/**
 * The keys of a host in the text of an OpenSSH `known_hosts` file: plain and hashed names. Lines with markers (`@revoked`,
 * `@cert-authority`) and patterns with wildcards are not read.
 */
export function keysInKnownHosts(text: string, { host, port }: SshAddress): HostKey[] {
  const name = port === 22 ? host : `[${host}]:${port}`;
  return text.split('\n').flatMap((line) => {
    const [names, type, key] = line.trim().split(/\s+/);
    if (names === undefined || type === undefined || key === undefined || /^[#@]/.test(names)) {
      return [];
    }
    return names.split(',').some((candidate) => isName(candidate, name)) ? [{ type, key }] : [];
  });
}

function isName(candidate: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(candidate) ?? [];
  if (salt === undefined) {
    return candidate.toLowerCase() === name.toLowerCase();
  }
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name.toLowerCase()).digest('base64') === hash;
}

/** An admin's `known_hosts` file above another store: for a host that stands in the file, the file alone decides. */
export class KnownHostsFile implements HostKeyStore {
  constructor(
    private readonly path: string,
    private readonly others: HostKeyStore,
  ) {}

  /** Read anew at each connection, so that a change needs no restart. @throws HostKeyFileUnusable */
  async find(address: SshAddress): Promise<readonly HostKey[]> {
    const inFile = keysInKnownHosts(await this.read(), address);
    return inFile.length > 0 ? inFile : await this.others.find(address);
  }

  async pin(address: SshAddress, key: HostKey): Promise<void> {
    await this.others.pin(address, key);
  }

  private async read(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      throw new HostKeyFileUnusable(
        `The file of known hosts '${this.path}' (FRACTAL_SSH_KNOWN_HOSTS_FILE) cannot be read: ${errnoOf(error)}`,
        {
          cause: error,
        },
      );
    }
  }
}
