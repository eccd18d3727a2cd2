import type { ActivityAttempt, Lease } from '@fractal-server/database';
import { DomainError, stringifyJson } from '@fractal-server/domain';
import { parseOwner, type AttemptSpec, type EndReason, type Owner, type UnitResult } from '@fractal-server/execution';
import type { ActivityStep } from './activity-step.js';

/** What one look at the attempt of a command showed, wherever it runs. */
export type StepAttemptSight =
  /** nobody has the claim: a runner may still come */
  | { readonly kind: 'unclaimed' }
  /** a worker has the claim: it never runs */
  | { readonly kind: 'revoked' }
  /** its runner lives */
  | { readonly kind: 'running'; readonly owner: Owner }
  /** it cannot be seen from here whether it lives */
  | { readonly kind: 'elsewhere'; readonly waitingReason?: string }
  /** every process of it has ended; without a result the command was cut off, for the reason */
  | { readonly kind: 'ended'; readonly result: UnitResult | undefined; readonly reason: EndReason }
  /** its runner died, or has to be given up; the reason is a sentence */
  | { readonly kind: 'lost'; readonly reason: string };

/** Starts, sees and ends the attempts of commands, in the way of one kind of site. */
export interface StepAttempts {
  /** The place that attempts are started at, as stored with them. */
  readonly place: string;
  /** Seconds between two looks at a command that runs. */
  readonly lookEverySeconds: number;
  look(attempt: ActivityAttempt, step: Pick<ActivityStep, 'python'>, lease: Lease): Promise<StepAttemptSight>;
  /**
   * Starts a command whose claim is open. Repeating it is harmless.
   * @returns what is seen a moment later
   * @throws DomainError when the unit runner cannot run there
   */
  start(attempt: ActivityAttempt, step: ActivityStep, lease: Lease): Promise<StepAttemptSight>;
  /** Ends whatever is left of an attempt; `elsewhere` while something of it may run where it was only asked to stop. */
  end(attempt: ActivityAttempt, step: Pick<ActivityStep, 'python'>, lease: Lease): Promise<'revoked' | 'ended' | 'elsewhere'>;
  /** Keeps an eye on a command that runs, where that is possible: the next look comes when it ends. */
  watch(activityId: number, attempt: ActivityAttempt, owner: Owner): void;
  /** The activity has ended, or its attempt is over. */
  unwatch(activityId: number): void;
}

/** File for what the command prints. */
export function outputPath({ folder }: ActivityAttempt): string {
  return `${folder}/output.txt`;
}

/** The owner as it was last seen, or null. */
export function storedOwner({ folder, owner }: ActivityAttempt): Owner | null {
  return owner === null ? null : parseOwner(folder, stringifyJson(owner));
}

/** What the unit runner of an attempt is told. */
export function attemptSpec(
  attempt: ActivityAttempt,
  step: ActivityStep,
  place: string,
  environment: Readonly<Record<string, string>>,
): AttemptSpec {
  const { name, token } = attempt;
  const batch = { kind: 'commands', units: [{ index: 0, argv: step.argv, logPath: outputPath(attempt) }] } as const;
  return { name, token, place, environment, workingFolder: step.workingFolder, batch };
}

/** The interpreter that a resource names cannot run the unit runner. @param words what it said instead */
export function runnerCouldNotRun(python: string, words: string): DomainError {
  return new DomainError('refused', 'activity.runner', `The unit runner could not run with ${python}: ${words.trim()}`);
}
