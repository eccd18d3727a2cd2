export { JsonFloat, parseJson, stringifyJson, type Json, type JsonInput, type JsonObject } from './json/json.js';
export { DomainError, type DomainErrorKind } from './errors/domain-error.js';
