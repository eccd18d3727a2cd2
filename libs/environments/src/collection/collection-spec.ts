import { DomainError, isJsonObject, type Json, type JsonInput } from '@fractal-server/domain';

/**
 * What a collection needs beyond its task group's columns. It is decided when the request is accepted, so that a later change of the
 * resource does not change an environment half way, and it remembers the uv program once that was found.
 */
export interface CollectionSpec {
  readonly installer: 'pip' | 'uv';
  /** Wanted version of uv; null takes what is there, else the newest. */
  readonly uvVersion: string | null;
  /** Path of the uv program once it is there. */
  readonly uvProgram: string | null;
  /** Absolute path of the interpreter that the environment is made from. */
  readonly basePython: string;
  readonly pipCacheDir: string | null;
  /** Folder below which all environments of the resource lie. */
  readonly baseFolder: string;
  /** Seconds since 1970; begins the names of the operation's files (contract: task-environments.md 6). */
  readonly epoch: number;
  /** Why the collection is being undone. */
  readonly failure: string | null;
}

/** As stored with the activity. */
export function encodeCollectionSpec(spec: CollectionSpec): JsonInput {
  return { ...spec };
}

/** Reads what {@link encodeCollectionSpec} stored. */
export function decodeCollectionSpec(stored: Json): CollectionSpec {
  if (!isJsonObject(stored))
    throw new DomainError('refused', 'collection.spec', 'The collection was stored by another version of the server.');
  return Object.fromEntries(stored) as unknown as CollectionSpec;
}
