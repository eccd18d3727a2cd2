import type { SshConfig } from '@fractal-server/config';
import type { DialSettings } from '../ssh/connection/dial.js';
import type { HostKeyStore } from '../ssh/host-keys/host-key.js';
import { KnownHostsFile } from '../ssh/host-keys/known-hosts.js';
import { parseJumpHosts, type JumpHosts } from './jump-hosts.js';

/** What the hosts of a worker share. */
export interface HostSettings extends DialSettings {
  /** Of the server's environment, what commands may see; see `cleanEnvironment`. `SLURM_CONF` belongs to it where the site sets it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly jumpHosts: JumpHosts;
}

/**
 * The settings of a worker.
 * @param hostKeys where the keys of hosts are kept that do not stand in the admin's file
 * @throws TypeError when `FRACTAL_SSH_JUMP_HOSTS` cannot be read
 */
export function hostSettingsOf(
  { knownHostsFile, trustFirstHostKey, keyPassphrase, jumpHosts }: SshConfig,
  hostKeys: HostKeyStore,
  environment: Readonly<Record<string, string>>,
): HostSettings {
  return {
    environment,
    hostKeys: knownHostsFile === null ? hostKeys : new KnownHostsFile(knownHostsFile, hostKeys),
    trustFirstHostKey,
    keyPassphrase: keyPassphrase?.reveal(),
    jumpHosts: parseJumpHosts(jumpHosts),
  };
}
