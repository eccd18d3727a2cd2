import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, RunningSystem } from './running-system.js';
import { chooseScenarios, scenarioFolder } from './scenarios.js';

const REPLAY = fileURLToPath(new URL('http/replay.py', import.meta.url));
const SCENARIO_DEADLINE_MS = 300_000;

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start();
});

afterAll(async () => {
  if (process.env['REPLAY_LOGS'] !== undefined) console.log(system?.logs());
  await system?.stop();
});

/** `npm run replay -- 'project-*'` names the scenarios; without names those run that are implemented. */
const names = chooseScenarios((process.env['REPLAY_ONLY'] ?? '').split(' ').filter((name) => name !== ''));

describe('answers as recorded', () => {
  it.each(names)('%s', { timeout: SCENARIO_DEADLINE_MS }, async (name) => {
    const { code, output } = await replay(join(scenarioFolder, `${name}.json`));
    system.checkProcesses();
    if (code !== 0) expect.fail(output);
  });
});

async function replay(file: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    'python3',
    [REPLAY, '--server', system.url, '--admin-email', ADMIN.email, '--admin-password', ADMIN.password, '--tmp-base', system.folder, file],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, output: output + errors };
}
