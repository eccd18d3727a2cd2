/**
 * Fail points: named moments before and after each effect at which a test may kill or stop this process.
 *
 * Off unless `FRACTAL_FAIL_POINT` is set, to `<name>` or `<name>:kill` (SIGKILL to itself) or `<name>:stop` (SIGSTOP to itself, once; whoever
 * sends SIGCONT decides for how long). A name is `<area>.<effect>.before` or `<area>.<effect>.after`.
 */

/** The environment variable that arms one fail point. */
export const FAIL_POINT_VARIABLE = 'FRACTAL_FAIL_POINT';

const declared = new Set<string>();
let stopUsed = false;

/** The fail points of one area, typed by the names of its effects. */
export interface FailPoints<Effect extends string> {
  /** Pass the point right before the effect. */
  before(effect: Effect): void;
  /** Pass the point right after the effect. */
  after(effect: Effect): void;
  /** Do an effect between its two points; the second is not passed when the effect throws. */
  around<T>(effect: Effect, work: () => Promise<T>): Promise<T>;
}

/** Declare the effects of an area. Done once per area, at the top of the module that has the effects. */
export function declareFailPoints<const Effect extends string>(area: string, effects: readonly Effect[]): FailPoints<Effect> {
  for (const effect of effects) {
    declared.add(`${area}.${effect}.before`).add(`${area}.${effect}.after`);
  }
  const before = (effect: Effect): void => passFailPoint(`${area}.${effect}.before`);
  const after = (effect: Effect): void => passFailPoint(`${area}.${effect}.after`);
  return {
    before,
    after,
    async around<T>(effect: Effect, work: () => Promise<T>): Promise<T> {
      before(effect);
      const result = await work();
      after(effect);
      return result;
    },
  };
}

/** Names of all fail points of the modules loaded so far, sorted: what a test of kills walks through. */
export function listFailPoints(): string[] {
  return [...declared].sort();
}

function passFailPoint(name: string): void {
  // Read each time: a test may arm a point while the process runs. It costs less than a microsecond.
  const armed = process.env[FAIL_POINT_VARIABLE];
  if (armed === undefined || armed === '') {
    return;
  }
  if (armed === name || armed === `${name}:kill`) {
    signalItself('SIGKILL');
  } else if (armed === `${name}:stop` && !stopUsed) {
    stopUsed = true;
    signalItself('SIGSTOP');
  }
}

/** Long enough for the signal to take effect on a busy machine. */
const SIGNAL_PATIENCE_MS = 1_000;

/** The signal may be taken by another thread first: without the wait, this one would run on past the point until it is caught up. */
function signalItself(signal: 'SIGKILL' | 'SIGSTOP'): void {
  process.kill(process.pid, signal);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SIGNAL_PATIENCE_MS);
}
