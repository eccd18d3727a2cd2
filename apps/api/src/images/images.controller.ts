import { Controller, Inject } from '@nestjs/common';
import type { User } from '@fractal-server/database';
import { required, string } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import {
  empty,
  Endpoint,
  Input,
  json,
  optionalBody,
  pathId,
  routeInput,
  type InputOf,
  type JsonStream,
  type JsonText,
} from '../http/index.js';
import { ProjectAccess } from '../projects/project-access.js';
import { ImageEditor } from './image-editor.js';
import {
  fromSingleImage,
  imagePage,
  imageQueryWithZarrUrl,
  singleImage,
  singleImageUpdate,
  toSingleImage,
  type SingleImage,
} from './image.schemas.js';
import { ImageLists } from './list-images.js';

const tag = 'Images';
const datasetPath = { project_id: pathId(), dataset_id: pathId() } as const;
const createInput = routeInput({ path: datasetPath, body: singleImage });
const updateInput = routeInput({ path: datasetPath, body: singleImageUpdate });
const deleteInput = routeInput({ path: datasetPath, query: { zarr_url: required(string()) } });
const queryInput = routeInput({ path: datasetPath, body: optionalBody(imageQueryWithZarrUrl), paged: true });

/** The images of a dataset (contract: api-data-model 6.4). */
@Controller()
export class ImagesController {
  constructor(
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
    @Inject(ImageEditor) private readonly editor: ImageEditor,
    @Inject(ImageLists) private readonly lists: ImageLists,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/images/',
    access: 'user',
    tag,
    operation: 'post_new_image',
    summary: 'Add an image to the list',
    input: createInput,
    answer: empty(201),
  })
  async create(@Caller() caller: User, @Input() { path, body }: InputOf<typeof createInput>): Promise<void> {
    const { dataset } = await this.access.dataset(caller, path.project_id, path.dataset_id, 'rw');
    await this.editor.add(dataset, fromSingleImage(body));
  }

  @Endpoint({
    method: 'PATCH',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/images/',
    access: 'user',
    tag,
    operation: 'patch_dataset_image',
    summary: 'Replace attributes or types of an image',
    input: updateInput,
    answer: json(200, singleImage),
  })
  async update(@Caller() caller: User, @Input() { path, body }: InputOf<typeof updateInput>): Promise<SingleImage> {
    const { dataset } = await this.access.dataset(caller, path.project_id, path.dataset_id, 'rw');
    const edit = { attributes: body.attributes, types: body.types ?? undefined };
    return toSingleImage(await this.editor.edit(dataset.id, body.zarr_url, edit));
  }

  @Endpoint({
    method: 'DELETE',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/images/',
    access: 'user',
    tag,
    operation: 'delete_dataset_images',
    summary: 'Take an image out of the list; no file is touched',
    input: deleteInput,
    answer: empty(204),
  })
  async delete(@Caller() caller: User, @Input() { path, query }: InputOf<typeof deleteInput>): Promise<void> {
    const { dataset } = await this.access.dataset(caller, path.project_id, path.dataset_id, 'rw');
    await this.editor.remove(dataset.id, query.zarr_url);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/images/query/',
    access: 'guest',
    tag,
    operation: 'query_dataset_images',
    summary: 'Images that pass a filter, and what all images of the dataset carry',
    input: queryInput,
    answer: json(200, imagePage),
  })
  async query(@Caller() caller: User, @Input() { path, body, page }: InputOf<typeof queryInput>): Promise<JsonText | JsonStream> {
    const { dataset } = await this.access.dataset(caller, path.project_id, path.dataset_id, 'r');
    const filter = body === undefined ? {} : { zarrUrl: body.zarr_url, types: body.type_filters, attributes: body.attribute_filters };
    return this.lists.page(dataset, filter, page);
  }
}
