import type { Claim } from '../claim/claim.js';
import type { Owner } from '../claim/owner.js';
import type { ClusterEndMarker } from '../results/end-marker.js';
import type { PartsCursor } from '../results/parts-cursor.js';
import type { UnitResult } from '../results/unit-result.js';

/** Which attempt to look at. */
export interface LookRequest {
  /** The attempt's folder on the host; its last part is the attempt's name. */
  readonly folder: string;
  /** What has been read. */
  readonly cursor: PartsCursor;
  /** The owner stored when the attempt was seen claimed: its claim need not be read again, and it counts when a task has removed the folder. */
  readonly knownOwner: Owner | null;
  /**
   * Nothing of the attempt runs any more. Then what the runner could not close is read as well, once all closed parts have been: the cursor does not
   * count it.
   */
  readonly isOver?: boolean | undefined;
}

/** What one look at an attempt on a cluster showed. It says nothing about the scheduler's view. */
export interface AttemptLook {
  readonly claim: Claim;
  /** Results since the cursor, oldest first. A unit may occur twice in rare cases of trouble with the disk, or after `isOver`; the first one counts. */
  readonly results: readonly UnitResult[];
  /** To be given to the next look. */
  readonly cursor: PartsCursor;
  /**
   * Units before this position of the spec may have been started; the others have not. 0 when none was. Null when it cannot be known because the
   * folder is gone: every unit without a result counts as started.
   */
  readonly startedBelow: number | null;
  /** The runner's last word, or null. See `hasAllLines` for what it promises. */
  readonly end: ClusterEndMarker | null;
  /** Size of the bundle with the units' files, or null while there is none. The end marker says whether one will come. */
  readonly bundleBytes: number | null;
  /** There is more than fitted in one look: look again at once. */
  readonly more: boolean;
  /** A network file system shows names whose content is not there yet: look again in a moment. */
  readonly isBehind: boolean;
}
