import type { Place, ProcessIdentity } from '@fractal-server/hosts';

/** The runner that won the claim, in its own words. */
export interface Owner extends ProcessIdentity {
  /** The attempt's token. */
  readonly token: string;
  readonly host: string;
  /** Where it runs; `name` is the place that the attempt was started at. */
  readonly place: Place;
  /** Id of the SLURM job that it runs in, or null. */
  readonly slurmJobId: string | null;
  /** On a cluster: what SLURM told the runner about itself. */
  readonly slurm?: SlurmContext | undefined;
}

/** Where in a cluster a runner is, in SLURM's own words; null for what SLURM did not say. */
export interface SlurmContext {
  readonly cluster: string | null;
  readonly node: string | null;
  readonly partition: string | null;
  readonly user: string | null;
}

/** The claim is a file, but not one that a runner wrote. */
export class ClaimUnreadable extends Error {
  readonly code = 'claim_unreadable';

  constructor(readonly path: string) {
    super(`The claim '${path}' was not written by a unit runner`);
    this.name = 'ClaimUnreadable';
  }
}

/** Read the content of a claim, or an owner stored earlier with `JSON.stringify`. @throws ClaimUnreadable */
export function parseOwner(path: string, content: Uint8Array | string): Owner {
  let value: unknown;
  try {
    value = JSON.parse(typeof content === 'string' ? content : Buffer.from(content).toString('utf8'));
  } catch {
    throw new ClaimUnreadable(path);
  }
  if (!isOwner(value)) {
    throw new ClaimUnreadable(path);
  }
  return value;
}

function isOwner(value: unknown): value is Owner {
  if (!isObject(value) || !isObject(value['place'])) {
    return false;
  }
  const { place } = value;
  return (
    [value['token'], value['host'], place['name'], place['machineId'], place['bootId'], place['pidNamespace']].every(
      (text) => typeof text === 'string',
    ) &&
    [value['pid'], value['startTime']].every((number) => Number.isSafeInteger(number)) &&
    isTextOrNull(value['slurmJobId']) &&
    (value['slurm'] === undefined || isSlurmContext(value['slurm']))
  );
}

function isSlurmContext(value: unknown): value is SlurmContext {
  return isObject(value) && [value['cluster'], value['node'], value['partition'], value['user']].every(isTextOrNull);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
