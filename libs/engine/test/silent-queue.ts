import type { QueueBackend } from '@fractal-server/queue';

/** A queue that loses every bell: the engine must do without. */
export const silentQueue: QueueBackend = {
  openSender: () => ({ send: async () => undefined, close: async () => undefined }),
  openReceiver: () => ({ run: async () => undefined, onTrouble: () => undefined, close: async () => undefined }),
  close: async () => undefined,
};
