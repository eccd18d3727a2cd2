import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SlurmConfig } from '../configuration/slurm-config.js';
import { SlurmConfigError } from '../configuration/slurm-config-error.js';
import { commonScriptLines } from '../configuration/for-job.js';
import { directive, directiveValueFault } from './directive.js';
import { directiveWords } from './directive-words.js';
import { hostileText } from './hostile-text.spec-support.js';
import { headerLines, renderScript, type ScriptRequest } from './render-script.js';
import { shellQuote } from './shell-quote.js';
import { exportNameFault, pathBelow } from './user-local-exports.js';

const CONFIG: SlurmConfig = {
  partition: 'main',
  cpusPerUnit: 1,
  memoryMbPerUnit: 100,
  shebang: '#!/bin/sh',
  useMemoryPerCpu: false,
  jobName: 'name',
  constraint: 'c',
  gres: 'g',
  gpus: '1',
  time: '1:00',
  account: 'lab',
  exclude: 'n1',
  nodelist: 'n2',
  nodes: 1,
  extraLines: ['module load x', '#SBATCH --qos=normal'],
  userLocalExports: [['A', 'a']],
  unitsPerBatch: 2,
  unitsAtOnce: 2,
};

const REQUEST: ScriptRequest = {
  config: CONFIG,
  unitCount: 2,
  taskFolder: '/remote/0_task',
  prefix: 'par-000000',
  cacheDir: '/cache',
  command: ['python3', 'unit_runner.py', '/remote/attempt'],
};

const LINES = renderScript(REQUEST).split('\n').length;

describe('a value of a directive', () => {
  it.each(['main', 'node[02-09]', 'gpu:a100:2', 'P(H)/x', '24:00:00', '', '-1', 'ü🙂'])('%j is written as it is', (value) => {
    expect(directive('--option=', value)).toBe(`#SBATCH --option=${value}`);
  });

  it.each([
    ['a b', '"a b"'],
    ['a#b', '"a#b"'],
    [`"'\\`, `"\\"'\\\\"`],
  ])('%j is written between quotes', (value, written) => {
    expect(directive('--option=', value)).toBe(`#SBATCH --option=${written}`);
  });

  it.each(['a\nb', 'a\rb', 'a\tb', 'a\0b', 'a\u007f', '\ud800', 'x'.repeat(4097)])('%j is refused', (value) => {
    expect(() => directive('--option=', value)).toThrow(SlurmConfigError);
  });

  it('arrives as one word whatever it holds, or is refused', () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom('--option=', '-D '), (value, option) => {
        fc.pre(directiveValueFault(value) === undefined);
        const { words, isBroken } = directiveWords(directive(option, value));
        expect(isBroken).toBe(false);
        expect(words).toEqual(option.endsWith(' ') ? ['-D', value] : [`${option}${value}`]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a script', () => {
  it('has one line for each value, or is refused, wherever a hostile text stands', () => {
    const fields = ['partition', 'jobName', 'constraint', 'gres', 'gpus', 'time', 'account', 'exclude', 'nodelist', 'shebang'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...fields), hostileText, (field, text) => {
        expectSameShape({ ...REQUEST, config: { ...CONFIG, [field]: text } });
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps its directives with hostile folders, exports and arguments', () => {
    fc.assert(
      fc.property(hostileText, fc.constantFrom('taskFolder', 'cacheDir', 'path', 'variable', 'command'), (text, where) => {
        const exports: SlurmConfig['userLocalExports'] =
          where === 'path' ? [['A', text]] : where === 'variable' ? [[text, 'a']] : CONFIG.userLocalExports;
        const request = {
          ...REQUEST,
          config: { ...CONFIG, userLocalExports: exports },
          ...(where === 'taskFolder' ? { taskFolder: `/${text}` } : {}),
          ...(where === 'cacheDir' ? { cacheDir: `/${text}` } : {}),
          ...(where === 'command' ? { command: ['python3', text] } : {}),
        };
        expectSameDirectives(request);
      }),
      { numRuns: 1000 },
    );
  });

  it('writes `%` of a folder so that SLURM does not replace it', () => {
    expect(headerLines({ ...REQUEST, taskFolder: '/a/100%j' })).toEqual(
      expect.arrayContaining(['#SBATCH --err=/a/100%%j/par-000000-slurm-%j.err', '#SBATCH -D /a/100%j']),
    );
  });

  it.each(['relative', '', '/a\\b'])('refuses the folder %j', (taskFolder) => {
    expect(() => renderScript({ ...REQUEST, taskFolder })).toThrow(SlurmConfigError);
  });

  it('puts the lines of an entry with several of them where each belongs', () => {
    const config = { ...CONFIG, extraLines: ['# a comment\r\n#SBATCH --qos=x\nexport B=1'] };
    const header = headerLines({ ...REQUEST, config });
    expect(header.indexOf('#SBATCH --qos=x')).toBe(header.indexOf('#SBATCH --nodes=1') + 1);
    expect(header.slice(-3)).toEqual(['# a comment', 'export B=1', 'export A=/cache/a']);
  });
});

describe('worker_init', () => {
  it.each([
    '#SBATCH --account=x',
    '#SBATCH --account x',
    '#SBATCH --accou=x',
    '#SBATCH -A x',
    '#SBATCH -Ax',
    '#SBATCH\t-A x',
    '#SBATCH -HA x',
    '#SBATCH --qos=a -A x',
    '#SBATCH --"acc"ount=x',
    '#SBATCH --acc\\ount=x',
    'module load a\r\n#SBATCH -A x',
  ])('must not choose an account with %j', (workerInit) => {
    expect(() => commonScriptLines(workerInit)).toThrow('belongs in the request of the job');
  });

  it.each([
    '#SBATCH --acctg-freq=30',
    '#SBATCH --job-name=-A',
    '#SBATCH --qos=x # -A y',
    '# SBATCH -A x',
    'echo -A',
    ' #SBATCH -A x',
    '#SBATCH --comment="say -A x"',
  ])('may say %j', (workerInit) => {
    expect(commonScriptLines(workerInit)).toEqual([workerInit]);
  });

  it('loses the line ends of Windows', () => {
    expect(commonScriptLines('a\r\nb\n')).toEqual(['a', 'b', '']);
  });
});

describe('a word for the shell', () => {
  it.each(['', ' ', "it's", '$(id)', '~', '=x', 'a\nb', '*'])('%j is quoted', (word) => {
    expect(shellQuote(word)).toMatch(/^'/);
  });

  it.each(['/a/b-c_d.e', 'main', '-x', '--a=b', '100%'])('%j stays as it is', (word) => {
    expect(shellQuote(word)).toBe(word);
  });
});

describe('user_local_exports', () => {
  it.each(['', '1A', 'A B', 'A=1', 'A;id', 'Ä', 'A\n'])('refuse the name %j', (name) => {
    expect(exportNameFault(name)).toBeDefined();
  });

  it.each([
    ['/base', 'x/', '/base/x'],
    ['/base', './y', '/base/y'],
    ['/base', 'a//b', '/base/a/b'],
    ['/base', '../up', '/base/../up'],
    ['/base', '/abs//path/', '/abs/path'],
    ['/base/', '.', '/base'],
    ['/', 'x', '/x'],
  ])('join %j and %j to %j', (base, path, joined) => {
    expect(pathBelow(base, path)).toBe(joined);
  });
});

function expectSameShape(request: ScriptRequest): void {
  const script = rendered(request);
  expect(script === null || script.split('\n').length).toBeOneOf([true, LINES]);
  expectSameDirectives(request);
}

/** sbatch reads every directive once, none more, and none is broken. */
function expectSameDirectives(request: ScriptRequest): void {
  const script = rendered(request);
  if (script === null) return;
  const directives = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('#SBATCH'))
      .map(directiveWords);
  expect(directives(script).filter(({ isBroken }) => isBroken)).toEqual([]);
  const options = (text: string) => directives(text).map(({ words }) => words[0]!.replace(/=.*$/s, ''));
  expect(options(script)).toEqual(options(renderScript(REQUEST)));
}

function rendered(request: ScriptRequest): string | null {
  try {
    return renderScript(request);
  } catch (error) {
    if (error instanceof SlurmConfigError) return null;
    throw error;
  }
}
