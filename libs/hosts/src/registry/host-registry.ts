import { HostRefused } from '../errors.js';
import { LocalHost } from '../local/local-host.js';
import { dial } from '../ssh/connection/dial.js';
import { SshConnection, type ConnectionReport } from '../ssh/connection/ssh-connection.js';
import type { SshAccount } from '../ssh/ssh-account.js';
import { parseSshAddress, type SshAddress } from '../ssh/ssh-address.js';
import { SshHost } from '../ssh/ssh-host.js';
import { SudoHost } from '../sudo/sudo-host.js';
import type { HostSettings } from './host-settings.js';
import { jumpTo } from './jump-hosts.js';

/** A connection that nobody used for so long is closed. */
const IDLE_MS = 10 * 60_000;
const LOOK_EVERY_MS = 60_000;

/** Who acts on which host: of a resource the host, of a profile the user and the key. */
export interface SshLogin {
  /** `host`, `host:port` or `[IPv6]:port`. */
  readonly host: string;
  readonly user: string;
  readonly keyPath: string;
}

/** All hosts of one process. Who asks twice for the same account gets the same host, and with it the same connection. */
export class HostRegistry {
  /** The machine of this process. */
  readonly local: LocalHost;
  private readonly sudoHosts = new Map<string, SudoHost>();
  private readonly sshHosts = new Map<string, { readonly host: SshHost; readonly connection: SshConnection }>();
  private readonly looking: NodeJS.Timeout;

  constructor(private readonly settings: HostSettings) {
    this.local = new LocalHost(settings.environment);
    this.looking = setInterval(() => this.disconnectIdle(IDLE_MS), LOOK_EVERY_MS).unref();
  }

  /** Another user of this machine (resources of type `slurm_sudo`). */
  sudo(user: string): SudoHost {
    const host = this.sudoHosts.get(user) ?? new SudoHost(user, this.local, this.settings.environment);
    this.sudoHosts.set(user, host);
    return host;
  }

  /** An account of a login node (resources of type `slurm_ssh`). Nothing is connected yet. @throws HostRefused when `host` is no address */
  ssh({ host, user, keyPath }: SshLogin): SshHost {
    const address = readAddress(host);
    const account: SshAccount = { ...address, user, keyPath, jump: jumpTo(address, this.settings.jumpHosts) };
    const name = JSON.stringify([address.host, address.port, user, keyPath]);
    const known = this.sshHosts.get(name);
    if (known !== undefined) {
      return known.host;
    }
    const connection = new SshConnection(account, async () => await dial(account, this.settings));
    const made = { host: new SshHost(connection), connection };
    this.sshHosts.set(name, made);
    return made.host;
  }

  /** What each connection is doing, for metrics and for people who look why something waits. */
  reports(): ConnectionReport[] {
    return [...this.sshHosts.values()].map(({ connection }) => connection.report);
  }

  /** Close connections that were not used for so long. They are made again when somebody calls. */
  disconnectIdle(milliseconds: number): void {
    for (const { connection } of this.sshHosts.values()) {
      if (connection.idleFor(milliseconds)) {
        connection.disconnect();
      }
    }
  }

  /** Close all connections; calls under way end with an error. */
  close(): void {
    clearInterval(this.looking);
    for (const { connection } of this.sshHosts.values()) {
      connection.close();
    }
  }
}

function readAddress(host: string): SshAddress {
  try {
    return parseSshAddress(host);
  } catch (error) {
    throw new HostRefused(`The resource's host cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
