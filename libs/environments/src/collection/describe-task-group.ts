import type { ActivityLogLine, TaskGroup } from '@fractal-server/database';
import { stringifyJson, toJson } from '@fractal-server/domain';

/** One line for each attribute of a task group but the list of what is installed (contract: task-environments.md 7.2). */
export function describeTaskGroup(group: TaskGroup): ActivityLogLine[] {
  return Object.entries(group)
    .filter(([name]) => name !== 'envInfo')
    .map(([name, value]) => ({ level: 'DEBUG', message: `task_group.${snakeCase(name)}: ${shown(value)}` }));
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : stringifyJson(value instanceof Map ? value : toJson(value as never));
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
