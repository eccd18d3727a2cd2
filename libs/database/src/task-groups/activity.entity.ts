import type { JsonObject } from '@fractal-server/domain';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One lifecycle operation on a task group. Its log is in `log_line`. */
@Entity('activity')
export class ActivityEntity {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  /** Owner of the task group when the activity was asked for. */
  @Column({ name: 'user_id', type: 'integer' })
  userId!: number;

  /** Null once the task group is deleted. */
  @Column({ name: 'task_group_id', type: 'integer', nullable: true })
  taskGroupId!: number | null;

  @Column({ name: 'timestamp_started', type: 'timestamptz', default: () => 'clock_timestamp()' })
  timestampStarted!: string;

  @Column({ name: 'timestamp_ended', type: 'timestamptz', nullable: true })
  timestampEnded!: string | null;

  @Column({ name: 'pkg_name', type: 'text' })
  pkgName!: string;

  @Column({ type: 'text' })
  version!: string;

  /** `pending`, `ongoing`, `failed` or `OK`. */
  @Column({ type: 'text' })
  status!: string;

  /** `collect`, `deactivate`, `reactivate`, `delete` or `reset`. */
  @Column({ type: 'text' })
  action!: string;

  @Column({ name: 'fractal_server_version', type: 'text' })
  fractalServerVersion!: string;

  @Column({ name: 'resource_id', type: 'integer' })
  resourceId!: number;

  /** The step that the workers do next; null before the first and after the last. */
  @Column({ type: 'text', nullable: true })
  step!: string | null;

  /** What the activity was asked to do. */
  @Column({ type: 'json', default: {} })
  spec!: JsonObject;
}
