import type { Queryable } from '../connection/database.js';

interface Address {
  readonly host: string;
  readonly port: number;
}

interface Key {
  readonly type: string;
  readonly key: string;
}

/** A host with the key that it showed the first time. */
export interface PinnedKey extends Address, Key {
  /** ISO 8601 with offset. */
  readonly firstSeenAt: string;
}

/** The keys by which SSH servers identified themselves the first time: pinned for all workers of the instance. */
export class SshHostKeys {
  constructor(private readonly db: Queryable) {}

  /** The pinned key of a host; none where it was never seen. */
  async find({ host, port }: Address): Promise<readonly Key[]> {
    return await this.db.query<Key>(`select key_type as type, key from ssh_host_key where host = $1 and port = $2`, [host, port]);
  }

  /** All pinned keys, by host. */
  async list(): Promise<readonly PinnedKey[]> {
    return await this.db.query<PinnedKey>(
      `select host, port, key_type as type, key, first_seen_at as "firstSeenAt" from ssh_host_key order by host, port`,
    );
  }

  /** Pin the key of a host that has none yet; of several workers, the first one's stays. */
  async pin({ host, port }: Address, { type, key }: Key): Promise<void> {
    await this.db.execute(
      `insert into ssh_host_key (host, port, key_type, key) values ($1, $2, $3, $4) on conflict (host, port) do nothing`,
      [host, port, type, key],
    );
  }

  /** Forget the key of a host that was set up anew. @returns false when none was pinned */
  async forget({ host, port }: Address): Promise<boolean> {
    const forgotten = await this.db.query(`delete from ssh_host_key where host = $1 and port = $2 returning host`, [host, port]);
    return forgotten.length > 0;
  }
}
