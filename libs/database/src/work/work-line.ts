/** Kinds of things that somebody must look at again: jobs, batches, activities of task groups, accounts to poll, questions to a worker. */
export type WorkKind = 'job' | 'batch' | 'activity' | 'account' | 'question';

/** Names one line of the table `work`. */
export interface WorkKey {
  readonly kind: WorkKind;
  readonly id: number;
}

/** Which workers may look: those that serve the backend type and the resource and, where a place is set, run at that place. */
export interface WorkAddress {
  readonly backendType: string;
  readonly resourceId: number;
  /** Null until something was started at a place. */
  readonly place: string | null;
}

/** A line of work with the workers that it is for. */
export type AddressedWork = WorkKey & WorkAddress;

/** What a worker serves. */
export interface ServedWork {
  readonly backendTypes: readonly string[];
  /** Names of resources; null: all of these backend types. */
  readonly resourceNames: readonly string[] | null;
  /** Name of the worker's place. */
  readonly place: string;
}
