import { HostKeyChanged, HostKeyUnknown, type HostUnavailable } from '../../errors.js';
import { formatSshAddress, type SshAddress } from '../ssh-address.js';
import { fingerprintOf, type HostKey, type HostKeyStore } from './host-key.js';

/** What a server may sign with, by the type of its key. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/**
 * The signature algorithms to offer, those of the keys we know first: a server with several keys then shows the one that is pinned, also
 * after it was given a newer one.
 */
export function offeredAlgorithms(known: readonly HostKey[]): string[] {
  const first = known.flatMap(({ type }) => ALGORITHMS[type] ?? []);
  return [...new Set([...first, ...Object.values(ALGORITHMS).flat()])];
}

/**
 * Whether the key that a host shows is its own.
 *
 * @param trustFirst pin the key of a host that has none yet (trust on first use)
 * @returns null when it is, otherwise the error for the admin
 */
export async function checkHostKey(
  store: HostKeyStore,
  address: SshAddress,
  shown: HostKey,
  trustFirst: boolean,
): Promise<HostUnavailable | null> {
  let known = await store.find(address);
  if (known.length === 0 && trustFirst) {
    await store.pin(address, shown);
    known = await store.find(address);
  }
  if (known.some(({ key }) => key === shown.key)) {
    return null;
  }
  return known.length === 0 ? unknown(address, shown) : changed(address, shown, known);
}

function unknown(address: SshAddress, shown: HostKey): HostKeyUnknown {
  const host = formatSshAddress(address);
  return new HostKeyUnknown(
    `The key of '${host}' is not known: it shows ${shown.type} ${fingerprintOf(shown)}. If that is right, an admin adds its line to the file of ` +
      'FRACTAL_SSH_KNOWN_HOSTS_FILE (or turns FRACTAL_SSH_TRUST_FIRST_HOST_KEY on).',
  );
}

function changed(address: SshAddress, shown: HostKey, known: readonly HostKey[]): HostKeyChanged {
  const host = formatSshAddress(address);
  const before = known.map((key) => `${key.type} ${fingerprintOf(key)}`).join(', ');
  return new HostKeyChanged(
    `The key of '${host}' has changed: it shows ${shown.type} ${fingerprintOf(shown)}, known is ${before}. Either the host was set up anew or ` +
      'somebody is in between: nothing is sent there until an admin has checked it and replaced the known key (docs/deployment.md).',
  );
}
