export { isJsonObject, JsonFloat, jsonFloat, jsonInteger, toJson, type Json, type JsonInput, type JsonObject } from './json/json.js';
export { MAX_JSON_DEPTH, parseJson } from './json/parse-json.js';
export { stringifyJson } from './json/stringify-json.js';
export { JsonSyntaxError, UnreadableJsonError } from './json/json-error.js';
export { decodeJsonText } from './json/decode-json-text.js';
export { pythonEquals, pythonKey } from './json/python-equality.js';
export { findUnstorableText, textFault, type TextFault, type UnstorableText } from './json/unstorable-text.js';
export { formatPythonFloat } from './json/python-float.js';
export { DomainError, type DomainErrorKind } from './errors/domain-error.js';
