import { findRedisServer } from '@fractal-server/embedded';
import { expect, it } from 'vitest';
import { Random } from './random.js';
import { failPointWaves, randomRound, runSuite } from './suite.js';

/** Always the same choices here, so that a broken promise is a change's fault; `npm run test:chaos` tries others. */
const SEED = Number(process.env['FRACTAL_CHAOS_SEED'] ?? 20_260);
const POINTS = 5;
const RANDOM_KILLS = 10;

/** The bounded part of the chaos suite. The long form is `npm run test:chaos`. */
it('keeps its promises while its processes are killed', { timeout: 600_000 }, async () => {
  console.log(`seed ${SEED} (another one: FRACTAL_CHAOS_SEED)`);
  const results = await runSuite({
    seed: SEED,
    queue: findRedisServer() === undefined ? 'postgres' : 'redis',
    print: (line) => console.log(line),
    scenarios: [...failPointWaves('kill', new Random(SEED), POINTS), randomRound(0, RANDOM_KILLS)],
  });
  expect(results.flatMap(({ faults }) => faults)).toEqual([]);
});
