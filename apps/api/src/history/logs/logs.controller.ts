import { Controller, Inject } from '@nestjs/common';
import { Database, findImageLog, findUnitLog, type User } from '@fractal-server/database';
import { DomainError, integer, required, string } from '@fractal-server/domain';
import { Caller } from '../../access/caller.decorator.js';
import { Endpoint, Input, json, pathId, routeInput, type InputOf } from '../../http/index.js';
import { Logger } from '../../logging/logger.js';
import { HistoryAccess, notFound } from '../history-access.js';
import { imageLogsRequest } from '../history.schemas.js';
import { readUnitLog } from './unit-log.js';

const tag = 'History';
const path = { project_id: pathId() } as const;
const imageLogInput = routeInput({ path, body: imageLogsRequest });
const unitLogInput = routeInput({
  path,
  query: {
    history_run_id: required(integer()),
    history_unit_id: required(integer()),
    workflowtask_id: required(integer()),
    dataset_id: required(integer()),
  },
});

/** Logs of units (contract: api-execution 6.4–6.6). */
@Controller()
export class LogsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(HistoryAccess) private readonly access: HistoryAccess,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  @Endpoint({
    method: 'POST',
    path: '/api/v2/project/{project_id}/status/image-log/',
    access: 'guest',
    tag,
    operation: 'get_image_log',
    summary: 'The log of the latest unit that worked on an image',
    input: imageLogInput,
    answer: json(200, string()),
  })
  async imageLog(@Caller() caller: User, @Input() input: InputOf<typeof imageLogInput>): Promise<string> {
    const { dataset_id: datasetId, workflowtask_id: workflowTaskId, zarr_url: zarrUrl } = input.body;
    const subject = await this.access.check(caller, { projectId: input.path.project_id, datasetId, workflowTaskId });
    const place = await findImageLog(this.database, { datasetId, workflowTaskId, zarrUrl });
    if (place === null) throw notFound('image_log.not_found', 'HistoryImageCache not found');
    return readUnitLog(place, subject, this.logger);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/project/{project_id}/status/unit-log/',
    access: 'guest',
    tag,
    operation: 'get_history_unit_log',
    summary: 'The log of a unit',
    input: unitLogInput,
    answer: json(200, string()),
  })
  async unitLog(@Caller() caller: User, @Input() input: InputOf<typeof unitLogInput>): Promise<string> {
    const { dataset_id: datasetId, workflowtask_id: workflowTaskId, history_run_id: runId, history_unit_id: unitId } = input.query;
    const subject = await this.access.check(caller, { projectId: input.path.project_id, datasetId, workflowTaskId });
    const place = await findUnitLog(this.database, unitId);
    if (place === null) throw notFound('unit.not_found', `HistoryUnit ${unitId} not found`);
    if (place.runId !== runId) throw unrelated(unitId, runId);
    await this.access.checkRun(runId, subject);
    return readUnitLog(place, subject, this.logger);
  }
}

function unrelated(unitId: number, runId: number): DomainError {
  const text = `Invalid query parameters: HistoryUnit[${unitId}] is not related to HistoryRun[${runId}]`;
  return new DomainError('refused', 'unit.unrelated', text);
}
