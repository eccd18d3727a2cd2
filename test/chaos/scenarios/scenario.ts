import type { Random } from '../random.js';
import type { ChaosSystem } from '../system/system.js';

/** What a scenario works with. */
export interface Stage {
  readonly system: ChaosSystem;
  readonly random: Random;
  /** Images of an undisturbed job; undefined for the scenario that finds them out. */
  readonly reference: string | undefined;
}

/** One way to hurt a system. @returns what was broken, in words: nothing, if all promises were kept */
export type Scenario = (stage: Stage) => Promise<string[]>;
