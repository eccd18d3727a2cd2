import type { ImageWithStatus, ShownRun, ShownUnit } from '@fractal-server/database';
import {
  anyObject,
  attributeValue,
  boolean,
  dict,
  enumOf,
  IMAGE_STATUS_ATTRIBUTE,
  imageAttributes,
  integer,
  lenientModel,
  list,
  nullable,
  optional,
  required,
  string,
  typeFilters,
  zarrUrl,
  type Infer,
} from '@fractal-server/domain';

export const unitStatus = enumOf('HistoryUnitStatus', ['submitted', 'done', 'failed']);

/** A run with its units counted (contract: api-execution 4). */
export const runRead = lenientModel('HistoryRunReadAggregated', {
  id: required(integer()),
  timestamp_started: required(string()),
  workflowtask_dump: required(anyObject()),
  num_submitted_units: required(integer()),
  num_done_units: required(integer()),
  num_failed_units: required(integer()),
  num_units_with_warnings: required(integer()),
  args_schema_parallel: optional(nullable(anyObject()), null),
  args_schema_non_parallel: optional(nullable(anyObject()), null),
  version: optional(nullable(string()), null),
});
export type RunRead = Infer<typeof runRead>;

export function toRunRead(run: ShownRun): RunRead {
  return {
    id: run.id,
    timestamp_started: run.timestampStarted,
    workflowtask_dump: run.workflowTaskDump,
    num_submitted_units: run.submittedUnitCount,
    num_done_units: run.doneUnitCount,
    num_failed_units: run.failedUnitCount,
    num_units_with_warnings: run.unitsWithWarningsCount,
    args_schema_parallel: run.argsSchemaParallel,
    args_schema_non_parallel: run.argsSchemaNonParallel,
    version: run.version,
  };
}

/** A unit, as it is shown. */
const unitRead = lenientModel('HistoryUnitRead', {
  id: required(integer()),
  logfile: optional(nullable(string()), null),
  has_warnings: required(boolean()),
  status: required(unitStatus),
  zarr_urls: required(list(string())),
});

/** A part of the units of a run. */
export const unitPage = lenientModel('PaginationResponse_HistoryUnitRead_', {
  current_page: required(integer()),
  page_size: required(integer()),
  total_count: required(integer()),
  items: required(list(unitRead)),
});
export type UnitPage = Infer<typeof unitPage>;

export function toUnitRead(unit: ShownUnit): Infer<typeof unitRead> {
  return {
    id: unit.id,
    logfile: unit.logfile,
    has_warnings: unit.hasWarnings,
    status: unit.status,
    zarr_urls: [...unit.zarrUrls],
  };
}

/** An image with its status among its attributes. */
const imageWithWarnings = lenientModel('SingleImageWithWarnings', {
  zarr_url: required(zarrUrl()),
  origin: optional(nullable(zarrUrl()), null),
  attributes: optional(imageAttributes(), () => new Map()),
  types: optional(typeFilters(), () => new Map()),
  has_warnings: optional(nullable(boolean()), null),
});

/** A part of the images that pass a filter, with their statuses, and what all images of the dataset carry. */
export const imagePageWithWarnings = lenientModel('ImagePageWithWarnings', {
  current_page: required(integer()),
  page_size: required(integer()),
  total_count: required(integer()),
  items: required(list(imageWithWarnings)),
  attributes: required(dict(string(), list(attributeValue()))),
  types: required(list(string())),
});

/** @param includeWarnings whether to say if the latest unit ended with warnings; null is shown otherwise */
export function toImageWithWarnings(image: ImageWithStatus, includeWarnings: boolean): Infer<typeof imageWithWarnings> {
  return {
    zarr_url: image.zarrUrl,
    origin: image.origin,
    attributes: new Map([...image.attributes, [IMAGE_STATUS_ATTRIBUTE, image.status]]),
    types: new Map(image.types),
    has_warnings: includeWarnings ? image.hasWarnings : null,
  };
}

/** Whose log is asked for. */
export const imageLogsRequest = lenientModel('ImageLogsRequest', {
  workflowtask_id: required(integer()),
  dataset_id: required(integer()),
  zarr_url: required(string()),
});
