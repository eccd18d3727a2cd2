import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSlots, type RunningBatch } from './plan-slots.js';
import { shareSlots } from './share-slots.js';

const aDemand = (batchId: number, userId: number, wanted: number) => ({ batchId, userId, wanted });

describe('slots', () => {
  it('are shared over users first, then over batches of a user', () => {
    const shares = shareSlots(4, [aDemand(1, 1, 9), aDemand(2, 1, 9), aDemand(3, 2, 9)]);
    expect(Object.fromEntries(shares)).toEqual({ 1: 1, 2: 1, 3: 2 });
  });

  it('that somebody cannot use go to the others', () => {
    expect(Object.fromEntries(shareSlots(6, [aDemand(1, 1, 1), aDemand(2, 2, 9)]))).toEqual({ 1: 1, 2: 5 });
  });

  it('go to others in turn where there are fewer slots than batches', () => {
    const demands = [aDemand(1, 1, 9), aDemand(2, 2, 9), aDemand(3, 3, 9)];
    const served = [0, 1, 2].map((turn) => [...shareSlots(1, demands, turn)].find(([, share]) => share === 1)?.[0]);
    expect(served).toEqual([1, 2, 3]);
  });

  it('are never shared beyond the total or the demand, and none stays unused', () => {
    const demand = fc.record({ userId: fc.nat(3), wanted: fc.nat(6) });
    fc.assert(
      fc.property(fc.nat(12), fc.array(demand, { maxLength: 8 }), fc.nat(9), (total, given, turn) => {
        const demands = given.map((one, batchId) => ({ ...one, batchId }));
        const shares = shareSlots(total, demands, turn);
        const sum = [...shares.values()].reduce((left, right) => left + right, 0);
        const wanted = demands.reduce((left, right) => left + right.wanted, 0);
        expect(sum).toBe(Math.min(total, wanted));
        demands.forEach((one) => expect(shares.get(one.batchId)).toBeLessThanOrEqual(one.wanted));
      }),
    );
  });
});

describe('what runners are told', () => {
  const aBatch = (batchId: number, running: number, told: number | null): RunningBatch => ({
    batchId,
    userId: batchId,
    wanted: 9,
    running,
    told,
  });

  it('gives a newcomer nothing while the units of others fill the place, and lowers the others', () => {
    const plan = planSlots(4, [aBatch(1, 4, 4), aBatch(2, 0, null)]);
    expect(Object.fromEntries(plan.lowered)).toEqual({ 1: 2 });
    expect(Object.fromEntries(plan.raised)).toEqual({});
  });

  it('gives a newcomer what has become free', () => {
    expect(Object.fromEntries(planSlots(4, [aBatch(1, 3, 2), aBatch(2, 0, 0)]).raised)).toEqual({ 2: 1 });
    expect(Object.fromEntries(planSlots(4, [aBatch(1, 2, 2), aBatch(2, 1, 1)]).raised)).toEqual({ 2: 2 });
  });

  it('never lets more units run than there are slots, whenever units end and batches come', () => {
    const step = fc.record({ batch: fc.nat(3), what: fc.constantFrom('come', 'end', 'start', 'plan') });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (total, steps) => {
        const batches = new Map<number, RunningBatch>();
        for (const { batch: id, what } of steps) {
          const batch = batches.get(id);
          if (what === 'come' && batch === undefined) batches.set(id, aBatch(id, 0, null));
          if (what === 'end' && batch !== undefined && batch.running > 0) batches.set(id, { ...batch, running: batch.running - 1 });
          if (what === 'start' && batch !== undefined && batch.running < (batch.told ?? 0))
            batches.set(id, { ...batch, running: batch.running + 1 });
          if (what === 'plan') {
            const { lowered, raised } = planSlots(total, [...batches.values()]);
            for (const [told, slots] of lowered.size > 0 ? lowered : raised) batches.set(told, { ...batches.get(told)!, told: slots });
          }
          expect([...batches.values()].reduce((sum, { running }) => sum + running, 0)).toBeLessThanOrEqual(total);
        }
      }),
    );
  });
});
