export type { QueueBackend, QueueBackendOptions } from './backend.js';
export { openQueueBackend } from './open-backend.js';
export { BellListener, type ListenerReports } from './bell-listener.js';
export { BellRinger } from './bell-ringer.js';
export {
  areaOf,
  bellAreas,
  BELL_KINDS,
  InvalidBellError,
  parseBell,
  queueName,
  type Bell,
  type BellAddress,
  type BellArea,
  type BellKind,
} from './catalogue.js';
export { queueOptionsOf } from './queue-options.js';
