import { Controller, Inject } from '@nestjs/common';
import { Database, queryImageStatuses, readImageValues, type ImageStatusPage, type User } from '@fractal-server/database';
import { boolean, IMAGE_STATUS_ATTRIBUTE, IMAGE_STATUSES, integer, optional, required } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { Endpoint, Input, json, JsonStream, offsetAndLimit, pageOf, pathId, routeInput, type InputOf } from '../http/index.js';
import { splitStatus } from '../images/image-checks.js';
import { imageQuery } from '../images/image.schemas.js';
import { datasetNotFound } from '../projects/project-access.js';
import { HistoryAccess } from './history-access.js';
import { imagePageWithWarnings, toImageWithWarnings } from './history.schemas.js';

const statusesInput = routeInput({
  path: { project_id: pathId() },
  query: {
    dataset_id: required(integer()),
    workflowtask_id: required(integer()),
    include_warnings: optional(boolean(), false),
  },
  body: imageQuery,
  paged: true,
});

/** What became of the images of a dataset in a workflow task (contract: api-execution 6.3). */
@Controller()
export class ImageStatusesController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(HistoryAccess) private readonly access: HistoryAccess,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/status/images/',
    access: 'guest',
    tag: 'History',
    operation: 'get_history_images',
    summary: 'Images that pass a filter with their status for a workflow task, by URL',
    input: statusesInput,
    answer: json(200, imagePageWithWarnings),
  })
  async statuses(@Caller() caller: User, @Input() { path, query, body, page }: InputOf<typeof statusesInput>): Promise<JsonStream> {
    const { datasetId, workflowTaskId } = await this.access.check(caller, {
      projectId: path.project_id,
      datasetId: query.dataset_id,
      workflowTaskId: query.workflowtask_id,
    });
    const filter = { types: body.type_filters, ...splitStatus(body.attribute_filters, workflowTaskId) };
    const found = await queryImageStatuses(this.database, datasetId, workflowTaskId, filter, offsetAndLimit(page));
    const values = await readImageValues(this.database, datasetId);
    if (values === null) throw datasetNotFound();
    return new JsonStream({
      ...pageOf(page, found.totalCount, []),
      items: shown(found, query.include_warnings),
      attributes: new Map([...values.attributes, [IMAGE_STATUS_ATTRIBUTE, IMAGE_STATUSES]]),
      types: values.types,
    });
  }
}

/** The images, read while they are written. */
async function* shown({ batches }: ImageStatusPage, includeWarnings: boolean) {
  for await (const images of batches()) for (const image of images) yield toImageWithWarnings(image, includeWarnings);
}
