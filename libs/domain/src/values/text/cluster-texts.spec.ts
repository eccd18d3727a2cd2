import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterPathFault, exportedPaths, shebangLine, slurmOption, userName } from './cluster-texts.js';

const accepts = (schema: { validate(input: never, place: []): { ok: boolean } }, input: unknown): boolean =>
  schema.validate(input as never, []).ok;

/** Texts that are meant to become something else than a value. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'a\nb',
    'a\r',
    'x\0',
    '$(id)',
    '`id`',
    '-u root',
    '#0',
    "'; rm",
    '"',
    'a,b',
    'a b',
    '\u2028',
    '\u{1f600}',
    '--',
    '\\',
    '{a,b}',
  ),
  fc.tuple(fc.string(), fc.constantFrom('\n', '$(', '`', '"', "'", ' -', ';', '\0')).map(([text, end]) => `a${text}${end}x`),
);

describe('texts for a cluster', () => {
  it.each(['main', 'gpu:a100:2', 'node[02-09,12]', '1-00:00:00', 'a b', '$(id)', "it's"])('takes the option %s', (text) => {
    expect(accepts(slurmOption(), text)).toBe(true);
  });

  it('takes an option only when it is one line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const outcome = slurmOption().validate(text, []);
        // oxlint-disable-next-line no-control-regex
        expect(outcome.ok ? outcome.value : 'refused').toMatch(/^[^\u0000-\u001f\u007f]+$/);
      }),
    );
    for (const text of ['a\nb', 'a\tb', 'a\u007fb', 'a\0', '', ' ', 'a'.repeat(4_097)]) expect(accepts(slurmOption(), text)).toBe(false);
    expect(accepts(shebangLine(), '#!/bin/sh\nrm')).toBe(false);
    expect(accepts(shebangLine(), '#!/bin/bash -l')).toBe(true);
  });

  it('takes names of variables that no shell reads as anything else', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const outcome = exportedPaths().validate(new Map([[name, 'x']]), []);
        expect(outcome.ok ? [...outcome.value.keys()].join() : 'refused').toMatch(/^\w+$/);
      }),
    );
    expect(accepts(exportedPaths(), new Map([[' NAPARI_CONFIG ', '$(id)\n`id`']]))).toBe(true);
    expect(accepts(exportedPaths(), new Map([['A=1;id', 'x']]))).toBe(false);
  });

  it.each(['jane', 'j.doe', 'jane_doe-2', 'jane@example.org', 'DOMAIN\\jane', 'žofie'])('takes the user %s', (name) => {
    expect(accepts(userName(), name)).toBe(true);
  });

  it('takes no user that would be an option, a number, a list or a command', () => {
    for (const name of ['-root', '#0', '%group', 'a,b', 'a b', 'a\nb', 'a:b', '$(id)', '', ' ', '../x']) {
      expect(accepts(userName(), name)).toBe(false);
    }
    fc.assert(
      fc.property(hostile, (name) => {
        const outcome = userName().validate(name, []);
        expect(outcome.ok ? outcome.value : 'refused').not.toMatch(/^[-#%]|[\s,;$`"']/);
      }),
    );
  });

  it('takes paths without what a pattern or a line would read otherwise', () => {
    for (const path of ['/a\nb', '/a\\b', '/a\0']) expect(clusterPathFault(path)).toBeDefined();
    for (const path of ['/data/a b', "/it's/$(id)", '/ü/%j']) expect(clusterPathFault(path)).toBeUndefined();
  });
});
