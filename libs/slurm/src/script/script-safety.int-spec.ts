import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directive, directiveValueFault } from './directive.js';
import { hostileText } from './hostile-text.spec-support.js';
import { shellQuote } from './shell-quote.js';

describe('a quoted word', () => {
  it('is one argument of a real shell, unchanged', () => {
    const words = fc.sample(hostileText, 2000).filter((word) => !word.includes('\0') && word.isWellFormed());
    const { stdout } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`], { encoding: 'utf8' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  });
});

const hasSbatch = spawnSync('sbatch', ['--version'], { env: { ...process.env, SLURM_CONF: '/dev/null' } }).error === undefined;

/** sbatch tells what it read before it looks for a controller, so none is needed. */
describe.skipIf(!hasSbatch)(`what sbatch reads${hasSbatch ? '' : ' (skipped: there is no sbatch)'}`, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sbatch-'));
    const configuration = ['ClusterName=none', 'SlurmctldHost=localhost(127.0.0.1)', 'SlurmctldPort=1', 'SlurmctldTimeout=1'];
    writeFileSync(join(folder, 'slurm.conf'), `${configuration.join('\n')}\nNodeName=n1 CPUs=1\nPartitionName=main Nodes=n1\n`);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is every value as it was meant', async () => {
    const options = ['account', 'comment', 'constraint', 'job-name', 'partition', 'qos'];
    const value = hostileText.filter((text) => directiveValueFault(text) === undefined && text !== '' && text.trim() === text);
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: options.length, maxLength: options.length }), async (values) => {
        const lines = options.map((option, index) => directive(`--${option}=`, values[index]!));
        expect(await optionsReadFrom(['#!/bin/sh', ...lines, 'true', ''].join('\n'))).toEqual(
          Object.fromEntries(options.map((option, index) => [option, values[index]])),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('is a folder with blanks, quotes and signs', async () => {
    const path = `/a b/it's "x" #1 %j`;
    const script = ['#!/bin/sh', directive('--err=', path), directive('-D ', path), 'true', ''].join('\n');
    expect(await optionsReadFrom(script)).toEqual({ chdir: path, error: path });
  });

  /** It is ended as soon as it has said what it read: what follows is a long search for the controller. */
  async function optionsReadFrom(script: string): Promise<Record<string, string>> {
    const env = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf'), LC_ALL: 'C' };
    const sbatch = spawn('sbatch', ['-vv'], { env, stdio: ['pipe', 'ignore', 'pipe'] });
    sbatch.stdin.end(script);
    let said = '';
    for await (const chunk of sbatch.stderr.setEncoding('utf8')) {
      said += chunk as string;
      if (said.includes('end of defined options')) break;
    }
    sbatch.kill('SIGKILL');
    const lines = [...said.matchAll(/^sbatch: ([a-z-]+) +: ([^\n]*)\n/gm)];
    return Object.fromEntries(lines.map(([, option, value]) => [option!, value!] as const).filter(([option]) => option !== 'verbose'));
  }
});
