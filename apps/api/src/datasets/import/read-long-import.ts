import { setImmediate as nextTurn } from 'node:timers/promises';
import { JsonSyntaxError, type ImageContent, type Json, type ValidationIssue } from '@fractal-server/domain';
import { InvalidInputError, parseLongObject, type LongObject } from '../../http/index.js';
import { fromSingleImage, singleImage } from '../../images/image.schemas.js';
import { datasetImport } from '../dataset.schemas.js';
import type { ImportedDataset } from './dataset-importer.js';
import { ImportedUrls } from './imported-urls.js';

/** As many as the database takes in one statement. */
const IMAGES_PER_BATCH = 4096;
/** Images that are parsed and judged before other work may run: some milliseconds. */
const IMAGES_PER_TURN = 256;
/** Where there are more issues, these suffice. */
const ENOUGH_ISSUES = 1000;

/**
 * Reads an import that is too long for one piece, twice: first every image is judged, then, while the dataset is stored, each batch is made
 * again from its text. So besides the text no more than a batch is in memory.
 *
 * @throws InvalidInputError with what is wrong
 */
export async function readLongImport(body: LongObject): Promise<ImportedDataset> {
  const head = datasetImport.validate(body.fields, ['body']);
  const issues: ValidationIssue[] = head.ok ? [] : [...head.issues];
  const urls = head.ok ? new ImportedUrls(head.value.zarr_dir) : undefined;
  let urlFault: string | undefined;
  for (let index = 0; index < body.itemCount && issues.length < ENOUGH_ISSUES; index++) {
    if (index % IMAGES_PER_TURN === 0) await nextTurn();
    const outcome = singleImage.validate(itemOf(body, index), ['body', 'images', index]);
    if (!outcome.ok) issues.push(...outcome.issues);
    else urlFault ??= urls?.fault(outcome.value.zarr_url);
  }
  if (issues.length === 0 && urlFault !== undefined) issues.push(issueOf(urlFault, body));
  if (!head.ok || issues.length > 0) throw new InvalidInputError(issues);
  return { name: head.value.name, zarrDir: head.value.zarr_dir, batches: () => readBatches(body) };
}

async function* readBatches(body: LongObject): AsyncGenerator<ImageContent[]> {
  let batch: ImageContent[] = [];
  for (let index = 0; index < body.itemCount; index++) {
    if (index % IMAGES_PER_TURN === 0) await nextTurn();
    const outcome = singleImage.validate(body.item(index), []);
    if (!outcome.ok) throw new Error(`image ${index} was valid before`);
    batch.push(fromSingleImage(outcome.value));
    if (batch.length < IMAGES_PER_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** @throws InvalidInputError for an item that is no JSON, as for any body that is none */
function itemOf(body: LongObject, index: number): Json {
  try {
    return body.item(index);
  } catch (error) {
    if (error instanceof JsonSyntaxError) parseLongObject(body);
    throw error;
  }
}

/** The offending input would be the whole body; without its images it says as much. */
function issueOf(fault: string, body: LongObject): ValidationIssue {
  return { type: 'value_error', loc: ['body'], msg: `Value error, ${fault}`, input: body.fields, ctx: { error: {} } };
}
