import { JobFailure } from '../errors/job-failure.js';
import { EMPTY_TASK_OUTPUT, type TaskOutput } from '../images/task-output.js';
import { isJsonObject, type JsonObject } from '../json/json.js';
import { JsonSyntaxError, UnreadableJsonError } from '../json/json-error.js';
import { parseJson } from '../json/parse-json.js';
import { pythonKey } from '../json/python-equality.js';
import type { Schema } from '../validation/index.js';
import { describeIssues } from './describe-issues.js';
import { initOutputSchema, type ParallelizationItem, taskOutputSchema } from './output-schemas.js';
import { requireUnitCount } from './unit-limit.js';

/** What became of a unit: what it said, or why it failed. */
export type UnitOutcome<Output> = { readonly ok: true; readonly output: Output } | { readonly ok: false; readonly failure: JobFailure };

/** The unit failed. */
export function failedOutcome(failure: JobFailure): { readonly ok: false; readonly failure: JobFailure } {
  return { ok: false, failure };
}

/**
 * Judges the output file of a unit that exited with 0; null when it wrote none (contract: runner.md 6.1, 6.2). No file, and a file that
 * holds `null`, say nothing.
 *
 * Difference (contract: runner.md 16.4): a file that holds a list or a text fails its unit as any invalid output does.
 */
export function readTaskOutput(text: string | null): UnitOutcome<TaskOutput> {
  return outcomeOf(() => {
    const content = readOutputObject(text);
    return content === null ? EMPTY_TASK_OUTPUT : validate(taskOutputSchema, content, 'invalid_task_output', 'task output');
  });
}

/**
 * Judges the output file of an init part: what the compute part runs on, in order, equal items once (contract: runner.md 4.4). Items are
 * compared as Python does, so `1` and `true` are equal.
 */
export function readInitOutput(text: string | null): UnitOutcome<readonly ParallelizationItem[]> {
  return outcomeOf(() => {
    const content = readOutputObject(text);
    if (content === null) return [];
    const items = distinctItems(validate(initOutputSchema, content, 'invalid_init_output', 'output of the init part'));
    requireUnitCount(items.length);
    return items;
  });
}

function outcomeOf<Output>(read: () => Output): UnitOutcome<Output> {
  try {
    return { ok: true, output: read() };
  } catch (error) {
    if (error instanceof JobFailure) return failedOutcome(error);
    throw error;
  }
}

/** @throws JobFailure `output_not_json`, `output_not_an_object` */
function readOutputObject(text: string | null): JsonObject | null {
  const content = text === null ? null : parseOutput(text);
  if (content === null || isJsonObject(content)) return content;
  const kind = Array.isArray(content)
    ? 'a list'
    : `a ${typeof content === 'string' ? 'text' : typeof content === 'boolean' ? 'boolean' : 'number'}`;
  throw new JobFailure('output_not_an_object', `The output file of the task must hold a JSON object, but it holds ${kind}.`, 'unit');
}

function parseOutput(text: string): ReturnType<typeof parseJson> {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError || error instanceof UnreadableJsonError)) throw error;
    throw new JobFailure('output_not_json', `The output file of the task is not JSON: ${error.message}`, 'unit');
  }
}

function validate<T>(schema: Schema<T>, content: JsonObject, code: 'invalid_task_output' | 'invalid_init_output', what: string): T {
  const outcome = schema.validate(content, []);
  if (outcome.ok) return outcome.value;
  throw new JobFailure(code, `Invalid ${what}:\n${describeIssues(outcome.issues)}`, 'unit');
}

function distinctItems(items: readonly ParallelizationItem[]): ParallelizationItem[] {
  const distinct = new Map<string, ParallelizationItem>();
  for (const item of items) {
    const key = pythonKey([item.zarrUrl, item.initArgs]);
    if (!distinct.has(key)) distinct.set(key, item);
  }
  return [...distinct.values()];
}
