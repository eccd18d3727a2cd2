export { secondsSincePlaceWasSeen, seePlace, type SeenPlace } from './place.queries.js';
export { listProbes, noteProbe, planProbes, type LeftProbe, type PlannedProbe } from './site-probe.queries.js';
