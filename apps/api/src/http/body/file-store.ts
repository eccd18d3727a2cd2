import type { FastifyInstance } from 'fastify';

/** Keeps the files of forms while their request is handled. */
export interface FileStore {
  /**
   * Stores a file piece by piece, for the user who sends it.
   * @returns the name under which a use case can take it over
   * @throws what reading the content throws, with nothing left behind
   */
  store(file: { readonly userId: number; readonly filename: string }, content: AsyncIterable<Buffer>): Promise<string>;
  /** Removes files that nobody took over. */
  dropUnclaimed(names: readonly string[]): Promise<void>;
}

declare module 'fastify' {
  interface FastifyInstance {
    fileStore: FileStore;
  }
  interface FastifyRequest {
    /** Names of the files that this request has stored. */
    storedFiles: string[] | undefined;
  }
}

/** Gives forms a store for their files. What no use case took over is removed when the request has been answered, however it ended. */
export function keepFiles(server: FastifyInstance, store: FileStore): void {
  server.decorate('fileStore', store);
  server.decorateRequest('storedFiles', undefined);
  server.addHook('onResponse', async (request) => {
    if (request.storedFiles !== undefined) await store.dropUnclaimed(request.storedFiles);
  });
}
