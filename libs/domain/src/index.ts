export { JsonFloat, parseJson, stringifyJson, type Json, type JsonInput, type JsonObject } from './json/json.js';
