import { Controller, Inject } from '@nestjs/common';
import { Database, listDatasets, updateDataset, type User } from '@fractal-server/database';
import { list } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { empty, Endpoint, Input, json, pathId, routeInput, type InputOf } from '../http/index.js';
import { datasetNotFound, ProjectAccess } from '../projects/project-access.js';
import { createDataset } from './create-dataset.js';
import { datasetCreate, datasetRead, datasetUpdate, toDatasetRead, type DatasetRead } from './dataset.schemas.js';
import { removeDataset } from './remove-dataset.js';

const tag = 'Dataset';
const projectPath = { project_id: pathId() } as const;
const datasetPath = { project_id: pathId(), dataset_id: pathId() } as const;
const listInput = routeInput({ path: projectPath });
const createInput = routeInput({ path: projectPath, body: datasetCreate });
const datasetInput = routeInput({ path: datasetPath });
const updateInput = routeInput({ path: datasetPath, body: datasetUpdate });

/** The datasets of a project (contract: api-data-model 6.3). */
@Controller()
export class DatasetsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/dataset/',
    access: 'user',
    tag,
    operation: 'create_dataset',
    summary: 'Create a dataset without images',
    input: createInput,
    answer: json(201, datasetRead),
  })
  async create(@Caller() caller: User, @Input() { path, body }: InputOf<typeof createInput>): Promise<DatasetRead> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    const wanted = { name: body.name, projectDir: body.project_dir, zarrSubfolder: body.zarr_subfolder };
    return toDatasetRead(await createDataset(this.database, caller, project, wanted), project);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/dataset/',
    access: 'guest',
    tag,
    operation: 'read_dataset_list',
    summary: 'The datasets of a project',
    input: listInput,
    answer: json(200, list(datasetRead)),
  })
  async list(@Caller() caller: User, @Input() { path }: InputOf<typeof listInput>): Promise<DatasetRead[]> {
    const { project } = await this.access.project(caller, path.project_id, 'r');
    const datasets = await listDatasets(this.database, project.id);
    return datasets.map((dataset) => toDatasetRead(dataset, project));
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/',
    access: 'guest',
    tag,
    operation: 'read_dataset',
    summary: 'One dataset, without its images',
    input: datasetInput,
    answer: json(200, datasetRead),
  })
  async get(@Caller() caller: User, @Input() { path }: InputOf<typeof datasetInput>): Promise<DatasetRead> {
    const { project, dataset } = await this.access.dataset(caller, path.project_id, path.dataset_id, 'r');
    return toDatasetRead(dataset, project);
  }

  @Endpoint({
    method: 'PATCH',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/',
    access: 'user',
    tag,
    operation: 'update_dataset',
    summary: 'Rename a dataset',
    input: updateInput,
    answer: json(200, datasetRead),
  })
  async update(@Caller() caller: User, @Input() { path, body }: InputOf<typeof updateInput>): Promise<DatasetRead> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    const dataset = await updateDataset(this.database, project.id, path.dataset_id, body);
    if (dataset === null) throw datasetNotFound();
    return toDatasetRead(dataset, project);
  }

  @Endpoint({
    method: 'DELETE',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/',
    access: 'user',
    tag,
    operation: 'delete_dataset',
    summary: 'Delete a dataset; no file is touched',
    input: datasetInput,
    answer: empty(204),
  })
  async delete(@Caller() caller: User, @Input() { path }: InputOf<typeof datasetInput>): Promise<void> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    await removeDataset(this.database, project.id, path.dataset_id);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/star/',
    access: 'user',
    tag,
    operation: 'star_dataset',
    summary: 'Put a dataset first, for all members',
    input: datasetInput,
    answer: empty(200),
  })
  async star(@Caller() caller: User, @Input() { path }: InputOf<typeof datasetInput>): Promise<void> {
    await this.setStar(caller, path, true);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/unstar/',
    access: 'user',
    tag,
    operation: 'unstar_dataset',
    summary: 'Take the star from a dataset, for all members',
    input: datasetInput,
    answer: empty(200),
  })
  async unstar(@Caller() caller: User, @Input() { path }: InputOf<typeof datasetInput>): Promise<void> {
    await this.setStar(caller, path, false);
  }

  private async setStar(caller: User, path: InputOf<typeof datasetInput>['path'], isStarred: boolean): Promise<void> {
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    const dataset = await updateDataset(this.database, project.id, path.dataset_id, { isStarred });
    if (dataset === null) throw datasetNotFound();
  }
}
