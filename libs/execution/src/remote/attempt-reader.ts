import type { CallOptions, Commands } from '@fractal-server/hosts';
import { Gather } from '../gather/gather.js';
import type { AttemptLook, LookRequest } from './attempt-look.js';
import { lookAtAttempts } from './look-at-attempts.js';
import { fetchBundles, type BundleRequest } from './fetch-bundles.js';
import { fetchFiles, type FetchFilesRequest } from './fetch-files.js';
import { readHeartbeats } from './heartbeat.js';

/** Batches that are rung together look within so many milliseconds of each other; a call costs about as much. */
const LOOK_WAIT_MS = 50;
/** Attempts of one gathered call. */
const ATTEMPTS_PER_CALL = 200;

/**
 * Reads the folders of attempts that run as one user of a cluster, by nothing but `ls` and `cat`. What many batches ask at about the same time is
 * gathered into few calls; one reader serves one account of one process.
 */
export class AttemptReader {
  private readonly looks: Gather<LookRequest, AttemptLook>;
  private readonly heartbeats: Gather<string, number | null>;
  private readonly bundles: Gather<BundleRequest, void>;
  private readonly files: Gather<FetchFilesRequest, string[]>;

  /** @param host runs commands as the user that the folders belong to */
  constructor(host: Commands) {
    const maxItems = ATTEMPTS_PER_CALL;
    this.looks = new Gather((requests, call) => lookAtAttempts(host, requests, call), {
      name: 'look at attempts',
      maxItems,
      firstWaitMs: LOOK_WAIT_MS,
    });
    this.heartbeats = new Gather((folders, call) => readHeartbeats(host, folders, call), { name: 'read heartbeats', maxItems });
    this.files = new Gather((requests, call) => fetchFiles(host, requests, call), { name: 'fetch files of units', maxItems });
    this.bundles = new Gather((requests, call) => fetchBundles(host, requests, call), { name: 'fetch bundles', maxItems });
  }

  /**
   * What has become of an attempt. A folder that does not exist (yet) is an attempt that nobody has claimed.
   * @throws HostError, ClaimUnreadable, EndMarkerUnreadable, AttemptUnreadable
   */
  look(request: LookRequest, options: CallOptions): Promise<AttemptLook> {
    return this.looks.run(request, options);
  }

  /**
   * Modification time of the heartbeat in whole seconds by the clock of its file system, or null when there is none. Compare the values of two looks:
   * a runner that lives changes it every 10 s.
   * @throws HostError
   */
  readHeartbeat(folder: string, options: CallOptions): Promise<number | null> {
    return this.heartbeats.run(folder, options);
  }

  /**
   * Fetch the bundle of an attempt and put its files in the server's task folder, each of them whole or not at all. Repeating it is harmless.
   * @throws HostError, BundleIncomplete (try again), BundleRefused (it holds what no runner packs)
   */
  fetchBundle(request: BundleRequest, options: CallOptions): Promise<void> {
    return this.bundles.run(request, options);
  }

  /**
   * Fetch single files of units to the server's task folder, where there is no bundle.
   * @returns names of the files that were there
   * @throws HostError
   */
  fetchFiles(request: FetchFilesRequest, options: CallOptions): Promise<string[]> {
    return this.files.run(request, options);
  }
}
