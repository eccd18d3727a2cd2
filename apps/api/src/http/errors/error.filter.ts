import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from '../../logging/logger.js';
import { encodeJson, isLong, JSON_TYPE, streamJson } from '../answer/encode-answer.js';
import { LONG_BODY } from '../body/json-body.js';
import { answerError } from './error-answer.js';
import { HttpError } from './http-error.js';
import { InvalidInputError } from './invalid-input-error.js';

/** Turns every error of a request into its answer; logs what was not expected. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(@Inject(Logger) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { status, body, headers, errorId } = answerError(shown(error, request));
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
    else void reply.type(JSON_TYPE).send(isLong(body.json) ? streamJson(body.json) : encodeJson(body.json));
  }
}

function shown(error: unknown, { bodyBytes }: FastifyRequest): unknown {
  if (error instanceof HttpException) return fromFramework(error);
  return error instanceof InvalidInputError && bodyBytes > LONG_BODY ? error.withoutInputs() : error;
}

/** Errors of fastify and Nest themselves, such as a body that ended too early. */
function fromFramework(error: HttpException): HttpError {
  return new HttpError(error.getStatus());
}
