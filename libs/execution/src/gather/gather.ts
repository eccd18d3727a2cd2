import { HostCallAborted, HostCallTimedOut, type CallOptions } from '@fractal-server/hosts';

/** What became of one item of a gathered call. */
export type Outcome<Result> = { readonly ok: true; readonly value: Result } | { readonly ok: false; readonly error: unknown };

/**
 * Does the work of many items in as few calls as it can. Outcomes are in the order of the items; what it throws is the outcome of all.
 *
 * @param call its deadline is the latest of the items', its signal fires when no item waits any more
 */
export type GatheredWork<Item, Result> = (items: readonly Item[], call: CallOptions) => Promise<readonly Outcome<Result>[]>;

/** How to gather. */
export interface GatherOptions {
  /** For messages of items that were given up: "look at attempts". */
  readonly name: string;
  /** Most items of one call. */
  readonly maxItems: number;
  /** Milliseconds that the first item waits for company while no call is under way. Default 10. */
  readonly firstWaitMs?: number | undefined;
}

const FIRST_WAIT_MS = 10;

/**
 * Gathers what many steps ask of one host at about the same time into few calls, without a fixed rhythm: while one call is under way, the next
 * items collect and become the next call. The busier the host, the larger the calls.
 *
 * Every item keeps its own deadline and signal, counted from when it was given: an item that is given up leaves, and the others go on.
 */
export class Gather<Item, Result> {
  private waiting: Member<Item, Result>[] = [];
  private state: 'idle' | 'about to call' | 'calling' = 'idle';

  constructor(
    private readonly work: GatheredWork<Item, Result>,
    private readonly options: GatherOptions,
  ) {}

  /** Do the work of one item, together with others. @throws HostCallTimedOut, HostCallAborted, what the work threw for this item or for all */
  run(item: Item, options: CallOptions): Promise<Result> {
    return new Promise((resolve, reject) => {
      const member = new Member<Item, Result>(item, this.options.name, options, (outcome) => {
        if (outcome.ok) resolve(outcome.value);
        else reject(outcome.error as Error);
      });
      this.waiting.push(member);
      if (this.state === 'idle') {
        this.state = 'about to call';
        setTimeout(() => void this.callUntilNobodyWaits(), this.options.firstWaitMs ?? FIRST_WAIT_MS);
      }
    });
  }

  private async callUntilNobodyWaits(): Promise<void> {
    this.state = 'calling';
    for (;;) {
      this.waiting = this.waiting.filter((member) => !member.hasLeft);
      const members = this.waiting.splice(0, this.options.maxItems);
      if (members.length === 0) break;
      await this.call(members);
    }
    this.state = 'idle';
  }

  private async call(members: readonly Member<Item, Result>[]): Promise<void> {
    const nobodyWaits = new AbortController();
    const left = () => {
      if (members.every((member) => member.hasLeft)) nobodyWaits.abort(new Error('nobody waits for the answer any more'));
    };
    members.forEach((member) => member.onLeft(left));
    const deadlineMs = Math.max(1, ...members.map((member) => member.remainingMs()));
    let outcomes: readonly Outcome<Result>[];
    try {
      const items = members.map(({ item }) => item);
      outcomes = await this.work(items, { deadlineMs, signal: nobodyWaits.signal });
    } catch (error) {
      outcomes = members.map(() => ({ ok: false, error }));
    }
    members.forEach((member, index) =>
      member.settle(outcomes[index] ?? { ok: false, error: new Error(`${this.options.name}: no outcome`) }),
    );
  }
}

/** One item that waits for its outcome: for its turn, or for the call that it is part of. */
class Member<Item, Result> {
  hasLeft = false;
  private readonly deadlineAt: number;
  private readonly timer: NodeJS.Timeout;
  private readonly signal: AbortSignal | undefined;
  private leftListener: (() => void) | undefined;

  constructor(
    readonly item: Item,
    private readonly name: string,
    options: CallOptions,
    private readonly tell: (outcome: Outcome<Result>) => void,
  ) {
    const { deadlineMs } = options;
    this.deadlineAt = performance.now() + deadlineMs;
    this.timer = setTimeout(() => this.settle({ ok: false, error: new HostCallTimedOut(name, deadlineMs) }), deadlineMs);
    this.signal = options.signal;
    this.signal?.addEventListener('abort', this.onAbort);
    if (this.signal?.aborted === true) this.onAbort();
  }

  remainingMs(): number {
    return Math.ceil(this.deadlineAt - performance.now());
  }

  onLeft(listener: () => void): void {
    this.leftListener = listener;
  }

  /** Only the first outcome counts. */
  settle(outcome: Outcome<Result>): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    clearTimeout(this.timer);
    this.signal?.removeEventListener('abort', this.onAbort);
    this.tell(outcome);
    this.leftListener?.();
  }

  private readonly onAbort = (): void => {
    this.settle({ ok: false, error: new HostCallAborted(this.name, this.signal?.reason) });
  };
}
