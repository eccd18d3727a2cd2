import { Controller, Inject } from '@nestjs/common';
import { Database, listVisibleDatasets, type User } from '@fractal-server/database';
import { boolean, nullable, optional, string } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { Endpoint, Input, json, offsetAndLimit, pageOf, routeInput, type InputOf, type Page } from '../http/index.js';
import { datasetPage, toDatasetReadExpanded, type DatasetReadExpanded } from './dataset.schemas.js';

const listInput = routeInput({
  query: {
    project_name: optional(nullable(string()), null),
    dataset_name: optional(nullable(string()), null),
    only_owned: optional(boolean(), false),
  },
  paged: true,
});

/** The datasets of all projects that the caller may see (contract: api-data-model 6.3, D10). */
@Controller()
export class AllDatasetsController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/dataset/',
    access: 'guest',
    tag: 'Dataset',
    operation: 'get_all_datasets',
    summary: 'Datasets across projects',
    input: listInput,
    answer: json(200, datasetPage),
  })
  async list(@Caller() caller: User, @Input() { query, page }: InputOf<typeof listInput>): Promise<Page<DatasetReadExpanded>> {
    const filter = {
      userId: caller.id,
      projectName: query.project_name,
      datasetName: query.dataset_name,
      onlyOwned: query.only_owned,
    };
    const { datasets, totalCount } = await listVisibleDatasets(this.database, filter, offsetAndLimit(page));
    return pageOf(page, totalCount, datasets.map(toDatasetReadExpanded));
  }
}
