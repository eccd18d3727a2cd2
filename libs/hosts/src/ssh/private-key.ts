import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { HostKeyFileUnusable } from '../errors.js';
import { errnoOf } from '../local/within-limits.js';

/** Permission bits that let anybody but the owner at a file. */
const OPEN_TO_OTHERS = 0o077;

/** A private key, ready to log in with. */
export interface PrivateKey {
  readonly path: string;
  readonly content: Buffer;
  readonly passphrase: string | undefined;
}

/**
 * Read a private key, and its passphrase from `<path>.passphrase` beside it, or else the one for all keys. Read anew for each connection, so
 * that an exchanged key needs no restart and nothing stays in memory.
 *
 * @param commonPassphrase of `FRACTAL_SSH_KEY_PASSPHRASE`
 * @throws HostKeyFileUnusable in words that name the file and what to do
 */
export async function readPrivateKey(path: string, commonPassphrase: string | undefined): Promise<PrivateKey> {
  const content = await readSecret('SSH key', path);
  const passphrasePath = `${path}.passphrase`;
  const passphrase = (await exists(passphrasePath))
    ? (await readSecret('passphrase of the SSH key', passphrasePath)).toString('utf8').replace(/\r?\n$/, '')
    : commonPassphrase;
  const parsed = ssh2.utils.parseKey(content, passphrase);
  if (parsed instanceof Error) {
    throw new HostKeyFileUnusable(`The SSH key '${path}' cannot be used: ${explain(parsed.message, path)}`, { cause: parsed });
  }
  if (!parsed.isPrivateKey()) {
    throw new HostKeyFileUnusable(`The SSH key '${path}' cannot be used: it is a public key.`);
  }
  return { path, content, passphrase };
}

async function readSecret(what: string, path: string): Promise<Buffer> {
  try {
    const seen = await stat(path);
    // As OpenSSH: of a file that is somebody else's (a secret mounted by root), its owner decides who may read it.
    if (seen.uid === process.getuid?.() && (seen.mode & OPEN_TO_OTHERS) !== 0) {
      const mode = (seen.mode & 0o777).toString(8);
      throw new HostKeyFileUnusable(`The ${what} '${path}' is open to others (mode ${mode}): chmod 600 '${path}'`);
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof HostKeyFileUnusable) {
      throw error;
    }
    throw new HostKeyFileUnusable(`The ${what} '${path}' cannot be read by the worker: ${errnoOf(error)}`, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}

function explain(message: string, path: string): string {
  if (/no passphrase given/i.test(message)) {
    return `it has a passphrase, and none was given (in the file '${path}.passphrase' or in FRACTAL_SSH_KEY_PASSPHRASE).`;
  }
  if (/bad passphrase|bad decrypt|integrity check failed/i.test(message)) {
    return `its passphrase is wrong (from the file '${path}.passphrase' where there is one, else from FRACTAL_SSH_KEY_PASSPHRASE).`;
  }
  return `${message}.`;
}
