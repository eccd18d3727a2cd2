import { randomBytes, randomUUID } from 'node:crypto';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** Longest part of a name that comes from what people called the thing. */
const MAX_LABEL = 24;

/**
 * A name for a new attempt: `<label>.<64 random bits>`. Random because ids repeat after a database was restored and two servers may share an
 * account; made of letters, digits, `.`, `_` and `-` only because schedulers split lists of names at commas.
 */
export function newAttemptName(label: string): string {
  const readable = label.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, MAX_LABEL);
  return `${readable === '' || readable.startsWith('-') ? `a${readable}`.slice(0, MAX_LABEL) : readable}.${base32(randomBytes(8))}`;
}

/** A token for a new attempt: every process of the attempt carries it in its environment as `FRACTAL_ATTEMPT`. */
export function newAttemptToken(): string {
  return randomUUID();
}

function base32(bytes: Uint8Array): string {
  let bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let left = bytes.length * 8; left > 0; left -= 5) {
    text = (BASE32[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text;
}
