import type { BatchAttempt, EngineBatch, UnfinishedUnit } from '@fractal-server/database';
import type { JsonObject } from '@fractal-server/domain';
import type { AttemptEnd } from './settle-batch.js';
import { unfinishedUnit } from './settle-batch.js';

/** An attempt that is over. */
export interface LostAttempt {
  readonly state: AttemptEnd['state'];
  /** The runner's own word, or why there is none. */
  readonly reason: string;
  /** The last lines of results may be missing: any unit without a result may have run. */
  readonly countsAllAsStarted: boolean;
  /** What the units that fail are told; by default what follows from the reason. */
  readonly text?: string;
  /** It was not the site's fault: a limit that the job had, or somebody's word. Then units that had not started fail like the others. */
  readonly isOwnFault?: boolean;
}

/** How often lost units are started again where the resource allows it and does not say how often. */
const DEFAULT_RETRIES = 3;
/** A full disk is looked at again after this many seconds, times the number of the attempt. */
const DISK_FULL_SECONDS = 10;
const MAX_DISK_FULL_SECONDS = 120;

/**
 * What becomes of units that an attempt left without a result: those that had not started run in a new attempt, always; those that had
 * started fail with the reason or, where the resource allows it, run again.
 */
export function decideLostUnits(
  batch: EngineBatch,
  attempt: BatchAttempt,
  { state, reason, countsAllAsStarted, text = describe(reason), isOwnFault = false }: LostAttempt,
  unfinished: readonly UnfinishedUnit[],
  started: ReadonlySet<number>,
): AttemptEnd {
  const mayRetry = retriesOf(batch.resource) >= attempt.number;
  const failed = mayRetry ? [] : unfinished.filter(({ index }) => countsAllAsStarted || isOwnFault || started.has(index));
  return {
    state,
    reason,
    failed: failed.map(({ index }) => unfinishedUnit(index, text)),
    isRepeated: failed.length < unfinished.length,
    repeatAfterSeconds: reason === 'disk full' ? Math.min(attempt.number * DISK_FULL_SECONDS, MAX_DISK_FULL_SECONDS) : 0,
  };
}

/** How many attempts of a batch may be followed by another one that runs started units again. */
function retriesOf(resource: JsonObject): number {
  const settings = resource.get('settings') as JsonObject | undefined;
  if (settings?.get('retry_lost_units') !== true) return 0;
  const most = settings.get('retry_max');
  return typeof most === 'number' ? most : DEFAULT_RETRIES;
}

function describe(reason: string): string {
  const texts: Readonly<Record<string, string>> = {
    'runner died': 'The unit runner was killed while this unit was running.',
    'place restarted': 'The machine, or the container, was restarted while this unit was running.',
    'place lost': 'The machine that this unit was running on has not been seen for too long.',
    'disk full': 'The disk was full while this unit was running.',
    'write error': 'The unit runner could not write its results any more while this unit was running.',
    terminated: 'The unit runner was asked to end by the system while this unit was running.',
    stopped: 'The unit runner was asked to stop while this unit was running.',
  };
  return texts[reason] ?? `The attempt at this unit was lost: ${reason}.`;
}
