import { formatSshAddress, type JumpHost, type SshAddress } from './ssh-address.js';

/** Whom we log in as, where, and with what. One connection is kept for each. */
export interface SshAccount extends SshAddress {
  readonly user: string;
  /** Absolute path of the private key on the server's disk. */
  readonly keyPath: string;
  /** The machine that is logged in to first, with the same key, and from which the host is reached. */
  readonly jump: JumpHost | undefined;
}

/** For messages: `user@host:port`. */
export function describeAccount(account: SshAccount): string {
  const by = account.jump === undefined ? '' : ` by way of ${formatSshAddress(account.jump)}`;
  return `${account.user}@${formatSshAddress(account)}${by}`;
}
