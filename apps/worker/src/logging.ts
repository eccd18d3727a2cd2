import { pino, type Logger } from 'pino';

/** Pino's level for one of Python's numbers, which the environment uses (contract: auth-admin-config-db.md 7.1). */
function levelOf(pythonLevel: number): string {
  if (pythonLevel <= 10) return 'debug';
  if (pythonLevel <= 20) return 'info';
  return pythonLevel <= 30 ? 'warn' : 'error';
}

/** A log of JSON lines on stdout; what a line is about (job, batch, activity) is a field of it. */
export function createLogger(pythonLevel: number): Logger {
  return pino({ level: levelOf(pythonLevel), base: { process: 'worker', pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime });
}
