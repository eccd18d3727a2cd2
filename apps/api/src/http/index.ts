export { JsonStream, JsonText } from './answer/encode-answer.js';
export { zuluTimestamp } from './answer/timestamps.js';
export { empty, file, json, type Answer } from './endpoint/answer.js';
export { Endpoint, endpointsOf, type EndpointDeclaration } from './endpoint/endpoint.js';
export { HttpError } from './errors/http-error.js';
export { InvalidInputError } from './errors/invalid-input-error.js';
export { Input } from './input/input.decorator.js';
export { offsetAndLimit, pageOf, type Page, type PageRequest } from './input/page.js';
export { optionalBody, pathId, routeInput, type InputOf } from './input/route-input.js';
