import { FastifyAdapter } from '@nestjs/platform-fastify';
import { StreamableFile } from '@nestjs/common';
import type { JsonInput } from '@fractal-server/domain';
import type { FastifyReply } from 'fastify';
import { encodeJson, isLong, JSON_TYPE, JsonStream, JsonText, streamJson } from '../answer/encode-answer.js';

type Server = ReturnType<FastifyAdapter['get']>;

/** Nest's fastify adapter with the contract's paths (a final slash), answers (lossless JSON, no charset) and unmatched requests. */
export class ContractAdapter extends FastifyAdapter {
  /** Answers handlers' values: nothing → an empty body, a file → its stream, everything else → JSON. */
  override reply(response: unknown, body: unknown, statusCode?: number): FastifyReply {
    const reply = response as FastifyReply;
    if (body instanceof StreamableFile) return super.reply(reply, body, statusCode);
    if (statusCode !== undefined) reply.status(statusCode);
    if (body === undefined) return reply.send();
    reply.header('content-type', JSON_TYPE);
    if (body instanceof JsonText) return reply.send(Buffer.from(body.text));
    if (body instanceof JsonStream) return reply.send(streamJson(body.value));
    const value = body as JsonInput;
    return reply.send(isLong(value) ? streamJson(value) : encodeJson(value));
  }

  override get(...route: unknown[]): Server {
    return super.get(...withFinalSlash(route));
  }

  override post(...route: unknown[]): Server {
    return super.post(...withFinalSlash(route));
  }

  override put(...route: unknown[]): Server {
    return super.put(...withFinalSlash(route));
  }

  override patch(...route: unknown[]): Server {
    return super.patch(...withFinalSlash(route));
  }

  override delete(...route: unknown[]): Server {
    return super.delete(...withFinalSlash(route));
  }

  /** Nest's own answer knows neither 405 nor 307; ours is set on the server itself. */
  override setNotFoundHandler(): Server {
    return this.getInstance();
  }
}

/** Nest strips the final slash that every route of the contract ends with. */
function withFinalSlash([path, ...rest]: unknown[]): unknown[] {
  return [typeof path === 'string' && !path.endsWith('/') ? `${path}/` : path, ...rest];
}
