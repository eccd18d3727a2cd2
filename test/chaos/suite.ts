import { canMount, fullDisk } from './scenarios/full-disk.js';
import { failPoints, jobFailPoints } from './scenarios/fail-points.js';
import { orderlyEnd } from './scenarios/orderly-end.js';
import { twoPlaces } from './scenarios/places.js';
import { randomKills } from './scenarios/random-kills.js';
import { restartedContainer } from './scenarios/restarted-container.js';
import type { Scenario } from './scenarios/scenario.js';
import { runUndisturbed } from './scenarios/undisturbed.js';
import { Random } from './random.js';
import { ChaosSystem, type SystemOptions } from './system/system.js';

/** What one run of the suite does. */
export interface SuiteOptions extends SystemOptions {
  readonly seed: number;
  readonly scenarios: readonly NamedScenario[];
}

/** A scenario with its name in the table. */
export interface NamedScenario {
  readonly name: string;
  readonly run: Scenario;
}

/** What became of one scenario. */
export interface ScenarioResult {
  readonly name: string;
  readonly queue: string;
  readonly kills: number;
  readonly seconds: number;
  /** What was broken, in words. */
  readonly faults: readonly string[];
}

/** Fail points that are tried side by side, each on a lane of its own: more at once only make the machine slow. */
const POINTS_AT_ONCE = 10;

/** All points, in an order that the seed decides, some at a time. */
export function failPointWaves(mode: 'kill' | 'stop', random: Random, most = Number.POSITIVE_INFINITY): NamedScenario[] {
  const points = random.shuffled(jobFailPoints()).slice(0, most);
  const waves: NamedScenario[] = [];
  for (let first = 0; first < points.length; first += POINTS_AT_ONCE) {
    const wave = `${mode}${first}`;
    waves.push({ name: `${mode} at fail points`, run: failPoints({ mode, wave, points: points.slice(first, first + POINTS_AT_ONCE) }) });
  }
  return waves;
}

/** Every other way to hurt, once. @param round names the lanes */
export function otherScenarios(round: number): NamedScenario[] {
  return [
    { name: 'orderly end', run: orderlyEnd(round) },
    { name: 'two places', run: twoPlaces(round) },
    ...(canMount()
      ? [
          { name: 'restarted container', run: restartedContainer(round) },
          { name: 'full disk', run: fullDisk(round) },
        ]
      : []),
  ];
}

/** A round of random kills. */
export function randomRound(round: number, kills: number): NamedScenario {
  return { name: 'random kills', run: randomKills({ round, kills }) };
}

/** Runs scenarios on one system, one after the other, whatever they find. The files of a system that broke a promise are kept. */
export async function runSuite({ seed, scenarios, ...options }: SuiteOptions): Promise<ScenarioResult[]> {
  const random = new Random(seed);
  const results: ScenarioResult[] = [];
  if (scenarios.length === 0) return results;
  const system = await ChaosSystem.start(options);
  let keep = true;
  try {
    const reference = await runUndisturbed(system);
    for (const { name, run } of scenarios) {
      const [killsBefore, begin] = [system.record.kills(), Date.now()];
      options.print(`--- ${name} (queue: ${options.queue}, seed ${seed})`);
      const faults = await run({ system, random: random.fork(), reference });
      for (const fault of faults) options.print(`BROKEN: ${fault}`);
      results.push({
        name,
        queue: options.queue,
        kills: system.record.kills() - killsBefore,
        seconds: Math.round((Date.now() - begin) / 1000),
        faults,
      });
    }
    keep = results.some(({ faults }) => faults.length > 0);
  } finally {
    await system.stop({ keep });
    if (keep) options.print(`the files of the system are in ${system.folder}`);
  }
  return results;
}
