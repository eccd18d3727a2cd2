import { Controller, Inject } from '@nestjs/common';
import { Database, type User } from '@fractal-server/database';
import {
  attributeFilters,
  boolean,
  dict,
  integer,
  lenientModel,
  list,
  optional,
  required,
  string,
  type AttributeValue,
} from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { Endpoint, Input, json, optionalBody, pathId, routeInput, type InputOf, type JsonStream } from '../http/index.js';
import { ProjectAccess } from '../projects/project-access.js';
import { getWorkflow } from '../workflows/workflow-steps.js';
import { checkUniqueTypes, findPreviousTask, notProcessedBy } from './image-checks.js';
import { imageQuery } from './image.schemas.js';
import { ImageLists } from './list-images.js';

const tag = 'Job';
const datasetPath = { project_id: pathId(), dataset_id: pathId() } as const;
const uniqueTypesInput = routeInput({
  path: datasetPath,
  query: { workflowtask_id: required(integer()) },
  body: optionalBody(imageQuery),
});
const nonProcessedInput = routeInput({
  path: datasetPath,
  query: { workflow_id: required(integer()), workflowtask_id: required(integer()) },
  // The keys of its type filters are taken as they are (oddity 18).
  body: lenientModel('NonProcessedImagesPayload', {
    attribute_filters: optional(attributeFilters(), () => new Map<string, AttributeValue[]>()),
    type_filters: optional(dict(string(), boolean()), () => new Map<string, boolean>()),
  }),
});

const NO_FILTERS: ReadonlyMap<string, never> = new Map<string, never>();

/** What a client asks before it submits a job (contract: api-data-model 6.5). */
@Controller()
export class ImageChecksController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
    @Inject(ImageLists) private readonly lists: ImageLists,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/images/verify-unique-types/',
    access: 'guest',
    tag,
    operation: 'verify_unique_types',
    summary: 'Types in which the images that pass a filter differ',
    input: uniqueTypesInput,
    answer: json(200, list(string())),
  })
  async verifyUniqueTypes(@Caller() caller: User, @Input() { path, query, body }: InputOf<typeof uniqueTypesInput>): Promise<string[]> {
    const { dataset } = await this.access.dataset(caller, path.project_id, path.dataset_id, 'r');
    const filters = { types: body?.type_filters ?? NO_FILTERS, attributes: body?.attribute_filters ?? NO_FILTERS };
    return checkUniqueTypes(this.database, dataset.id, query.workflowtask_id, filters);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/images/non-processed/',
    access: 'guest',
    tag,
    operation: 'check_non_processed_images',
    summary: 'Images that the task before has not processed',
    input: nonProcessedInput,
    answer: json(200, list(string())),
  })
  async nonProcessed(
    @Caller() caller: User,
    @Input() { path, query, body }: InputOf<typeof nonProcessedInput>,
  ): Promise<string[] | JsonStream> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    const workflow = await getWorkflow(this.database, project.id, query.workflow_id);
    const previous = await findPreviousTask(this.database, workflow.id, query.workflowtask_id);
    if (previous === null) return [];
    const { dataset } = await this.access.dataset(caller, project.id, path.dataset_id, 'r');
    return this.lists.urls(dataset, notProcessedBy(previous, { types: body.type_filters, attributes: body.attribute_filters }));
  }
}
