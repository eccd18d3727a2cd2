import type { WorkKey } from '@fractal-server/database';
import { watchAttempt, type AttemptWatch, type Owner } from '@fractal-server/execution';

/**
 * The commands of activities that this process keeps an eye on, so that the next step begins when a command ends and not at the next
 * sweep. Nothing depends on it: when the process dies, others look every few seconds.
 */
export class ActivityWatches {
  private readonly watches = new Map<number, { readonly folder: string; readonly watch: AttemptWatch }>();

  /** @param nudge asks this process for a look at an activity, at once */
  constructor(private readonly nudge: (key: WorkKey) => void) {}

  /** Watches the attempt of an activity until it ends. Repeating it is harmless. */
  watch(activityId: number, folder: string, owner: Owner): void {
    if (this.watches.get(activityId)?.folder === folder) return;
    this.close(activityId);
    const watch = watchAttempt(folder, {
      runner: owner,
      onNews: (news) => {
        if (news === 'progress') return;
        this.watches.delete(activityId);
        this.nudge({ kind: 'activity', id: activityId });
      },
    });
    this.watches.set(activityId, { folder, watch });
  }

  /** The activity has ended, or its attempt is over. */
  close(activityId: number): void {
    this.watches.get(activityId)?.watch.close();
    this.watches.delete(activityId);
  }
}
