import { HttpCode, RequestMapping, RequestMethod } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { AccessLevel } from '../../access/access-level.js';
import type { JsonStream, JsonText } from '../answer/encode-answer.js';
import type { RouteInput } from '../input/route-input.js';
import type { Answer } from './answer.js';

/** Everything that is known about a route before a request arrives. */
export interface EndpointDeclaration<A = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As in the contract, with the final slash: `/auth/group/{group_id}/`. */
  readonly path: `/${string}/`;
  readonly access: AccessLevel;
  /** Section of the API page. */
  readonly tag?: string;
  /** First part of the operation's id: the reference's name of the operation, which generated clients are made from. */
  readonly operation: string;
  /** One line for the API page. */
  readonly summary?: string;
  readonly input?: RouteInput<unknown, unknown, unknown>;
  readonly answer: Answer<A>;
  /** Statuses of refusals that belong to this route alone (401, 403, 404, 422 go without saying). */
  readonly refusals?: readonly number[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    endpoint?: EndpointDeclaration;
  }
}

const ENDPOINT = Symbol('endpoint');

/** A handler method that returns what its endpoint promises (or the same as text or as a stream). */
type HandlerOf<A> = (...inputs: never[]) => Promise<A | JsonText | JsonStream>;

/**
 * Makes a method of a controller the handler of a route, with everything that is to be said about it: method, path, access, input, answer.
 * The compiler checks that the method returns what the answer's schema describes.
 */
export function Endpoint<A>(declaration: EndpointDeclaration<A>) {
  return <M extends HandlerOf<A>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>): void => {
    const handler = descriptor.value as unknown as object;
    Reflect.defineMetadata(ENDPOINT, declaration, handler);
    const { method, path, answer } = declaration;
    const decorators = [
      RequestMapping({ method: RequestMethod[method], path: path.replace(/\{(\w+)\}/g, ':$1') }),
      HttpCode(answer.status),
      RouteConfig({ endpoint: declaration }),
    ];
    for (const decorate of decorators) decorate(target, key, descriptor as TypedPropertyDescriptor<unknown>);
  };
}

/** The endpoints of a controller class, in the order of its methods. */
export function endpointsOf(controller: { readonly prototype: object; readonly name: string }): readonly EndpointDeclaration[] {
  return Object.getOwnPropertyNames(controller.prototype)
    .map((name) => (controller.prototype as Record<string, unknown>)[name])
    .filter((member) => typeof member === 'function')
    .map((method) => Reflect.getMetadata(ENDPOINT, method as object) as EndpointDeclaration | undefined)
    .filter((endpoint) => endpoint !== undefined);
}
