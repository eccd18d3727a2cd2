const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * A signal may come twice at once: Ctrl-C reaches every process of a terminal, and npm passes on to us what it gets itself. Only a later one
 * is somebody who cannot wait.
 */
const IMPATIENT_AFTER_MS = 1_000;

/**
 * Resolves at the first signal that asks this process to stop. A later one ends the process at once; its children notice and end too.
 */
export async function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (askedAt !== undefined && Date.now() - askedAt > IMPATIENT_AFTER_MS) process.exit(1);
      askedAt ??= Date.now();
      resolve(signal);
    };
    for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  });
}
