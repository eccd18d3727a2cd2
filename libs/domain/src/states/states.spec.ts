import { describe, expect, it } from 'vitest';
import { activityStatuses } from './activity-statuses.js';
import { attemptStates } from './attempt-states.js';
import { batchStates, mayBatchBeAlive } from './batch-states.js';
import { isJobStateActive, jobStates, jobStatuses } from './job-states.js';
import { runStates, runStatuses, runStatusOf } from './run-states.js';
import { IllegalMoveError, stateMachine, type StateMachine } from './state-machine.js';
import { isUnitSettled, unitStatuses } from './unit-statuses.js';

const machines: readonly (readonly [string, StateMachine<string>, readonly string[]])[] = [
  ['job state', jobStates as StateMachine<string>, ['closed']],
  ['job status', jobStatuses as StateMachine<string>, ['done', 'failed']],
  ['run state', runStates as StateMachine<string>, ['done', 'failed']],
  ['run status', runStatuses as StateMachine<string>, ['done', 'failed']],
  ['batch state', batchStates as StateMachine<string>, ['settled']],
  ['attempt state', attemptStates as StateMachine<string>, ['ended', 'revoked', 'lost']],
  ['unit status', unitStatuses as StateMachine<string>, ['failed']],
  ['activity status', activityStatuses as StateMachine<string>, ['failed', 'OK']],
];

function reachableFrom(machine: StateMachine<string>, start: string): Set<string> {
  const reached = new Set([start]);
  for (const state of reached) for (const next of machine.states) if (machine.canMove(state, next)) reached.add(next);
  return reached;
}

describe.each(machines)('the table of %s', (_name, machine, terminal) => {
  it('has exactly these terminal states', () => {
    expect(machine.states.filter((state) => machine.isTerminal(state))).toEqual(terminal);
  });

  it('reaches every state from the first one, and a terminal one from every state', () => {
    expect(reachableFrom(machine, machine.states[0]!)).toEqual(new Set(machine.states));
    for (const state of machine.states) expect([...reachableFrom(machine, state)].some((next) => machine.isTerminal(next))).toBe(true);
  });

  it('lets no state follow itself', () => {
    for (const state of machine.states) expect(machine.canMove(state, state)).toBe(false);
  });
});

describe('a state machine', () => {
  const door = stateMachine('door', { open: ['closed'], closed: ['open', 'locked'], locked: [] });

  it('returns the new state of a legal move', () => {
    expect(door.move('open', 'closed')).toBe('closed');
  });

  it('refuses an illegal move with both states in the error', () => {
    expect(() => door.move('locked', 'open')).toThrow(new IllegalMoveError('door', 'locked', 'open'));
    expect(() => door.move('open', 'locked')).toThrow('A door cannot go from open to locked');
  });

  it('names the states from which a state may be entered', () => {
    expect(door.statesBefore('closed')).toEqual(['open']);
    expect(door.statesBefore('locked')).toEqual(['closed']);
  });
});

describe('the rules of the lifecycles', () => {
  it('never lets a closed or finalizing job work again', () => {
    for (const state of jobStates.states) {
      expect(jobStates.canMove('closed', state)).toBe(false);
      expect(jobStates.canMove('finalizing', state)).toBe(state === 'closed');
    }
  });

  it('can stop a job from every state in which it is active', () => {
    for (const state of jobStates.states.filter(isJobStateActive)) expect(jobStates.canMove(state, 'stopping')).toBe(true);
  });

  it('never revokes an attempt that was claimed', () => {
    expect(attemptStates.canMove('claimed', 'revoked')).toBe(false);
  });

  it('never settles a batch that may be alive outside, unless it was revoked while submitting', () => {
    expect(batchStates.statesBefore('settled').filter(mayBatchBeAlive)).toEqual(['submitting']);
  });

  it('shows a run as submitted until it ends', () => {
    expect(runStates.states.map(runStatusOf)).toEqual(['submitted', 'submitted', 'submitted', 'submitted', 'done', 'failed']);
  });

  it('knows whether the result of a unit is known', () => {
    expect(unitStatuses.states.map(isUnitSettled)).toEqual([false, true, true]);
  });
});
