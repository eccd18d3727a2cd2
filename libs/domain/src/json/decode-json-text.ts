import { UnreadableJsonError } from './json-error.js';

/**
 * The text of a JSON body. UTF-8, UTF-16 and UTF-32 are told apart by a byte-order mark or by where the zero bytes lie, as Python does
 * (contract: auth-admin 1.2).
 *
 * @throws UnreadableJsonError when the bytes are not valid in that encoding
 */
export function decodeJsonText(bytes: Uint8Array): string {
  const { encoding, skip } = detectEncoding(bytes);
  const payload = skip === 0 ? bytes : bytes.subarray(skip);
  try {
    if (encoding === 'utf-32le' || encoding === 'utf-32be') return decodeUtf32(payload, encoding === 'utf-32le');
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(payload);
  } catch (error) {
    throw new UnreadableJsonError(`The body is not valid ${encoding}`, { cause: error });
  }
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

function detectEncoding(bytes: Uint8Array): { encoding: Encoding; skip: number } {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return { encoding: 'utf-32le', skip: 4 };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { encoding: 'utf-32be', skip: 4 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', skip: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', skip: 2 };
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', skip: 3 };
  return { encoding: guessEncoding(bytes), skip: 0 };
}

/** JSON starts with ASCII characters, so the zero bytes among the first four (or two) tell the width and the order of the units. */
function guessEncoding([a, b, c, d]: Uint8Array): Encoding {
  if (d !== undefined) {
    if (a === 0) return b === 0 ? 'utf-32be' : 'utf-16be';
    if (b === 0) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  } else if (b !== undefined && c === undefined) {
    if (a === 0) return 'utf-16be';
    if (b === 0) return 'utf-16le';
  }
  return 'utf-8';
}

function decodeUtf32(bytes: Uint8Array, isLittleEndian: boolean): string {
  if (bytes.length % 4 !== 0) throw new RangeError('truncated data');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 4) parts.push(String.fromCodePoint(view.getUint32(offset, isLittleEndian)));
  const text = parts.join('');
  if (!text.isWellFormed()) throw new RangeError('surrogate in data');
  return text;
}
