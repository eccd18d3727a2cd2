import type { AddressedWork } from '@fractal-server/database';
import type { BellRinger } from '@fractal-server/queue';

/** Tells the workers what there is to look at. Called after the commit; a bell that is lost is rung again by the sweep. */
export function ringAll(bells: BellRinger, work: readonly AddressedWork[]): void {
  for (const { kind, id, ...address } of work) bells.ring(address, { kind, id });
}
