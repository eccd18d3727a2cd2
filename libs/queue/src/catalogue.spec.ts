import { describe, expect, it } from 'vitest';
import { InvalidBellError, parseBell, queueName } from './catalogue.js';

describe('queue names', () => {
  it('say area, backend type and resource', () => {
    expect(queueName('jobs', { backendType: 'local', resourceId: 7, place: null })).toBe('jobs.local.r7');
  });

  it('end with the place once something was started there', () => {
    expect(queueName('jobs', { backendType: 'local', resourceId: 7, place: 'node-1' })).toBe('jobs.local.r7.node-1');
  });

  it('hold no character that the queue refuses, and stay different for different places', () => {
    const names = ['a:b', 'a.b', 'a b', 'ä'].map((place) => queueName('environments', { backendType: 'local', resourceId: 1, place }));
    expect(names.every((name) => /^[A-Za-z0-9_.~-]+$/.test(name))).toBe(true);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('a bell on arrival', () => {
  it('is taken when it names a kind and an id', () => {
    expect(parseBell({ kind: 'job', id: 3, more: 1 })).toEqual({ kind: 'job', id: 3 });
  });

  it.each([null, undefined, 'job', {}, { kind: 'jobs', id: 1 }, { kind: 'job' }, { kind: 'job', id: '1' }, { kind: 'job', id: 0 }])(
    'is refused when it is %j',
    (message) => {
      expect(() => parseBell(message)).toThrow(InvalidBellError);
    },
  );
});
