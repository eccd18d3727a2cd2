import type { Activity } from '@fractal-server/database';
import { enumOf, integer, lenientModel, nullable, optional, required, string, type Infer } from '@fractal-server/domain';

export const activityStatus = enumOf('TaskGroupActivityStatus', ['pending', 'ongoing', 'failed', 'OK']);
export const activityAction = enumOf('TaskGroupActivityAction', ['collect', 'deactivate', 'reactivate', 'delete', 'reset']);

/** An activity as clients see it (contract: api-data-model 5). */
export const activityRead = lenientModel('TaskGroupActivityRead', {
  id: required(integer()),
  user_id: required(integer()),
  taskgroupv2_id: optional(nullable(integer()), null),
  timestamp_started: required(string()),
  timestamp_ended: optional(nullable(string()), null),
  pkg_name: required(string()),
  version: required(string()),
  status: required(activityStatus),
  action: required(activityAction),
  log: optional(nullable(string()), null),
});
export type ActivityRead = Infer<typeof activityRead>;

export function toActivityRead(activity: Activity): ActivityRead {
  return {
    id: activity.id,
    user_id: activity.userId,
    taskgroupv2_id: activity.taskGroupId,
    timestamp_started: activity.timestampStarted,
    timestamp_ended: activity.timestampEnded,
    pkg_name: activity.pkgName,
    version: activity.version,
    status: activity.status,
    action: activity.action,
    log: activity.log,
  };
}
