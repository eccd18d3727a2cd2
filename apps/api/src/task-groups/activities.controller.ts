import { Controller, Inject } from '@nestjs/common';
import { Database, findActivity, listActivities, type User } from '@fractal-server/database';
import { awareDateTime, DomainError, integer, list, nullable, optional, string } from '@fractal-server/domain';
import { Caller } from '../access/caller.decorator.js';
import { Endpoint, Input, json, pathId, routeInput, type InputOf } from '../http/index.js';
import { activityAction, activityRead, activityStatus, toActivityRead, type ActivityRead } from './activity.schemas.js';

const tag = 'TaskGroup';
const listInput = routeInput({
  query: {
    task_group_activity_id: optional(nullable(integer()), null),
    taskgroupv2_id: optional(nullable(integer()), null),
    pkg_name: optional(nullable(string()), null),
    status: optional(nullable(activityStatus), null),
    action: optional(nullable(activityAction), null),
    timestamp_started_min: optional(nullable(awareDateTime()), null),
  },
});
const activityInput = routeInput({ path: { task_group_activity_id: pathId() } });

/** Activities of the caller's task groups (contract: api-execution 9.4). */
@Controller()
export class ActivitiesController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v2/task-group/activity/',
    access: 'guest',
    tag,
    operation: 'get_task_group_activity_list',
    summary: 'The activities of the caller, by id',
    input: listInput,
    answer: json(200, list(activityRead)),
  })
  async list(@Caller() caller: User, @Input() { query }: InputOf<typeof listInput>): Promise<ActivityRead[]> {
    const activities = await listActivities(this.database, caller.id, {
      activityId: query.task_group_activity_id,
      taskGroupId: query.taskgroupv2_id,
      pkgName: query.pkg_name,
      status: query.status,
      action: query.action,
      startedMin: query.timestamp_started_min,
    });
    return activities.map(toActivityRead);
  }

  @Endpoint({
    method: 'GET',
    path: '/api/v2/task-group/activity/{task_group_activity_id}/',
    access: 'guest',
    tag,
    operation: 'get_task_group_activity',
    summary: 'One activity of the caller, with its log so far',
    input: activityInput,
    answer: json(200, activityRead),
  })
  async get(@Caller() caller: User, @Input() { path }: InputOf<typeof activityInput>): Promise<ActivityRead> {
    const id = path.task_group_activity_id;
    const activity = await findActivity(this.database, id);
    if (activity === null) throw new DomainError('notFound', 'activity.not_found', `TaskGroupActivityV2 ${id} not found`);
    if (activity.userId !== caller.id) {
      throw new DomainError('forbidden', 'activity.not_owner', `You are not the owner of TaskGroupActivityV2 ${id}`, { asList: true });
    }
    return toActivityRead(activity);
  }
}
