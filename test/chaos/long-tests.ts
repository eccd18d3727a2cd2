import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ScenarioResult } from './suite.js';

const NAME = 'slurm long tests';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the names of these tests end with: see `longTest` in libs/engine/test. */
const MARK = String.raw`\(long\)$`;

/** Tests of the engine on a cluster that `npm test` leaves out: they wait for minutes. They bring a cluster of their own. */
export const LONG_TESTS: readonly { readonly name: string; run(print: (line: string) => void): Promise<ScenarioResult> }[] = [
  { name: NAME, run: runLongTests },
];

async function runLongTests(print: (line: string) => void): Promise<ScenarioResult> {
  const begin = Date.now();
  print(`--- ${NAME}`);
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const argv = [vitest, 'run', '--project', 'integration', 'libs/engine/src/slurm', '--testNamePattern', MARK];
  const env = { ...process.env, FRACTAL_TEST_LONG: '1' };
  const tests = spawn(process.execPath, argv, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => tests.once('exit', resolve).once('error', reject));
  const [said, status] = await Promise.all([text(tests.stdout), ended]);
  print(said);
  const passed = Number(/^(\d+) passed/m.exec(said)?.[1] ?? 0);
  const isKept = status === 0 && passed > 0;
  return {
    ...{ name: NAME, queue: 'none', kills: 0, seconds: Math.round((Date.now() - begin) / 1_000) },
    faults: isKept ? [] : [`${NAME}: vitest ended with ${status}, ${passed} tests passed`],
  };
}
