export { Lease, LeaseLostError, type NextLook } from './lease.js';
export { LEASE_SECONDS, setWorkPlace } from './lease.queries.js';
export type { AddressedWork, ServedWork, WorkAddress, WorkKey, WorkKind } from './work-line.js';
export { enqueueAllWork, enqueueWork, listServedAddresses, overruleLease, postponeWork, ringWork, sweepDueWork } from './work.queries.js';
