import { describe, expect, it } from 'vitest';
import { readPlace, relatePlace } from './place.js';

const ours = { name: 'node1', machineId: 'm', bootId: 'b', pidNamespace: 'pid:[1]' };

describe('relatePlace', () => {
  it('knows the same machine, boot and namespace by any name', () => {
    expect(relatePlace({ ...ours, name: 'renamed' }, ours)).toBe('same');
  });

  it('takes another boot or another namespace of the place of this name for an earlier life of it', () => {
    expect(relatePlace({ ...ours, bootId: 'other' }, ours)).toBe('earlier');
    expect(relatePlace({ ...ours, pidNamespace: 'pid:[2]' }, ours)).toBe('earlier');
  });

  it('knows nothing of another machine, nor of another container of this one', () => {
    expect(relatePlace({ ...ours, machineId: 'other' }, ours)).toBe('elsewhere');
    expect(relatePlace({ ...ours, name: 'container2', pidNamespace: 'pid:[2]' }, ours)).toBe('elsewhere');
  });

  it('finds this process at its own place', () => {
    expect(relatePlace(readPlace('a'), readPlace('b'))).toBe('same');
  });
});
