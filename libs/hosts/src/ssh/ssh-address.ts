const DEFAULT_PORT = 22;

/** Where an SSH server listens. */
export interface SshAddress {
  /** Name or IP address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `host`, `host:port`, `[v6]:port`; a bare IPv6 address has no port. @throws TypeError when the text is none of these */
export function parseSshAddress(text: string): SshAddress {
  const trimmed = text.trim();
  const bracketed = /^\[([0-9A-Fa-f:.%\w]+)\](?::(\d{1,5}))?$/.exec(trimmed);
  const named = /^([^\s:[\]@/,]+)(?::(\d{1,5}))?$/.exec(trimmed);
  const bare = /^([0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*(?:%\w+)?)$/.exec(trimmed);
  const [, host, portText] = bracketed ?? named ?? bare ?? [];
  const port = portText === undefined ? DEFAULT_PORT : Number(portText);
  if (host === undefined || host.startsWith('-') || port < 1 || port > 65_535) {
    throw new TypeError(`'${text}' is no address of an SSH server: expected host, host:port or [IPv6]:port`);
  }
  return { host, port };
}

/** As a person writes it: the port only where it is not 22, an IPv6 address in brackets before a port. */
export function formatSshAddress({ host, port }: SshAddress): string {
  if (port === DEFAULT_PORT) {
    return host;
  }
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A machine on the way to the host, and who logs in there. */
export interface JumpHost extends SshAddress {
  /** The account's own user name where absent. */
  readonly user: string | undefined;
}

/** `[user@]host[:port]`. @throws TypeError */
export function parseJumpHost(text: string): JumpHost {
  const at = text.indexOf('@');
  const user = at === -1 ? undefined : text.slice(0, at).trim();
  if (user === '' || user?.startsWith('-') === true) {
    throw new TypeError(`'${text}' is no jump host: expected [user@]host[:port]`);
  }
  return { user, ...parseSshAddress(text.slice(at + 1)) };
}
