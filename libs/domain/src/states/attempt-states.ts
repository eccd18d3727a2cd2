import { stateMachine } from './state-machine.js';

/** Where one try stands: its name is written down, its runner took the claim, it ended, the worker took the claim, or its owner is proven dead. */
export type AttemptState = 'named' | 'claimed' | 'ended' | 'revoked' | 'lost';

/** An attempt ends only by its claim: `revoked` needs that nobody had claimed it, `lost` that the owner is dead. */
export const attemptStates = stateMachine<AttemptState>('attempt', {
  named: ['claimed', 'ended', 'revoked', 'lost'],
  claimed: ['ended', 'lost'],
  ended: [],
  revoked: [],
  lost: [],
});
