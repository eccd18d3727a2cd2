import type { Schema } from '../../validation/schema.js';
import { MAX_PATH_LENGTH, nonEmptyString } from '../../validation/scalars/string.js';

/** `s3://bucket/key`, kept as typed (contract: auth-admin 2.7, S3Path). */
export function s3Path(): Schema<string> {
  return S3_PATH;
}

const S3_URL = /^s3:\/\/([^/]+)\/(.+)$/;
const FORBIDDEN_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const FORBIDDEN_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];
const MAX_KEY_BYTES = 1024;

function s3Fault(text: string): string | undefined {
  const match = S3_URL.exec(text);
  if (match === null) return `S3 URL must match pattern 's3://bucket/key' (given '${text}')`;
  const [, bucket = '', key = ''] = match;
  const fault = bucketFault(bucket);
  if (fault !== undefined) return `S3 bucket name must ${fault} (given '${bucket}')`;
  const keyBytes = new TextEncoder().encode(key).length;
  return keyBytes > MAX_KEY_BYTES ? `S3 key must not exceed ${MAX_KEY_BYTES} bytes (given key has ${keyBytes} bytes)` : undefined;
}

function bucketFault(bucket: string): string | undefined {
  if (bucket.length < 3 || bucket.length > 63) return 'be between 3 and 63 characters long';
  if (!/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(bucket)) {
    return 'start and end with lowercase letter or number, and contain only lowercase letters, numbers, periods, and hyphens';
  }
  if (bucket.includes('..')) return 'not contain two adjacent periods';
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(bucket)) return 'not be formatted as an IP address';
  if (FORBIDDEN_PREFIXES.some((prefix) => bucket.startsWith(prefix))) return `not start with ${quoteAll(FORBIDDEN_PREFIXES)}`;
  if (FORBIDDEN_SUFFIXES.some((suffix) => bucket.endsWith(suffix))) return `not end with ${quoteAll(FORBIDDEN_SUFFIXES)}`;
  return undefined;
}

function quoteAll(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ');
}

const S3_PATH = nonEmptyString({ maxLength: MAX_PATH_LENGTH }).refine(s3Fault);
