import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Sends what Nest itself has to say to our log. */
export class FrameworkLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug('nest', String(message));
  }

  debug(message: unknown): void {
    this.logger.debug('nest', String(message));
  }

  verbose(message: unknown): void {
    this.logger.debug('nest', String(message));
  }

  warn(message: unknown): void {
    this.logger.warn('nest', String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    this.logger.error(
      'nest',
      String(message),
      details.find((detail) => typeof detail === 'string'),
    );
  }

  fatal(message: unknown, ...details: unknown[]): void {
    this.error(message, ...details);
  }
}
