import { sqlState } from './database.js';

/** Classes and codes of SQLSTATE that say: the server is starting, stopping, full or gone. */
const AWAY_STATES = /^(08|57P|53300|57014$)/;
const AWAY_ERRNO = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOENT']);
const AWAY_MESSAGES = /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i;

/** True when a statement failed because PostgreSQL cannot be reached now. Trying again later is right. */
export function isDatabaseAway(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return AWAY_STATES.test(state);
  const cause = error as { code?: unknown; message?: unknown; syscall?: unknown; driverError?: unknown; errors?: unknown } | null;
  if (cause === null || typeof cause !== 'object') return false;
  if (Array.isArray(cause.errors)) return cause.errors.some(isDatabaseAway);
  if (cause.driverError !== undefined && cause.driverError !== error) return isDatabaseAway(cause.driverError);
  if (typeof cause.code === 'string' && AWAY_ERRNO.has(cause.code))
    return cause.syscall === 'connect' || cause.syscall === 'read' || cause.syscall === 'write' || cause.syscall === 'getaddrinfo';
  return typeof cause.message === 'string' && AWAY_MESSAGES.test(cause.message);
}

/** Numeric value out of range, invalid text, untranslatable character, NUL in text, string too long for an index. */
const UNSTORABLE_STATES = new Set(['22003', '22P02', '22P05', '22021', '22007', '22008', '54000']);

/** True when PostgreSQL refused a value for what it is. Inputs are checked before; this is the net below. */
export function isUnstorableValue(error: unknown): boolean {
  return UNSTORABLE_STATES.has(sqlState(error) ?? '');
}
