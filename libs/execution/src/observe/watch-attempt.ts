import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAlive, type ProcessIdentity } from '@fractal-server/hosts';
import { attemptFiles } from '../attempt/attempt-folder.js';

/** What a watch reports. It is a bell: what is true now is to be read from the folder. */
export type AttemptNews =
  /** `results` has grown */
  | 'progress'
  /** the end marker is there */
  | 'ended'
  /** the runner has died without an end marker; only told where `runner` was given */
  | 'died';

/** How to watch. */
export interface WatchOptions {
  readonly onNews: (news: AttemptNews) => void;
  /** The runner, where it is a process of this place. */
  readonly runner?: ProcessIdentity | undefined;
  /** Least time between two `progress`, so that thousands of short units do not ring thousands of times. Default 50 ms. */
  readonly throttleMs?: number | undefined;
  /** Time between two looks that do not rely on notifications of the file system. Default 1 s. */
  readonly lookMs?: number | undefined;
  /** Ends the watch. */
  readonly signal?: AbortSignal | undefined;
}

/** Notifications of results in a row after which the watch rests: a runner of short units would wake this process for each of them. */
const NEWS_BEFORE_REST = 5;
/** Milliseconds without notifications; then the folder is looked at, so that an end is told that much later at most. */
const REST_MS = 50;

/** A running watch. */
export interface AttemptWatch {
  /** Ends the watch; `onNews` is not called any more. */
  close(): void;
}

/**
 * Watch an attempt folder of this machine: news arrive within milliseconds through inotify, and within `lookMs` where that fails (network file
 * systems, no more watches). `ended` and `died` are told once and end the watch. Waiting costs two `stat` a second.
 */
export function watchAttempt(folder: string, options: WatchOptions): AttemptWatch {
  const watcher = new FolderWatch(folder, options);
  watcher.start();
  return watcher;
}

class FolderWatch implements AttemptWatch {
  private readonly throttleMs: number;
  private readonly lookMs: number;
  private closed = false;
  private watcher: FSWatcher | undefined;
  private lookTimer: NodeJS.Timeout | undefined;
  private throttleTimer: NodeJS.Timeout | undefined;
  private restTimer: NodeJS.Timeout | undefined;
  private newsInARow = 0;
  private toldAt = 0;
  private toldBytes = 0;
  private looking = false;
  private lookAgain = false;

  constructor(
    private readonly folder: string,
    private readonly options: WatchOptions,
  ) {
    this.throttleMs = options.throttleMs ?? 50;
    this.lookMs = options.lookMs ?? 1_000;
  }

  start(): void {
    if (this.options.signal?.aborted === true) {
      this.closed = true;
      return;
    }
    this.options.signal?.addEventListener('abort', this.close, { once: true });
    this.listen();
    this.lookTimer = setInterval(() => this.look(), this.lookMs);
    this.lookTimer.unref();
    this.look();
  }

  readonly close = (): void => {
    this.closed = true;
    this.watcher?.close();
    clearInterval(this.lookTimer);
    clearTimeout(this.throttleTimer);
    clearTimeout(this.restTimer);
    this.options.signal?.removeEventListener('abort', this.close);
  };

  /** Asks the file system for notifications. */
  private listen(): void {
    try {
      this.watcher = watch(this.folder, { persistent: false }, (_event, name) => this.onFileEvent(name));
      // The folder was removed, or the watch failed: the looks go on.
      this.watcher.on('error', () => this.watcher?.close());
    } catch {
      // No folder yet, or no inotify watch left: the looks alone have to do.
      this.watcher = undefined;
    }
  }

  private onFileEvent(name: string | null): void {
    if (this.closed) return;
    if (name === 'end') {
      this.look();
    } else if (name === 'results') {
      this.lookWhenDue();
      this.newsInARow += 1;
      if (this.newsInARow >= NEWS_BEFORE_REST) this.rest();
    }
  }

  /** Looks as soon as progress may be told again. */
  private lookWhenDue(): void {
    this.throttleTimer ??= setTimeout(
      () => {
        this.throttleTimer = undefined;
        this.look();
      },
      Math.max(0, this.toldAt + this.throttleMs - Date.now()),
    );
  }

  /** No notifications for a while. */
  private rest(): void {
    this.watcher?.close();
    this.newsInARow = 0;
    this.restTimer = setTimeout(() => {
      this.listen();
      this.look();
    }, REST_MS);
  }

  /** One look at a time: while one is under way, at most one more is noted. */
  private look(): void {
    if (this.closed) {
      return;
    }
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = true;
    void this.lookOnce().finally(() => {
      this.looking = false;
      if (this.lookAgain) {
        this.lookAgain = false;
        this.look();
      }
    });
  }

  private async lookOnce(): Promise<void> {
    const files = attemptFiles(this.folder);
    const alive = this.options.runner === undefined || isAlive(this.options.runner);
    // After the process: a marker written between the two must not look like a death.
    const [endBytes, resultBytes] = await Promise.all([sizeOf(files.end), sizeOf(files.results)]);
    const ended = endBytes !== null;
    const bytes = resultBytes ?? 0;
    if (this.closed) {
      return;
    }
    if (bytes > this.toldBytes && !ended && Date.now() < this.toldAt + this.throttleMs) {
      this.lookWhenDue();
    } else if (bytes > this.toldBytes) {
      this.toldBytes = bytes;
      this.toldAt = Date.now();
      this.options.onNews('progress');
    }
    if (ended || !alive) {
      this.close();
      this.options.onNews(ended ? 'ended' : 'died');
    }
  }
}

/** Null where nothing can be seen: not there yet, or a passing trouble that the next look will not have. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}
