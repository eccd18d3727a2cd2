import { findRedisServer } from '@fractal-server/embedded';
import { parseArgs } from 'node:util';
import { Random } from './random.js';
import { failPointWaves, otherScenarios, randomRound, runSuite, type NamedScenario, type ScenarioResult } from './suite.js';

/** Kills of one round of random kills. */
const KILLS_PER_ROUND = 30;
/** Of the kills, so many fall on a system whose queue is PostgreSQL. */
const POSTGRES_SHARE = 0.25;

/**
 * The long form: every scenario, and rounds of random kills until `--kills` (300) processes were killed. `--seed N` repeats the choices of an
 * earlier run, `--only NAME,NAME` runs the scenarios whose names begin so, `--queue NAME` uses one queue only.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      kills: { type: 'string', default: '300' },
      only: { type: 'string' },
      queue: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  const kills = Number(values.kills);
  console.log(`seed ${seed} (repeat with: npm run test:chaos -- --seed ${seed})`);
  const random = new Random(seed);
  const results: ScenarioResult[] = [];
  const options = { seed, print: (line: string) => console.log(line) };
  const wanted = (scenarios: NamedScenario[]): NamedScenario[] =>
    scenarios.filter(({ name }) => values.only === undefined || values.only.split(',').some((beginning) => name.startsWith(beginning)));
  const killed = (): number => results.reduce((sum, result) => sum + result.kills, 0);
  const rounds = (least: number): NamedScenario[] =>
    Array.from({ length: Math.max(1, Math.ceil(least / KILLS_PER_ROUND)) }, (_, round) => randomRound(round, KILLS_PER_ROUND));

  if (findRedisServer() === undefined) console.log('there is no redis-server: the queue is PostgreSQL in all scenarios');
  const first = findRedisServer() === undefined || values.queue === 'postgres' ? 'postgres' : 'redis';
  const everything = [...failPointWaves('kill', random), ...failPointWaves('stop', random), ...otherScenarios(0)];
  const onFirst = wanted([...everything, ...rounds(kills * (1 - POSTGRES_SHARE) - 2 * everything.length)]);
  results.push(...(await runSuite({ ...options, queue: first, scenarios: onFirst })));
  if (values.queue === undefined) {
    const onSecond = wanted([...failPointWaves('kill', random, 10), ...otherScenarios(0), ...rounds(kills - killed())]);
    results.push(...(await runSuite({ ...options, queue: 'postgres', scenarios: onSecond })));
  }
  report(seed, results);
  if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

function report(seed: number, results: readonly ScenarioResult[]): void {
  console.log(`\n${'scenario'.padEnd(24)} ${'queue'.padEnd(9)} ${'kills'.padStart(6)} ${'seconds'.padStart(8)}  promises`);
  for (const { name, queue, kills, seconds, faults } of results) {
    const verdict = faults.length === 0 ? 'kept' : `${faults.length} BROKEN`;
    console.log(`${name.padEnd(24)} ${queue.padEnd(9)} ${String(kills).padStart(6)} ${String(seconds).padStart(8)}  ${verdict}`);
  }
  const total = results.reduce((sum, { kills }) => sum + kills, 0);
  console.log(
    `seed ${seed}, ${new Date().toISOString().slice(0, 10)}: ${total} kills, ${results.flatMap(({ faults }) => faults).length} broken promises`,
  );
}
