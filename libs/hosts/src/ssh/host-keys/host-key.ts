import { createHash } from 'node:crypto';
import type { SshAddress } from '../ssh-address.js';

/** The public key by which an SSH server identifies itself. */
export interface HostKey {
  /** As OpenSSH names it: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly type: string;
  /** The key in the form of `known_hosts` files: base64 of its wire format. */
  readonly key: string;
}

/** Where the keys of hosts are kept that are known to be theirs. Shared by all workers of an instance. */
export interface HostKeyStore {
  /** The keys of a host; none where it was never seen. */
  find(address: SshAddress): Promise<readonly HostKey[]>;
  /** Note the key of a host that has none yet. Where another worker was faster its key stays; `find` tells. */
  pin(address: SshAddress, key: HostKey): Promise<void>;
}

/** A key from the wire, which begins with its type. */
export function hostKeyOf(wire: Buffer): HostKey {
  const length = wire.length >= 4 ? wire.readUInt32BE(0) : 0;
  return { type: wire.subarray(4, 4 + length).toString('latin1'), key: wire.toString('base64') };
}

/** As `ssh-keygen -l` shows it: `SHA256:…`. */
export function fingerprintOf({ key }: HostKey): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
}
