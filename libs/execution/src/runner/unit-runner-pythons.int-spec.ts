import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledNames } from '../remote/fetch-bundles.js';
import { AttemptUnderTest, until } from '../test-attempt/attempt-under-test.js';
import { ClusterAttempt } from '../test-attempt/cluster-attempt.js';

const PYENV = join(homedir(), '.pyenv', 'versions');

/** The interpreter of that version as pyenv has it, or null. */
function findPython(version: string): string | null {
  let versions: string[];
  try {
    versions = readdirSync(PYENV);
  } catch {
    return null;
  }
  const found = versions.find((name) => name.startsWith(`${version}.`));
  return found === undefined ? null : join(PYENV, found, 'bin', 'python3');
}

// The oldest that is promised, the last one without posix_spawn, and what clusters and our demo have.
describe.each(['3.6', '3.7', '3.8', '3.12', '3.13'])('with Python %s', (version) => {
  const python = findPython(version);

  it.skipIf(python === null)(`the unit runner runs units, also in a C locale (needs ${version} in ~/.pyenv)`, async () => {
    const attempt = await AttemptUnderTest.create();
    const script = 'case "$2" in *3-args.json) exit 7 ;; esac; echo "wärning: WARNING" >&2; printf "{}" > "$4"';
    await attempt.prepareTask(
      script,
      [...Array(30).keys()].map((index) => ({ index, stem: `ü-${index}`, args: '"日"' })),
    );
    const runner = await attempt.spawn(python ?? '', { PATH: '/usr/bin:/bin', LANG: 'C' });
    expect(await runner.exited).toEqual({ exitCode: 0, signal: null });
    const results = await attempt.results();
    expect(results.size).toBe(30);
    expect(results.get(3)).toMatchObject({ exitCode: 7 });
    expect(results.get(4)).toMatchObject({ exitCode: 0, hasWarnings: true, output: { kind: 'inline', text: '{}' } });
    expect(await attempt.read('0_task/ü-4-args.json')).toBe('"日"');
  });

  it.skipIf(python === null)(`the unit runner runs units on a cluster (needs ${version} in ~/.pyenv)`, async () => {
    const cluster = await ClusterAttempt.create();
    await cluster.prepare(
      'printf "{}" > "$4"; echo "日"',
      [...Array(30).keys()].map((index) => ({ index, stem: `ü-${index}`, args: '"日"' })),
    );
    const runner = cluster.spawn({ LANG: 'C', LC_ALL: 'C' }, python ?? '');
    await until('the runner ended', async () => runner.exitCode !== null);
    const look = await cluster.look();
    expect(look).toMatchObject({ startedBelow: 30, end: { reason: 'completed', finished: 30 }, results: { length: 30 } });
    const names = bundledNames([...Array(30).keys()].map((index) => `ü-${index}`));
    const { folder, localTaskFolder, specFolder: scratchFolder } = cluster;
    await cluster.reader.fetchBundle({ folder, bytes: look.bundleBytes ?? 0, names, localTaskFolder, scratchFolder }, cluster.calls);
    expect((await readdir(localTaskFolder)).length).toBe(90);
  });

  it.skipIf(python === null)(`a command that cannot be started is a failed unit (needs ${version} in ~/.pyenv)`, async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareCommand(['/nowhere/program']);
    const result = (await attempt.run(python ?? '')).get(0);
    expect(result?.startError).toMatch(/No such file or directory.*make sure that it is executable/);
  });

  it.skipIf(python === null)(`a stop ends units and what they left behind (needs ${version} in ~/.pyenv)`, async () => {
    const attempt = await AttemptUnderTest.create();
    await attempt.prepareTask('setsid sleep 600 & exec sleep 600', 2);
    const runner = await attempt.spawn(python ?? '');
    await until('units and daemons run', async () => attempt.processes().length === 6);
    expect(await attempt.end()).toMatchObject({ kind: 'ended' });
    expect(attempt.processes()).toEqual([]);
    expect((await runner.exited).exitCode).toBe(0);
  });
});
