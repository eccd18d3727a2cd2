export { keepMemorySmall } from './keep-memory-small.js';
export { stopSignal } from './stop-signals.js';
