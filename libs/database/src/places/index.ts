export { secondsSincePlaceWasSeen, seePlace, type SeenPlace } from './place.queries.js';
