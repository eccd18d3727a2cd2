import { inspect } from 'node:util';

/** Severities, with Python's numbers (contract: auth-admin 6.6). */
export const LOG_LEVELS = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40 } as const;
export type LogLevel = keyof typeof LOG_LEVELS;

/** Writes log lines `time - logger - LEVEL - message`. */
export class Logger {
  constructor(
    /** Least severity that is written. */
    private readonly threshold: number,
    private readonly write: (line: string) => void = (line) => process.stderr.write(line),
  ) {}

  debug(name: string, message: string): void {
    this.log('DEBUG', name, message);
  }

  info(name: string, message: string): void {
    this.log('INFO', name, message);
  }

  warn(name: string, message: string): void {
    this.log('WARNING', name, message);
  }

  /** @param cause logged with its stack and its own causes */
  error(name: string, message: string, cause?: unknown): void {
    this.log('ERROR', name, cause === undefined ? message : `${message}\n${inspect(cause)}`);
  }

  private log(level: LogLevel, name: string, message: string): void {
    if (LOG_LEVELS[level] < this.threshold) return;
    this.write(`${timeText(new Date())} - ${name} - ${level} - ${message}\n`);
  }
}

/** Local time as Python's logging writes it: `2026-11-22 10:11:24,838`. */
function timeText(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, 23).replace('T', ' ').replace('.', ',');
}
