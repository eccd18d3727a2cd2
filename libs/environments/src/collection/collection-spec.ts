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
  /** Folder of the installer's cache; null means none. */
  readonly pipCacheDir: string | null;
  /** The profile whose user the environment is built as, where the resource is reached over SSH: it names the user and the key. */
  readonly profileId: number;
  /** Folder below which all environments of the resource lie. */
  readonly baseFolder: string;
  /** The wheel that was sent with the request. */
  readonly upload: { readonly id: string; readonly fileName: string } | null;
  /** Seconds since 1970; begins the names of the operation's files (contract: task-environments.md 6). */
  readonly epoch: number;
}

/** As stored with the activity. */
export function encodeCollectionSpec(spec: CollectionSpec): JsonInput {
  return { ...spec, upload: spec.upload === null ? null : { ...spec.upload } };
}

/** Reads what {@link encodeCollectionSpec} stored. @throws DomainError for anything else */
export function decodeCollectionSpec(stored: Json): CollectionSpec {
  if (!isJsonObject(stored) || typeof stored.get('baseFolder') !== 'string') {
    throw new DomainError('refused', 'collection.spec', 'The collection was stored by another version of the server.');
  }
  const { upload, ...fields } = Object.fromEntries(stored);
  return { ...fields, upload: isJsonObject(upload) ? Object.fromEntries(upload) : null } as unknown as CollectionSpec;
}
