/** What a bell can be about; each kind is a kind of line in the table `work`. */
export const BELL_KINDS = ['job', 'batch', 'activity', 'account', 'question'] as const;

/** Kind of thing that a bell asks to look at. */
export type BellKind = (typeof BELL_KINDS)[number];

/** "Look at this": safe to lose, safe to repeat. */
export interface Bell {
  readonly kind: BellKind;
  readonly id: number;
}

/** Which workers hear a bell. */
export interface BellAddress {
  readonly backendType: string;
  readonly resourceId: number;
  /** Set once something was started there: only a worker of the place may look at it. */
  readonly place: string | null;
}

/** Environment building has a queue of its own, so that a long installation never delays a job. */
export type BellArea = 'jobs' | 'environments';

/** Queues of each area and how many of their bells one worker process answers at a time. */
export const bellAreas: Readonly<Record<BellArea, { readonly concurrency: number }>> = {
  // A look is mostly waiting for PostgreSQL; the pool has ten connections.
  jobs: { concurrency: 8 },
  environments: { concurrency: 4 },
};

/** The area whose queue carries a kind of bell. */
export function areaOf(kind: BellKind): BellArea {
  switch (kind) {
    case 'job':
    case 'batch':
    case 'account':
      return 'jobs';
    case 'activity':
    case 'question':
      return 'environments';
  }
}

/** Name of a queue (engine.md 1): `jobs.local.r1`, and `jobs.local.r1.<place>` where a place is set. */
export function queueName(area: BellArea, { backendType, resourceId, place }: BellAddress): string {
  const name = `${area}.${backendType}.r${resourceId}`;
  return place === null ? name : `${name}.${placeInQueueName(place)}`;
}

/** BullMQ refuses colons in queue names, and a host name may hold other surprises. */
function placeInQueueName(place: string): string {
  return place.replace(/[^A-Za-z0-9_-]/g, (character) => `~${character.codePointAt(0)?.toString(16) ?? ''}~`);
}

/** A message that is no bell of ours. */
export class InvalidBellError extends Error {
  constructor(message: unknown) {
    super(`Not a bell: ${JSON.stringify(message)?.slice(0, 200)}`);
    this.name = 'InvalidBellError';
  }
}

/** Checks a message on arrival. @throws InvalidBellError */
export function parseBell(message: unknown): Bell {
  const { kind, id } = (message ?? {}) as Partial<Record<keyof Bell, unknown>>;
  if (!BELL_KINDS.some((known) => known === kind)) throw new InvalidBellError(message);
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id <= 0) throw new InvalidBellError(message);
  return { kind: kind as BellKind, id };
}
