import { formatSshAddress, parseJumpHost, parseSshAddress, type JumpHost, type SshAddress } from '../ssh/ssh-address.js';

/** For each host that is not reached directly, the machine on the way; by the host as `formatSshAddress` writes it. */
export type JumpHosts = ReadonlyMap<string, JumpHost>;

/**
 * Reads `FRACTAL_SSH_JUMP_HOSTS`: `HOST=[USER@]JUMP[:PORT]`, separated by commas, HOST as in the resource.
 * @throws TypeError in words for the admin
 */
export function parseJumpHosts(text: string): JumpHosts {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at === -1) {
        throw new TypeError(`'${pair.trim()}' is no jump host: expected HOST=[USER@]JUMP[:PORT]`);
      }
      return [formatSshAddress(parseSshAddress(pair.slice(0, at))), parseJumpHost(pair.slice(at + 1))];
    }),
  );
}

/** The jump host of an address, if it has one. */
export function jumpTo(address: SshAddress, jumpHosts: JumpHosts): JumpHost | undefined {
  return jumpHosts.get(formatSshAddress(address));
}
