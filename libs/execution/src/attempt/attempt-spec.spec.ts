import { describe, expect, it } from 'vitest';
import { encodeAttemptSpec, type AttemptSpec } from './attempt-spec.js';

const common = { name: 'n', token: 't', place: 'p', environment: { PATH: '/bin' }, workingFolder: '/w' };

describe('encodeAttemptSpec', () => {
  it('is one line for the whole and one for each unit, whatever the arguments hold', () => {
    const units = [
      { index: 0, stem: 'par-000000-0000000', args: '{"text": "two\\nlines"}' },
      { index: 1, stem: 'par-000000-0000001', args: null },
    ];
    const spec: AttemptSpec = { ...common, batch: { kind: 'tasks', command: ['python', 'task.py'], folder: '/f', units } };
    const lines = encodeAttemptSpec(spec).split('\n');
    expect(lines.length).toBe(4);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ version: 1, kind: 'tasks', units: 2, folder: '/f', grace: 10 });
    expect(JSON.parse(lines[1] ?? '')).toEqual([0, 'par-000000-0000000', '{"text": "two\\nlines"}']);
  });

  it('keeps what a command unit says of itself', () => {
    const unit = { index: 3, argv: ['pip', 'install'], logPath: '/l', outPath: '/o', workingFolder: '/c', environment: { A: 'b' } };
    const spec: AttemptSpec = { ...common, unitGraceMs: 500, batch: { kind: 'commands', units: [unit] } };
    const [head, line] = encodeAttemptSpec(spec).split('\n');
    expect(JSON.parse(head ?? '')).toMatchObject({ kind: 'commands', grace: 0.5 });
    expect(JSON.parse(line ?? '')).toEqual({
      index: 3,
      argv: ['pip', 'install'],
      log: '/l',
      out: '/o',
      cwd: '/c',
      environment: { A: 'b' },
    });
  });
});
