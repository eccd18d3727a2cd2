/** Signals that ask a process of ours to stop in order. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** A signal may come twice at once: npm and npx pass on to us what Ctrl-C sends to every process of the terminal. */
const IMPATIENT_AFTER_MS = 1_000;

/** Where signals come from: the process. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/**
 * Resolves at the first signal that asks this process to stop. The same signal, a second later or more, is somebody who cannot wait: the
 * process ends at once. Another signal is not: after Ctrl-C the supervisor asks its children once more, with SIGTERM, one after the other.
 */
export async function stopSignal(source: SignalSource = process, endAtOnce: () => void = () => process.exit(1)): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const askedAt = new Map<NodeJS.Signals, number>();
    const onSignal = (signal: NodeJS.Signals): void => {
      const before = askedAt.get(signal);
      if (before === undefined) askedAt.set(signal, Date.now());
      else if (Date.now() - before > IMPATIENT_AFTER_MS) endAtOnce();
      resolve(signal);
    };
    for (const signal of STOP_SIGNALS) source.on(signal, onSignal);
  });
}
