import { describe, expect, it } from 'vitest';
import { Lanes, type LaneKind } from './lanes.js';

/** Lanes, and who is inside. */
function aRoad() {
  const clock = { now: 0 };
  const lanes = new Lanes(() => clock.now);
  const inside = new Set<string>();
  const enter = (name: string, kind: LaneKind) => {
    const { entered, leave } = lanes.enter(kind);
    void entered.then(() => inside.add(name));
    return () => {
      inside.delete(name);
      leave();
    };
  };
  const settled = async () => {
    await Promise.resolve();
    return [...inside].sort();
  };
  return { lanes, clock, enter, settled };
}

describe('Lanes', () => {
  it('lets eight in, and the others when somebody leaves', async () => {
    const { lanes, clock, enter, settled } = aRoad();
    const leave = Array.from({ length: 10 }, (_, index) => enter(`c${index}`, 'command'));
    expect(await settled()).toHaveLength(8);
    expect(lanes.report).toEqual({ limit: 8, open: 8, waiting: 2, longestWaitMs: 0 });
    clock.now = 40;
    leave[3]?.();
    leave[3]?.();
    expect(await settled()).toEqual(['c0', 'c1', 'c2', 'c4', 'c5', 'c6', 'c7', 'c8']);
    expect(lanes.report).toMatchObject({ open: 8, waiting: 1, longestWaitMs: 40 });
  });

  it('keeps lanes free from transfers', async () => {
    const { enter, settled } = aRoad();
    const leave = Array.from({ length: 5 }, (_, index) => enter(`t${index}`, 'transfer'));
    enter('c0', 'command');
    expect(await settled()).toEqual(['c0', 't0', 't1', 't2']);
    leave[0]?.();
    expect(await settled()).toEqual(['c0', 't1', 't2', 't3']);
  });

  it('forgets who does not want to wait any more', async () => {
    const { enter, settled, lanes } = aRoad();
    const leave = Array.from({ length: 10 }, (_, index) => enter(`c${index}`, 'command'));
    leave[8]?.();
    leave[0]?.();
    expect(await settled()).toContain('c9');
    expect(await settled()).not.toContain('c8');
    expect(lanes.report.waiting).toBe(0);
  });

  it('learns that a server allows fewer, keeps one of them for commands, and tries one more now and then', async () => {
    const { lanes, clock, enter, settled } = aRoad();
    const leave = Array.from({ length: 8 }, (_, index) => enter(`c${index}`, 'command'));
    expect(await settled()).toHaveLength(8);
    for (const leaveRefused of leave.slice(2)) {
      lanes.refused();
      leaveRefused();
    }
    expect(lanes.report.limit).toBe(2);
    enter('t0', 'transfer');
    enter('t1', 'transfer');
    leave[0]?.();
    leave[1]?.();
    enter('c8', 'command');
    expect(await settled()).toEqual(['c8', 't0']);
    clock.now = 31_000;
    enter('c9', 'command');
    expect(await settled()).toEqual(['c8', 't0', 't1']);
    lanes.reset();
    expect(await settled()).toEqual(['c8', 'c9', 't0', 't1']);
  });
});
