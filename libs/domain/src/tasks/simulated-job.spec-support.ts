import { DomainError } from '../errors/domain-error.js';
import { JobFailure } from '../errors/job-failure.js';
import { applyOutput } from '../images/apply-output.js';
import { applyChanges, lookupOf } from '../images/image.spec-support.js';
import type { AttributeFilters, TypeFilters } from '../images/image-matcher.js';
import { type ImageStatus, isStatusMode, withoutStatus, withStatus } from '../images/image-status.js';
import { outputOfRun } from '../images/merge-outputs.js';
import { attributesFromJson, type StoredImage, typesFromJson } from '../images/stored-image.js';
import type { TaskOutput } from '../images/task-output.js';
import { isJsonObject, type Json, type JsonObject } from '../json/json.js';
import { stringifyJson } from '../json/stringify-json.js';
import { parallelTasksPerJob } from './local-runner-config.js';
import { type ExecutedRun, judgeRun } from './run-verdict.js';
import { computeArguments, nonParallelArguments, parallelArguments } from './task-arguments.js';
import { NON_PARALLEL_STEM, parallelStem, taskFolderName, unitFiles } from './task-files.js';
import { requireInputs, requireOpenResource, selectTaskInputs } from './task-inputs.js';
import { isCompound, isConverter, type TaskType } from './task-type.js';
import { typeFiltersAfterTask, typeFiltersOfTask } from './type-flow.js';
import { commandFailure, hasWarning } from './unit-failure.js';
import { failedOutcome, readInitOutput, readTaskOutput, type UnitOutcome } from './unit-outcome.js';

/** The parts of a vector's `expected` that pure rules decide. */
export interface SimulatedJob {
  readonly images: Json[];
  readonly history_runs: Json[];
  readonly history_units: Json[];
  readonly accounting: Json[];
  readonly task_arguments: JsonObject;
  readonly error: Json;
}

/**
 * Runs the input of a workflow vector with nothing but the pure rules: no process, no database. The vector's plans stand for the tasks.
 */
export function simulateJob(input: JsonObject): SimulatedJob {
  const job = new JobSimulation(input);
  job.run();
  return job.result();
}

class JobSimulation {
  private images: StoredImage[];
  private readonly runs: JsonObject[] = [];
  private readonly units: JsonObject[] = [];
  private readonly accounting: Json[] = [];
  private readonly taskArguments: JsonObject = new Map();
  private error: Json = null;
  private readonly zarrDir: string;
  private readonly attributeFilters: AttributeFilters;
  private flow: TypeFilters;

  constructor(private readonly input: JsonObject) {
    this.zarrDir = input.get('zarr_dir') as string;
    this.attributeFilters = new Map(objectAt(input, 'job_attribute_filters')) as AttributeFilters;
    this.flow = typesFromJson(objectAt(input, 'job_type_filters'));
    this.images = listAt(input, 'images').map((image, position) => storedImage(image as JsonObject, position));
  }

  run(): void {
    try {
      listAt(this.input, 'tasks').forEach((task, order) => this.runTask(task as JsonObject, order));
    } catch (error) {
      if (!(error instanceof JobFailure || error instanceof DomainError)) throw error;
      const isRefused = error instanceof JobFailure && error.form !== 'unknown';
      this.error = new Map([
        ['code', error instanceof JobFailure ? error.code.toUpperCase() : 'INCOMPATIBLE_TYPE_FILTERS'],
        ['raised_as', isRefused ? 'job execution error' : 'unknown error'],
      ]);
    }
  }

  result(): SimulatedJob {
    return {
      images: this.images.map(withoutStatus).map((image) => imageToJson(image)),
      history_runs: this.runs,
      history_units: this.units,
      accounting: this.accounting,
      task_arguments: this.taskArguments,
      error: this.error,
    };
  }

  private runTask(task: JsonObject, order: number): void {
    const type = task.get('type') as TaskType;
    const name = (task.get('name') ?? `task_${order}`) as string;
    const typeFilters = typeFiltersOfTask(this.flow, {
      inputTypes: typesFromJson(objectAt(task, 'input_types')),
      workflowTaskTypeFilters: typesFromJson(objectAt(task, 'workflow_task_type_filters')),
    });
    if (order === 0 && !isConverter(type) && isStatusMode(this.attributeFilters)) this.addStatuses();
    const filters = { typeFilters, attributeFilters: this.attributeFilters };
    const selected = selectTaskInputs(type, this.images, filters);
    const run: JsonObject = new Map<string, Json>([
      ['workflow_task', order],
      ['status', 'submitted'],
      ['num_available_images', selected.availableCount],
    ]);
    this.runs.push(run);
    try {
      requireInputs({ name, type }, selected.inputs.length, filters);
      const preventNewSubmissions = this.input.get('resource_prevents_new_submissions') === true;
      requireOpenResource(name, { name: 'local', preventNewSubmissions });
      const inputUrls = selected.inputs.map(({ zarrUrl }) => zarrUrl);
      this.mergeRun(this.execute(task, type, `${taskFolderName(order, name)}/`, inputUrls), typesFromJson(objectAt(task, 'output_types')));
      run.set('status', 'done');
    } catch (error) {
      run.set('status', 'failed');
      throw error;
    }
  }

  private execute(task: JsonObject, type: TaskType, folder: string, inputUrls: string[]): ExecutedRun {
    const argsNonParallel = task.get('args_non_parallel') as JsonObject | null;
    if (type === 'parallel') return { kind: 'parallel', inputUrls, outcomes: this.executeParallel(task, folder, inputUrls) };
    const args = nonParallelArguments(type, this.zarrDir, inputUrls, argsNonParallel);
    const plan = planFor(objectAt(objectAt(task, 'plan'), 'non_parallel'), '*', undefined);
    const start = (): UnitRow => this.startUnit(folder, NON_PARALLEL_STEM, inputUrls, args, plan);
    if (!isCompound(type)) {
      start();
      return { kind: 'non_parallel', inputUrls, outcome: finish(plan, readTaskOutput) };
    }
    start();
    const init = finish(plan, readInitOutput);
    return { kind: 'compound', inputUrls, init, compute: init.ok ? this.executeCompute(task, folder, init.output) : [] };
  }

  private executeParallel(task: JsonObject, folder: string, inputUrls: readonly string[]): UnitOutcome<TaskOutput>[] {
    const batchSize = this.batchSizeOf(task);
    return inputUrls.map((url, index) => {
      const args = parallelArguments(url, task.get('args_parallel') as JsonObject | null);
      const plan = planFor(objectAt(objectAt(task, 'plan'), 'parallel'), url, undefined);
      this.startUnit(folder, parallelStem(index, batchSize), [url], args, plan);
      return finish(plan, readTaskOutput);
    });
  }

  private executeCompute(
    task: JsonObject,
    folder: string,
    items: readonly { zarrUrl: string; initArgs: JsonObject }[],
  ): UnitOutcome<TaskOutput>[] {
    const batchSize = this.batchSizeOf(task);
    return items.map((item, index) => {
      const args = computeArguments(item, task.get('args_parallel') as JsonObject | null);
      const plan = planFor(objectAt(objectAt(task, 'plan'), 'parallel'), item.zarrUrl, item.initArgs.get('i') as number | undefined);
      this.startUnit(folder, parallelStem(index, batchSize), [item.zarrUrl], args, plan);
      return finish(plan, readTaskOutput);
    });
  }

  private batchSizeOf(task: JsonObject): number | null {
    try {
      return parallelTasksPerJob((task.get('meta_parallel') ?? null) as JsonObject | null, objectAt(this.input, 'runner_config'));
    } catch (error) {
      this.account(0, 0);
      throw error;
    }
  }

  private mergeRun(executed: ExecutedRun, outputTypes: ReadonlyMap<string, boolean>): void {
    const verdict = judgeRun(executed);
    const unitsOfRun = this.units.slice(-verdict.unitCount);
    try {
      const output = outputOfRun(verdict.goodOutputs, verdict.impliedUpdateUrls);
      const changes = applyOutput(lookupOf(this.images), output, { zarrDir: this.zarrDir, outputTypes });
      this.images = applyChanges(this.images, changes, (this.images.at(-1)?.position ?? -1) + 1);
      this.account(verdict.unitCount, changes.inserted.length);
    } catch (error) {
      for (const unit of unitsOfRun) unit.set('status', 'failed');
      throw error;
    }
    unitsOfRun.forEach((unit, index) => unit.set('status', verdict.unitStatuses[index]!));
    if (verdict.failure !== undefined) throw verdict.failure;
    this.flow = typeFiltersAfterTask(this.flow, outputTypes);
  }

  private startUnit(folder: string, stem: string, zarrUrls: readonly string[], args: JsonObject, plan: JsonObject): UnitRow {
    const files = unitFiles(stem);
    this.taskArguments.set(folder + files.args, args);
    const unit = new Map<string, Json>([
      ['run', this.runs.length],
      ['status', 'submitted'],
      ['zarr_urls', [...zarrUrls]],
      ['log_file', folder + files.log],
      ['has_warnings', hasWarning(logOf(plan))],
    ]);
    this.units.push(unit);
    return unit;
  }

  private addStatuses(): void {
    const statuses = new Map(
      listAt(this.input, 'previous_history').map((unit) => {
        const { zarr_url: url, status } = Object.fromEntries(unit as JsonObject);
        return [url as string, status as ImageStatus];
      }),
    );
    this.images = this.images.map((image) => withStatus(image, statuses.get(image.zarrUrl) ?? 'unset'));
  }

  private account(tasks: number, newImages: number): void {
    this.accounting.push(
      new Map([
        ['num_tasks', tasks],
        ['num_new_images', newImages],
      ]),
    );
  }
}

type UnitRow = JsonObject;

/** What the plan says for a unit: by its URL or for all, and where it is a list, by the unit's `init_args.i`. */
function planFor(plans: JsonObject, zarrUrl: string, index: number | undefined): JsonObject {
  const plan = plans.get(zarrUrl) ?? plans.get('*') ?? new Map();
  return (Array.isArray(plan) ? (plan[index ?? 0] ?? new Map()) : plan) as JsonObject;
}

function finish<Output>(plan: JsonObject, read: (text: string | null) => UnitOutcome<Output>): UnitOutcome<Output> {
  if (plan.has('fail')) return failedOutcome(commandFailure({ exitCode: 1 }, logOf(plan)));
  if (plan.has('raw')) return read(plan.get('raw') as string);
  return read(plan.has('out') ? stringifyJson(plan.get('out')!) : null);
}

function logOf(plan: JsonObject): string {
  const printed = plan.has('fail') ? (plan.get('fail') as string) : '';
  return plan.get('warn') === true ? `${printed}\nWARNING: something` : printed;
}

function storedImage(image: JsonObject, position: number): StoredImage {
  return {
    position,
    zarrUrl: image.get('zarr_url') as string,
    origin: (image.get('origin') ?? null) as string | null,
    attributes: attributesFromJson(image.get('attributes')!),
    types: typesFromJson(image.get('types')!),
  };
}

/** An image as the vectors write it. */
export function imageToJson({ zarrUrl, origin, attributes, types }: Omit<StoredImage, 'position'>): JsonObject {
  return new Map<string, Json>([
    ['zarr_url', zarrUrl],
    ['origin', origin],
    ['attributes', new Map(attributes)],
    ['types', new Map(types)],
  ]);
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object.get(key);
  return isJsonObject(value) ? value : new Map();
}

function listAt(object: JsonObject, key: string): Json[] {
  const value = object.get(key);
  return Array.isArray(value) ? value : [];
}
