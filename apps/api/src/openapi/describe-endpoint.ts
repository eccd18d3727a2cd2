import { Model, type Fields, type OpenApiComponents, type OpenApiSchema, type Schema } from '@fractal-server/domain';
import type { EndpointDeclaration } from '../http/index.js';

/** A part of an OpenAPI document. */
export type OpenApiObject = OpenApiSchema;

/** How a request shows who sends it: either of these. */
const SECURITY = [{ OAuth2PasswordBearer: [] }, { APIKeyCookie: [] }];

/** An endpoint as an operation of the OpenAPI document. Its schemas are put into `components`. */
export function describeEndpoint(endpoint: EndpointDeclaration, components: OpenApiComponents): OpenApiObject {
  const operationId = operationIdOf(endpoint);
  const parameters = describeParameters(endpoint, components);
  return {
    tags: endpoint.tag === undefined ? undefined : [endpoint.tag],
    summary: endpoint.summary,
    operationId,
    security: endpoint.access === 'public' ? undefined : SECURITY,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: describeBody(endpoint, components),
    responses: {
      [endpoint.answer.status]: describeAnswer(endpoint, operationId, components),
      ...Object.fromEntries((endpoint.refusals ?? []).map((status) => [status, describeRefusal(components)])),
      ...(endpoint.input === undefined ? {} : { '422': describeValidationError(components) }),
    },
  };
}

/** The reference's operation ids: generated clients are made from them. */
export function operationIdOf({ operation, path, method }: Pick<EndpointDeclaration, 'operation' | 'path' | 'method'>): string {
  return `${operation}${path}`.replace(/\W/g, '_') + `_${method.toLowerCase()}`;
}

function describeParameters({ input }: EndpointDeclaration, components: OpenApiComponents): OpenApiObject[] {
  if (input === undefined) return [];
  return (['path', 'query'] as const).flatMap((place) => {
    const { properties, required } = input[place].describe(components) as {
      properties: Record<string, OpenApiSchema>;
      required?: readonly string[];
    };
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      in: place,
      required: required?.includes(name) ?? false,
      schema,
    }));
  });
}

function describeBody({ input }: EndpointDeclaration, components: OpenApiComponents): OpenApiObject | undefined {
  if (input?.body === undefined) return undefined;
  const { kind, schema, isOptional } = input.body;
  const described = schema.describe(components);
  const mediaType = kind === 'json' ? 'application/json' : input.takesFiles ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
  return {
    required: isOptional || (kind === 'form' && needsNoField(schema)) ? undefined : true,
    content: { [mediaType]: { schema: isOptional ? { anyOf: [described, { type: 'null' }] } : described } },
  };
}

/** A form without fields is then as good as any other. */
function needsNoField(schema: Schema<unknown>): boolean {
  return schema instanceof Model && Object.values(schema.fields as Fields).every((field) => field.kind !== 'required');
}

function describeAnswer({ answer }: EndpointDeclaration, operationId: string, components: OpenApiComponents): OpenApiObject {
  const description = 'Successful Response';
  const { body, status } = answer;
  if (body.kind === 'file') return { description, content: { [body.type]: { schema: { type: 'string', format: 'binary' } } } };
  if (body.kind === 'empty') return status === 204 ? { description } : { description, content: { 'application/json': { schema: {} } } };
  const schema = body.schema.describe(components);
  const title = `Response ${operationId.replaceAll('_', ' ').replace(/[a-z]+/gi, (word) => word.charAt(0).toUpperCase() + word.slice(1))}`;
  return { description, content: { 'application/json': { schema: schema['$ref'] === undefined ? { ...schema, title } : schema } } };
}

function describeRefusal(components: OpenApiComponents): OpenApiObject {
  const schema = components.reference('ErrorModel', () => ({
    title: 'ErrorModel',
    type: 'object',
    properties: {
      detail: { title: 'Detail', anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: { type: 'string' } }] },
    },
    required: ['detail'],
  }));
  return { description: 'Bad Request', content: { 'application/json': { schema } } };
}

function describeValidationError(components: OpenApiComponents): OpenApiObject {
  const schema = components.reference('HTTPValidationError', () => ({
    title: 'HTTPValidationError',
    type: 'object',
    properties: {
      detail: {
        type: 'array',
        title: 'Detail',
        items: components.reference('ValidationError', () => VALIDATION_ERROR),
      },
    },
  }));
  return { description: 'Validation Error', content: { 'application/json': { schema } } };
}

const VALIDATION_ERROR = {
  title: 'ValidationError',
  type: 'object',
  properties: {
    loc: { type: 'array', title: 'Location', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
    msg: { type: 'string', title: 'Message' },
    type: { type: 'string', title: 'Error Type' },
    input: { title: 'Input' },
    ctx: { type: 'object', title: 'Context' },
  },
  required: ['loc', 'msg', 'type'],
} as const;
