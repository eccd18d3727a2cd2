export {
  findAndKeepTasks,
  findTask,
  findTasks,
  insertTasks,
  listVisibleTasks,
  updateTask,
  type NewTask,
  type SlimTask,
  type Task,
  type TaskChanges,
  type TaskWithGroup,
} from './task.queries.js';
