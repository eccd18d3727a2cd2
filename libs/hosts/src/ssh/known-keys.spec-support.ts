import type { HostKey, HostKeyStore } from './host-keys/host-key.js';
import { formatSshAddress, type SshAddress } from './ssh-address.js';

/** Host keys in memory, for tests. */
export class KnownKeys implements HostKeyStore {
  readonly keys = new Map<string, HostKey[]>();

  find(address: SshAddress): Promise<readonly HostKey[]> {
    return Promise.resolve(this.keys.get(formatSshAddress(address)) ?? []);
  }

  pin(address: SshAddress, key: HostKey): Promise<void> {
    const name = formatSshAddress(address);
    if (!this.keys.has(name)) {
      this.keys.set(name, [key]);
    }
    return Promise.resolve();
  }
}
