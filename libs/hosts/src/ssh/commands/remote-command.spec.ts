import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remoteCommand, remoteScript } from './remote-command.js';

/** Any text that can be an argument at all. */
const word = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('\0', '').toWellFormed());

const asShell = (text: string) => execFileSync('/bin/sh', ['-c', text], { encoding: 'utf8' });

describe('remoteCommand', () => {
  it('is read by a shell as the words that were given', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
        const text = remoteCommand(['printf', '%s|', ...words], {}, 'MARK');
        expect(asShell(text)).toBe(`MARK\n${words.map((one) => `${one}|`).join('')}`);
      }),
      { numRuns: 5, examples: [[['$(id)', '`id`', "it's", 'new\nline', '-n', '=ls', '~', '']]] },
    );
  });

  it('names working folder and environment', () => {
    expect(remoteCommand(['squeue', '--me'], { cwd: '/a b', env: { A: "x'y" }, input: '' }, 'M')).toBe(
      `echo M; cd '/a b' || exit 126; exec env -i 'A=x'"'"'y' squeue --me`,
    );
  });

  it('gives an empty standard input where none is wanted', () => {
    expect(remoteCommand(['squeue'], {}, 'M')).toBe('echo M; exec squeue </dev/null');
  });
});

describe('remoteScript', () => {
  it('gets its parameters as they are', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const text = remoteScript('for one do printf "%s|" "$one"; done', words, 'MARK');
        expect(asShell(text)).toBe(`MARK\n${words.map((one) => `${one}|`).join('')}`);
      }),
      { numRuns: 5 },
    );
  });
});
