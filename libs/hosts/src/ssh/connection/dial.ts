import type { Readable } from 'node:stream';
import ssh2 from 'ssh2';
import { HostAuthenticationFailed, HostRefused, HostUnavailable, HostUnreachable } from '../../errors.js';
import { checkHostKey, offeredAlgorithms } from '../host-keys/host-key-check.js';
import { hostKeyOf, type HostKeyStore } from '../host-keys/host-key.js';
import { readPrivateKey, type PrivateKey } from '../private-key.js';
import { describeAccount, type SshAccount } from '../ssh-account.js';
import { formatSshAddress, type SshAddress } from '../ssh-address.js';

/** From the first packet to the end of the log-in; slow login nodes need more than 15 s (lessons.md 18). */
const LOGIN_MS = 30_000;
/** A dead connection is noticed after about half a minute: three unanswered questions, 8 s apart. */
const KEEP_ALIVE_MS = 8_000;
const KEEP_ALIVE_UNANSWERED = 3;

/** What all connections of a worker share. */
export interface DialSettings {
  readonly hostKeys: HostKeyStore;
  /** Trust on first use: pin the key of a host that has none yet. */
  readonly trustFirstHostKey: boolean;
  /** For keys that have a passphrase and no file `<key>.passphrase` beside them. */
  readonly keyPassphrase: string | undefined;
}

/** Connect and log in, through the jump host where there is one. @throws HostUnavailable */
export async function dial(account: SshAccount, settings: DialSettings): Promise<ssh2.Client> {
  const key = await readPrivateKey(account.keyPath, settings.keyPassphrase);
  if (account.jump === undefined) {
    return await login(account, account.user, key, settings);
  }
  const gate = await login(account.jump, account.jump.user ?? account.user, key, settings);
  try {
    const client = await login(account, account.user, key, settings, await forward(gate, account));
    client.once('close', () => gate.end());
    gate.once('close', () => client.destroy());
    return client;
  } catch (error) {
    gate.end();
    throw error;
  }
}

async function login(address: SshAddress, user: string, key: PrivateKey, settings: DialSettings, through?: Readable): Promise<ssh2.Client> {
  const who = describeAccount({ ...address, user, keyPath: '', jump: undefined });
  let refusal: HostUnavailable | null = null;
  const known = await settings.hostKeys.find(address);
  const client = new ssh2.Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client
        .once('ready', resolve)
        .on('error', reject)
        .once('close', () => reject(new Error('the server closed the connection')))
        .connect({
          host: address.host,
          port: address.port,
          username: user,
          privateKey: key.content,
          ...(key.passphrase === undefined ? {} : { passphrase: key.passphrase }),
          ...(through === undefined ? {} : { sock: through }),
          // Exactly one key, no agent, no search for others (lessons.md 23).
          authHandler: ['publickey'],
          readyTimeout: LOGIN_MS,
          keepaliveInterval: KEEP_ALIVE_MS,
          keepaliveCountMax: KEEP_ALIVE_UNANSWERED,
          algorithms: { serverHostKey: offeredAlgorithms(known) as ssh2.ServerHostKeyAlgorithm[] },
          hostVerifier: (wire: Buffer, verify: (accepted: boolean) => void) => {
            checkHostKey(settings.hostKeys, address, hostKeyOf(wire), settings.trustFirstHostKey).then(
              (found) => {
                refusal = found;
                verify(found === null);
              },
              (error: unknown) => {
                reject(error instanceof Error ? error : new Error(String(error)));
                verify(false);
              },
            );
          },
        });
    });
  } catch (error) {
    client.on('error', () => undefined).destroy();
    throw refusal ?? classify(error, who, key);
  }
  client.setNoDelay(true);
  return client;
}

async function forward(gate: ssh2.Client, address: SshAddress): Promise<Readable> {
  return await new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new HostUnreachable(formatSshAddress(address), `from the jump host: ${reason}`, null));
    gate.once('close', () => fail('it closed the connection'));
    gate.forwardOut('127.0.0.1', 0, address.host, address.port, (error, channel) => {
      if (error === undefined) {
        resolve(channel);
      } else {
        fail(error.message);
      }
    });
  });
}

/** Whose turn it is after a log-in that failed: an admin's, or only time's. */
function classify(error: unknown, who: string, key: PrivateKey): HostUnavailable {
  if (error instanceof HostUnavailable) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') {
    return new HostAuthenticationFailed(
      `The log-in as ${who} was refused: the user is unknown there, or ${key.path}.pub is not in its authorized_keys.`,
      { cause: error },
    );
  }
  if (/no matching/i.test(message)) {
    return new HostRefused(`No connection to ${who}: server and client have no method in common (${message}).`, { cause: error });
  }
  return new HostUnreachable(who, message, null, { cause: error });
}
