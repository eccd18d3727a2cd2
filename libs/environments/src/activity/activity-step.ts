import type { Transaction } from '@fractal-server/database';
import type { CallOptions } from '@fractal-server/hosts';

/** A command of an activity, to be run once under a unit runner. */
export interface ActivityStep {
  /** Begins the names of its attempts. */
  readonly name: string;
  readonly argv: readonly string[];
  /** What the command may see; asked for only when it is started. */
  environment(calls: CallOptions): Promise<Readonly<Record<string, string>>>;
  readonly workingFolder: string;
  /** Folder of all attempts of the activity; nothing else is in it. */
  readonly attemptsFolder: string;
  /** Python that runs the unit runner. */
  readonly python: string;
}

/** What one look at a step showed. `close` belongs into the transaction that moves the activity on. */
export type StepSight =
  | { readonly kind: 'running' }
  /** it runs where it cannot be seen from here */
  | { readonly kind: 'elsewhere'; readonly waitingReason?: string }
  | EndedStep
  | LostStep;

/** The command ended by itself. */
export interface EndedStep {
  readonly kind: 'ended';
  /** Null when a signal ended it, or when it could not be started. */
  readonly exitCode: number | null;
  readonly signal: number | null;
  /** What it printed, or why it could not be started. */
  readonly output: string;
  close(transaction: Transaction): Promise<void>;
}

/** The command was cut off for a reason of the site; none of its processes is left. */
export interface LostStep {
  readonly kind: 'lost';
  readonly reason: string;
  close(transaction: Transaction): Promise<void>;
}
