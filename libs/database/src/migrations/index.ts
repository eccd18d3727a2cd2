import { Initial1760000000001 } from './0001-initial.js';

/** Every migration, oldest first. */
export const migrations = [Initial1760000000001];
