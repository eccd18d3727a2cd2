import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from '../../logging/logger.js';
import { encodeJson, JSON_TYPE } from '../answer/encode-answer.js';
import { answerError } from './error-answer.js';
import { HttpError } from './http-error.js';

/** Turns every error of a request into its answer; logs what was not expected. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(Logger) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { status, body, headers, errorId } = answerError(error instanceof HttpException ? fromFramework(error) : error);
    if (errorId !== undefined) {
      this.logger.error('api', `${request.method} ${request.url} failed (requestId=${request.id}, errorId=${errorId})`, error);
    }
    // A stream that broke half-way cannot be answered any more: cutting the connection tells the client that its answer is incomplete.
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    void reply.status(status).headers({ ...headers });
    if ('text' in body) void reply.type('text/plain; charset=utf-8').send(body.text);
    else void reply.type(JSON_TYPE).send(encodeJson(body.json));
  }
}

/** Errors of fastify and Nest themselves, such as a body that ended too early. */
function fromFramework(error: HttpException): HttpError {
  return new HttpError(error.getStatus());
}
