import { HostError, HostFileError, type CallOptions, type Commands } from '@fractal-server/hosts';
import { attemptFiles } from '../attempt/attempt-folder.js';
import type { Claim } from '../claim/claim.js';
import { parseOwner } from '../claim/owner.js';
import type { Outcome } from '../gather/gather.js';
import { parseClusterEndMarker, type ClusterEndMarker } from '../results/end-marker.js';
import { parseResults } from '../results/parse-results.js';
import type { PartsCursor } from '../results/parts-cursor.js';
import { isUnitResult, type UnitResult } from '../results/unit-result.js';
import { AttemptUnreadable, CLAIM_BYTES, END_BYTES, readContents, type AttemptContents } from './attempt-contents.js';
import type { AttemptLook, LookRequest } from './attempt-look.js';
import { listFolders } from './listed-folders.js';
import { chunksOfPaths, readSizedFiles, type SizedFile } from './sized-files.js';

/** Bytes of results read in one look, over all its attempts: bounds memory however many units ended meanwhile. */
const BYTES_PER_LOOK = 16 * 1024 * 1024;
/** The runner may have died with an unclosed part of at most so much. */
const MAX_OPEN_PART_BYTES = 16 * 1024 * 1024;

/**
 * Look at many attempts with one `ls` for all folders and one `cat` for all that is new in them.
 *
 * @returns one outcome per request, in order; a folder that is missing is an attempt that nobody has claimed
 * @throws HostError when the host cannot be asked at all
 */
export async function lookAtAttempts(
  host: Commands,
  requests: readonly LookRequest[],
  options: CallOptions,
): Promise<Outcome<AttemptLook>[]> {
  const names = new Map<string, Outcome<readonly string[] | null>>();
  const folders = [...new Set(requests.map(({ folder }) => folder))].map((path) => ({ path }));
  for (const chunk of chunksOfPaths(folders)) {
    const listed = await listFolders(
      host,
      chunk.map(({ path }) => path),
      options,
    );
    chunk.forEach(({ path }, index) => names.set(path, listed[index] ?? unknownOutcome()));
  }
  const budget = { bytes: BYTES_PER_LOOK };
  const plans = requests.map((request) => attempted(() => planLook(request, names.get(request.folder) ?? unknownOutcome(), budget)));
  const contents = await readSizedFiles(
    host,
    plans.map((plan) => (plan.ok ? plan.value.files : [])),
    options,
  );
  const looks: Outcome<AttemptLook>[] = [];
  for (const [index, plan] of plans.entries()) {
    looks.push(plan.ok ? await attemptedLater(() => finishLook(host, plan.value, contents[index] ?? [], options)) : plan);
  }
  return looks;
}

/** What is to be read of one attempt: first the claim and the end marker where they are wanted, then new parts in order. */
interface LookPlan {
  readonly request: LookRequest;
  /** Null: there is no such folder. */
  readonly contents: AttemptContents | null;
  readonly files: readonly SizedFile[];
  readonly readsClaim: boolean;
  /** Parts left for the next look. */
  readonly more: boolean;
}

function planLook(request: LookRequest, names: Outcome<readonly string[] | null>, budget: { bytes: number }): LookPlan {
  if (!names.ok) throw names.error;
  const { folder, cursor, knownOwner } = request;
  const contents = names.value === null ? null : readContents(folder, names.value);
  const readsClaim = contents?.claim === 'file' && knownOwner === null;
  const files: SizedFile[] = [];
  if (readsClaim) files.push({ path: attemptFiles(folder).claim, bytes: CLAIM_BYTES });
  if (contents?.hasEnd === true) files.push({ path: attemptFiles(folder).end, bytes: END_BYTES });
  let part = cursor.parts;
  for (let bytes; (bytes = contents?.partBytes.get(part)) !== undefined && bytes <= budget.bytes; part += 1) {
    budget.bytes -= bytes;
    files.push({ path: `${attemptFiles(folder).results}.${part}.${bytes}`, bytes });
  }
  return { request, contents, files, readsClaim, more: contents?.partBytes.has(part) ?? false };
}

async function finishLook(host: Commands, plan: LookPlan, read: readonly (Buffer | null)[], options: CallOptions): Promise<AttemptLook> {
  const { request, contents, readsClaim, more } = plan;
  const { folder, cursor, knownOwner } = request;
  const rest = [...read];
  const claim = readsClaim ? claimOf(folder, rest.shift() ?? null) : claimWithoutReading(request, contents);
  const endBytes = contents?.hasEnd === true ? (rest.shift() ?? null) : null;
  const end = endBytes === null ? null : endOf(folder, endBytes);
  const parts = readParts(folder, rest, cursor);
  const isBehind = !parts.isWhole || (contents?.hasEnd === true && end === null);
  const isLast = request.isOver === true && !more && !isBehind && contents?.hasOpenPart === true;
  const unclosed = isLast ? await readOpenPart(host, folder, options) : [];
  return {
    claim,
    results: [...parts.results, ...unclosed],
    cursor: parts.cursor,
    startedBelow: contents === null && knownOwner !== null ? null : (contents?.startedBelow ?? 0),
    end,
    bundleBytes: contents?.bundleBytes ?? null,
    more: more && parts.isWhole,
    isBehind,
  };
}

function claimWithoutReading({ knownOwner }: LookRequest, contents: AttemptContents | null): Claim {
  if (knownOwner !== null) return { kind: 'owned', owner: knownOwner };
  return contents?.claim === 'folder' ? { kind: 'revoked' } : { kind: 'open' };
}

/** Its name is there: whoever has it may run. Without its content nothing can be said, least of all that it is open. */
function claimOf(folder: string, bytes: Buffer | null): Claim {
  const { claim } = attemptFiles(folder);
  if (bytes === null) throw new HostFileError('read the whole of', claim, 'EAGAIN');
  return { kind: 'owned', owner: parseOwner(claim, bytes) };
}

/** Null while only its blanks are visible. */
function endOf(folder: string, bytes: Buffer): ClusterEndMarker | null {
  const text = bytes.toString('utf8').trim();
  return text === '' ? null : parseClusterEndMarker(attemptFiles(folder).end, text);
}

/** Parts count in order, up to the first one that is not there as a whole. */
function readParts(folder: string, parts: readonly (Buffer | null)[], from: PartsCursor) {
  const results: UnitResult[] = [];
  let cursor = from;
  for (const bytes of parts) {
    if (bytes === null) return { results, cursor, isWhole: false };
    const { lines, results: found } = parsePart(folder, bytes);
    results.push(...found);
    cursor = { parts: cursor.parts + 1, lines: cursor.lines + lines };
  }
  return { results, cursor, isWhole: true };
}

async function readOpenPart(host: Commands, folder: string, options: CallOptions): Promise<readonly UnitResult[]> {
  try {
    const bytes = await host.readFile(attemptFiles(folder).openPart, { ...options, maxBytes: MAX_OPEN_PART_BYTES });
    return parsePart(folder, bytes).results;
  } catch (error) {
    // It was closed since: the next look shows it as a part.
    if (error instanceof HostFileError && error.errno === 'ENOENT') return [];
    throw error;
  }
}

/** The folder belongs to the user: a line may have a right checksum and still be none of a runner's. */
function parsePart(folder: string, bytes: Buffer) {
  try {
    const parsed = parseResults(bytes);
    if (!parsed.results.every(isUnitResult)) throw new Error('a line is not the result of a unit');
    return parsed;
  } catch (error) {
    if (error instanceof HostError) throw error;
    throw new AttemptUnreadable(folder, error instanceof Error ? error.message : String(error));
  }
}

function attempted<Value>(work: () => Value): Outcome<Value> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, error };
  }
}

async function attemptedLater<Value>(work: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error };
  }
}

function unknownOutcome(): Outcome<never> {
  return { ok: false, error: new Error('the listing of folders lost one of them') };
}
