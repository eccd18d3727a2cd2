import { compareCodePoints } from '../text/compare-code-points.js';
import { parseVersion, type Version } from './pep440.js';

/**
 * Orders versions as PEP 440 does: epoch, release with trailing zeros insignificant, then development < pre-release < final < post release,
 * a local version just after the same one without.
 */
export function compareVersions(left: Version, right: Version): number {
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compareReleases(left.release, right.release) ||
    compareLists(preKey(left), preKey(right), compareNumbers) ||
    compareNumbers(left.post ?? -1n, right.post ?? -1n) ||
    compareDevelopment(left.dev, right.dev) ||
    compareLocals(left.local, right.local)
  );
}

/**
 * Orders version texts of task groups, oldest first: an unknown version before one that PEP 440 cannot read (these by code point), and
 * those before all others (contract: api-data-model.md 6.8).
 */
export function compareVersionTexts(left: string | null, right: string | null): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  const a = parseVersion(left);
  const b = parseVersion(right);
  if (a === undefined && b === undefined) return compareCodePoints(left, right);
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareVersions(a, b);
}

/**
 * Whether a task of version `candidate` is an update of one of version `current`: both can be read and it is strictly newer (contract:
 * api-data-model.md WT6).
 */
export function isNewerVersion(candidate: string, current: string): boolean {
  const a = parseVersion(candidate);
  const b = parseVersion(current);
  return a !== undefined && b !== undefined && compareVersions(a, b) > 0;
}

function compareNumbers(left: bigint, right: bigint): number {
  return left < right ? -1 : Number(left > right);
}

function compareReleases(left: readonly bigint[], right: readonly bigint[]): number {
  const length = Math.max(left.length, right.length);
  const padded = (release: readonly bigint[]): bigint[] => Array.from({ length }, (_, index) => release[index] ?? 0n);
  return compareLists(padded(left), padded(right), compareNumbers);
}

const PHASE_RANKS = { a: 1n, b: 2n, rc: 3n } as const;

/** A development release of no pre-release comes before all pre-releases, a final or post release after them. */
function preKey({ pre, post, dev }: Version): readonly bigint[] {
  if (pre !== undefined) return [PHASE_RANKS[pre.phase], pre.number];
  return post === undefined && dev !== undefined ? [0n] : [4n];
}

function compareDevelopment(left: bigint | undefined, right: bigint | undefined): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  return compareNumbers(left, right);
}

function compareLocals(left: Version['local'], right: Version['local']): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return compareLists(left, right, (a, b) => {
    if (typeof a === 'string' || typeof b === 'string') {
      return typeof a === 'string' && typeof b === 'string'
        ? compareCodePoints(a, b)
        : Number(typeof b === 'string') - Number(typeof a === 'string');
    }
    return compareNumbers(a, b);
  });
}

function compareLists<Item>(left: readonly Item[], right: readonly Item[], compare: (a: Item, b: Item) => number): number {
  for (const [index, item] of left.entries()) {
    if (index >= right.length) return 1;
    const order = compare(item, right[index]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
