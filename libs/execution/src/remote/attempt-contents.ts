/** Sizes that the runner gives to files whose size a reader has to know beforehand. */
export const CLAIM_BYTES = 1024;
export const END_BYTES = 512;
/** The runner closes a part of `results` at 4 MiB; one line more fits. */
const MAX_PART_BYTES = 8 * 1024 * 1024;

/** What the names in the folder of an attempt on a cluster tell, without opening a file. */
export interface AttemptContents {
  /** `absent`: nobody has taken the claim; `file`: a runner has; `folder`: a worker has. */
  readonly claim: 'absent' | 'file' | 'folder';
  /** Size of each closed part of `results`, by number. */
  readonly partBytes: ReadonlyMap<number, number>;
  /** Lines that are not in a closed part yet, or never will be. */
  readonly hasOpenPart: boolean;
  /** Units below this position in the spec may have been started. */
  readonly startedBelow: number;
  readonly hasEnd: boolean;
  /** Size of the finished bundle, or null while there is none. */
  readonly bundleBytes: number | null;
}

/** The folder of an attempt holds what no unit runner writes. Whoever owns the folder has changed it: nothing can be concluded from it. */
export class AttemptUnreadable extends Error {
  readonly code = 'attempt_unreadable';

  constructor(
    readonly folder: string,
    what: string,
  ) {
    super(`The attempt folder '${folder}' was not left so by a unit runner: ${what}`);
    this.name = 'AttemptUnreadable';
  }
}

/** Read names as `ls -p` shows them. Names that mean nothing are passed over. @throws AttemptUnreadable */
export function readContents(folder: string, names: readonly string[]): AttemptContents {
  const partBytes = new Map<number, number>();
  let startedBelow = 0;
  let bundleBytes: number | null = null;
  for (const name of names) {
    const [, kind, ...numbers] = /^(results|watermark|bundle)\.(\d{1,15})(?:\.(\d{1,15}))?$/.exec(name) ?? [];
    const [first, second] = numbers.map((digits) => (digits === undefined ? undefined : Number(digits)));
    if (first === undefined || (kind === 'results') !== (second !== undefined)) continue;
    if (kind === 'watermark') {
      startedBelow = Math.max(startedBelow, first);
    } else if (kind === 'bundle') {
      if (bundleBytes !== null) throw new AttemptUnreadable(folder, 'there are two bundles');
      bundleBytes = first;
    } else {
      if (partBytes.has(first)) throw new AttemptUnreadable(folder, `there are two parts ${first} of results`);
      if (second === undefined || second > MAX_PART_BYTES) throw new AttemptUnreadable(folder, `${name} is too large`);
      partBytes.set(first, second);
    }
  }
  return {
    claim: names.includes('claim/') ? 'folder' : names.includes('claim') ? 'file' : 'absent',
    partBytes,
    hasOpenPart: names.includes('results.part'),
    startedBelow,
    hasEnd: names.includes('end'),
    bundleBytes,
  };
}
