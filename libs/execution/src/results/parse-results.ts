import { crc32 } from 'node:zlib';
import type { UnitOutput, UnitResult } from './unit-result.js';

/** The units that some lines of `results` speak of. */
export interface ResultLines {
  /** Indices of units that were about to be started. */
  readonly started: number[];
  readonly results: UnitResult[];
  /** Valid lines. */
  readonly lines: number;
  /** Bytes of the input that need not be looked at again. */
  readonly consumed: number;
}

const NEWLINE = 0x0a;

/**
 * Read lines `\n<length> <crc32> <json>` from a piece of `results` that begins at a line break (or is empty).
 *
 * A line break ends the line before it: one that fails its length or checksum is as if it were not there, since the runner wrote it anew.
 * The last line has no line break behind it; if it is not whole yet, it is left for the next look.
 */
export function parseResults(bytes: Uint8Array): ResultLines {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const started: number[] = [];
  const results: UnitResult[] = [];
  let lines = 0;
  let at = 0;
  while (at < buffer.length) {
    const begin = at + 1;
    const next = buffer.indexOf(NEWLINE, begin);
    const end = next === -1 ? buffer.length : next;
    const record = readLine(buffer.subarray(begin, end));
    if (record !== null) {
      lines += 1;
      if ('started' in record) {
        started.push(record.started);
      } else {
        results.push(toUnitResult(record));
      }
    } else if (next === -1) {
      break;
    }
    at = end;
  }
  return { started, results, lines, consumed: at };
}

/** A line's content as the runner abbreviates it: what has its usual value is left out. */
interface ResultRecord {
  unit: number;
  exit?: number;
  signal?: number;
  error?: string;
  stopped?: true;
  full?: true;
  wall?: number;
  cpu?: number;
  mem?: number;
  warn?: true;
  /** Inline text, or true for "read the file". */
  out?: string | true;
  log?: number;
  tail?: string;
}

type LineRecord = { started: number } | ResultRecord;

function readLine(line: Buffer): LineRecord | null {
  const lengthEnd = line.indexOf(0x20);
  const json = line.subarray(lengthEnd + 10);
  if (lengthEnd <= 0 || line[lengthEnd + 9] !== 0x20 || Number(line.toString('latin1', 0, lengthEnd)) !== json.length) {
    return null;
  }
  if (parseInt(line.toString('latin1', lengthEnd + 1, lengthEnd + 9), 16) !== crc32(json)) {
    return null;
  }
  // The checksum says that the runner wrote this: its shape is known.
  return JSON.parse(json.toString('utf8')) as LineRecord;
}

function toUnitResult(record: ResultRecord): UnitResult {
  return {
    unit: record.unit,
    exitCode: record.exit ?? null,
    signal: record.signal ?? null,
    startError: record.error ?? null,
    stopped: record.stopped ?? false,
    diskFull: record.full ?? false,
    wallSeconds: record.wall ?? 0,
    cpuSeconds: record.cpu ?? 0,
    peakMemoryKiB: record.mem ?? 0,
    hasWarnings: record.warn ?? false,
    output: toOutput(record.out),
    logBytes: record.log ?? 0,
    logTail: record.tail ?? null,
  };
}

function toOutput(out: string | true | undefined): UnitOutput {
  if (out === undefined) {
    return { kind: 'absent' };
  }
  return out === true ? { kind: 'file' } : { kind: 'inline', text: out };
}
