import { Controller, Inject } from '@nestjs/common';
import type { User } from '@fractal-server/database';
import { Caller } from '../access/caller.decorator.js';
import { Endpoint, Input, json, longBody, LongObject, pathId, routeInput, type InputOf, type JsonStream } from '../http/index.js';
import { fromSingleImage } from '../images/image.schemas.js';
import { ImageLists } from '../images/list-images.js';
import { ProjectAccess } from '../projects/project-access.js';
import { datasetExport, datasetImport, datasetRead, toDatasetRead, type DatasetRead } from './dataset.schemas.js';
import { DatasetImporter } from './import/dataset-importer.js';
import { readLongImport } from './import/read-long-import.js';

const tag = 'Dataset';
const importInput = routeInput({ path: { project_id: pathId() }, body: longBody(datasetImport, 'images') });
const exportInput = routeInput({ path: { project_id: pathId(), dataset_id: pathId() } });

/** Datasets with all their images, out and in (contract: api-data-model 8.2). */
@Controller()
export class DatasetTransferController {
  constructor(
    @Inject(ProjectAccess) private readonly access: ProjectAccess,
    @Inject(ImageLists) private readonly images: ImageLists,
    @Inject(DatasetImporter) private readonly importer: DatasetImporter,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/dataset/{dataset_id}/export/',
    access: 'guest',
    tag,
    operation: 'export_dataset',
    summary: 'A dataset with all its images',
    input: exportInput,
    answer: json(200, datasetExport),
  })
  async export(@Caller() caller: User, @Input() { path }: InputOf<typeof exportInput>): Promise<JsonStream> {
    const { dataset } = await this.access.dataset(caller, path.project_id, path.dataset_id, 'r');
    return this.images.export(dataset);
  }

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/dataset/import/',
    access: 'user',
    tag,
    operation: 'import_dataset',
    summary: 'Create a dataset with the images of an export',
    input: importInput,
    answer: json(201, datasetRead),
  })
  async import(@Caller() caller: User, @Input() { path, body }: InputOf<typeof importInput>): Promise<DatasetRead> {
    const imported =
      body instanceof LongObject
        ? await readLongImport(body)
        : { name: body.name, zarrDir: body.zarr_dir, batches: () => [body.images.map(fromSingleImage)] };
    const { project } = await this.access.project(caller, path.project_id, 'rw');
    return toDatasetRead(await this.importer.import(caller, project, imported), project);
  }
}
