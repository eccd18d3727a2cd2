import { noteProbe, planProbes, type Database, type ServedWork, type PlannedProbe } from '@fractal-server/database';
import { HostError, HostFileError, type Files } from '@fractal-server/hosts';
import type { Logger } from '../scheduling/logger.js';
import { probeFile } from './probe-file.js';

/** A file system that hangs does not hold a worker up for longer. */
const DEADLINE_MS = 5_000;

/** Leaves a file in the folder of jobs of each resource that a worker serves: the API looks for it there. */
export async function leaveProbes(database: Database, host: Files, served: ServedWork, logger: Logger): Promise<void> {
  const probes = await planProbes(database, served);
  await Promise.all(
    probes.map(async (probe) => {
      const trouble = await leave(host, probe);
      if (trouble !== null) logger.debug({ resource: probe.resourceId, reason: trouble.message }, 'no probe file was left');
      // The first job makes the folder, not the probe: until then nothing is known.
      if (isAbsent(trouble) && !probe.isKnown) return;
      await noteProbe(database, probe, trouble?.message ?? null);
    }),
  );
}

/** @returns why there is none; null: it is there */
async function leave(host: Files, { folder, place, token }: PlannedProbe): Promise<HostError | null> {
  try {
    await host.writeFile(probeFile(folder, place), `${token}\n`, { deadlineMs: DEADLINE_MS });
    return null;
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
}

function isAbsent(error: HostError | null): boolean {
  return error instanceof HostFileError && error.errno === 'ENOENT';
}
