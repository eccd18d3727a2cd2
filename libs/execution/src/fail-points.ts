import { declareFailPoints } from './fail-point.js';

/** The effects of this library that a kill may fall before or after. */
export const executionFailPoints = declareFailPoints('execution', ['prepare', 'spawn', 'revoke', 'slots', 'stop', 'end']);
