import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteWord, splitCommand, unitCommand } from './command.js';

describe('splitting a command', () => {
  it.each([
    ['/bin/python  a.py\tb', ['/bin/python', 'a.py', 'b']],
    ['', []],
    ['  ', []],
    [`"a b" 'c "d"' e" f"g`, ['a b', 'c "d"', 'e fg']],
    [`'' ""`, ['', '']],
    [String.raw`a\ b "c\"d" "e\f" 'g\h'`, ['a b', 'c"d', String.raw`e\f`, String.raw`g\h`]],
    [`it"'"s`, ["it's"]],
    ['a # b', ['a', '#', 'b']],
  ])('%j gives %j', (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  it.each([`a "b`, `a 'b`, 'a \\'])('refuses %j, which has no end', (command) => {
    expect(() => splitCommand(command)).toThrow(expect.objectContaining({ code: 'command.unbalanced_quotes' }));
  });

  it('gives back any words that were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '\\', '\n', '$', 'ä', '-') })), (words) => {
        expect(splitCommand(words.map(quoteWord).join(' '))).toEqual(words);
      }),
    );
  });

  it('needs no quotes around a plain path', () => {
    expect(quoteWord('/opt/a-b/c_d.e:1,2@3%4+5=6')).toBe('/opt/a-b/c_d.e:1,2@3%4+5=6');
    expect(quoteWord('')).toBe("''");
    expect(quoteWord('ä')).toBe("'ä'");
  });
});

describe('the command of a unit', () => {
  it('ends with the two options, whose paths may hold any character', () => {
    expect(unitCommand('python "my task.py"', '/jobs/a b/ü$(x)/args.json', '/jobs/out.json')).toEqual([
      'python',
      'my task.py',
      '--args-json',
      '/jobs/a b/ü$(x)/args.json',
      '--out-json',
      '/jobs/out.json',
    ]);
  });

  it.each(['python $(x)', 'python "a', '', '  '])('fails its units as %j', (command) => {
    expect(() => unitCommand(command, '/a', '/o')).toThrow(
      expect.objectContaining({ code: 'task_failed', form: 'unit', message: expect.stringMatching(/^Invalid command\. Original error: /) }),
    );
  });
});
