import { LocalHost } from '@fractal-server/hosts';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWaveAnswers, SUBMIT_WAVE, SubmissionNotBegun } from './submit-wave.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wave-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a wave of these names with a stand-in of sbatch. */
async function wave(names: readonly string[], sbatch: string) {
  await writeFile(join(folder, 'sbatch'), `#!/bin/sh\n${sbatch}\n`);
  await chmod(join(folder, 'sbatch'), 0o755);
  const host = new LocalHost({ PATH: `${folder}:${process.env['PATH']}` });
  const argv = ['sh', '-c', SUBMIT_WAVE, 'sh', ...names.flatMap((name) => [folder, name])];
  const result = await host.run(argv, { deadlineMs: 60_000, signal: AbortSignal.timeout(60_000) });
  return readWaveAnswers(names, result).map((answer) =>
    answer.ok ? [answer.value.exitCode, answer.value.stdout.toString(), answer.value.stderr.toString()] : answer.error,
  );
}

it('gives each script its own answer, whatever sbatch prints', async () => {
  const answers = await wave(['a', 'b'], `printf '@ 0 1 1\\n%s\\n' "$3"; echo "no: $3" >&2; [ "$3" = --job-name=a ]`);
  expect(answers).toEqual([
    [0, '@ 0 1 1\n--job-name=a\n', 'no: --job-name=a\n'],
    [1, '@ 0 1 1\n--job-name=b\n', 'no: --job-name=b\n'],
  ]);
});

it('does not begin what would take longer than a call may', async () => {
  const answers = await wave(['a', 'b', 'c'], 'sleep 9; echo 7');
  expect(answers).toEqual([[0, '7\n', ''], expect.any(SubmissionNotBegun), expect.any(SubmissionNotBegun)]);
});
