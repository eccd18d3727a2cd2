import { MAX_PASSWORD_BYTES } from '@fractal-server/domain';
import { hash, verify } from '@node-rs/bcrypt';

/** How new passwords are stored (contract: auth-admin 2.5). */
const PREFIX = '$2b$12$';
const COST = 12;
const BCRYPT_HASH = /^\$2[abxy]\$\d{2}\$[A-Za-z0-9+/.]{53}$/;

/** One takes about 0.25 s of a core: more at a time would starve everything else. They run on libuv's threads, off the event loop. */
const MAX_AT_A_TIME = 2;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_AT_A_TIME) await new Promise<void>((resume) => waiting.push(resume));
  else running += 1;
  try {
    return await work();
  } finally {
    // The place is handed over, so that nobody who comes later takes it.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** The stored form of a password. */
export async function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, { cost: COST, version: '2b' }));
}

/** Whether this is the password. False for hashes of other kinds and for passwords that bcrypt cannot tell apart (oddities 3 and 4). */
export async function verifyPassword(password: string, storedHash: string): Promise<boolean> {
  if (!BCRYPT_HASH.test(storedHash) || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false;
  return inTurn(() => verify(password, storedHash));
}

/** Whether a stored hash is of an older kind or cost, and should be replaced when the password is at hand. */
export function isOutdatedHash(storedHash: string): boolean {
  return !storedHash.startsWith(PREFIX);
}
