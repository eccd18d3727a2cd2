import { Controller, Inject } from '@nestjs/common';
import { Database, listShownRuns, listShownUnits, type User } from '@fractal-server/database';
import { integer, list, nullable, optional, required } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { Endpoint, Input, json, offsetAndLimit, pageOf, pathId, routeInput, type InputOf } from '../http/index.js';
import { HistoryAccess } from './history-access.js';
import { runRead, toRunRead, toUnitRead, unitPage, unitStatus, type RunRead, type UnitPage } from './history.schemas.js';

const tag = 'History';
const subject = { dataset_id: required(integer()), workflowtask_id: required(integer()) } as const;
const runsInput = routeInput({ path: { project_id: pathId() }, query: subject });
const unitsInput = routeInput({
  path: { project_id: pathId(), history_run_id: pathId() },
  query: { ...subject, unit_status: optional(nullable(unitStatus), null) },
  paged: true,
});

/** Runs of a workflow task on a dataset, and their units (contract: api-execution 6.1, 6.2). */
@Controller()
export class RunsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(HistoryAccess) private readonly access: HistoryAccess,
  ) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/status/run/',
    access: 'guest',
    tag,
    operation: 'get_history_run_list',
    summary: 'The runs of a workflow task on a dataset, oldest first',
    input: runsInput,
    answer: json(200, list(runRead)),
  })
  async runs(@Caller() caller: User, @Input() { path, query }: InputOf<typeof runsInput>): Promise<RunRead[]> {
    const { datasetId, workflowTaskId } = await this.access.check(caller, {
      projectId: path.project_id,
      datasetId: query.dataset_id,
      workflowTaskId: query.workflowtask_id,
    });
    return (await listShownRuns(this.database, datasetId, workflowTaskId)).map(toRunRead);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/status/run/{history_run_id}/units/',
    access: 'guest',
    tag,
    operation: 'get_history_run_units',
    summary: 'The units of a run',
    input: unitsInput,
    answer: json(200, unitPage),
  })
  async units(@Caller() caller: User, @Input() { path, query, page }: InputOf<typeof unitsInput>): Promise<UnitPage> {
    const question = { projectId: path.project_id, datasetId: query.dataset_id, workflowTaskId: query.workflowtask_id };
    await this.access.checkRun(path.history_run_id, await this.access.check(caller, question));
    const { units, totalCount } = await listShownUnits(this.database, path.history_run_id, query.unit_status, offsetAndLimit(page));
    return pageOf(page, totalCount, units.map(toUnitRead));
  }
}
