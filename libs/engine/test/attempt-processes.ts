import type { Database } from '@fractal-server/database';
import { listProcesses, readProcessEnvironment } from '@fractal-server/hosts';

/** Living processes of all attempts of a job, runners and units. */
export async function findAttemptProcesses(database: Database, jobId: number): Promise<number[]> {
  const attempts = await database.query<{ token: string }>(
    'select a.token from attempt a join batch b on b.id = a.batch_id where b.job_id = $1',
    [jobId],
  );
  const marks = attempts.map(({ token }) => `FRACTAL_ATTEMPT=${token}`);
  return listProcesses()
    .map(({ pid }) => pid)
    .filter((pid) => readProcessEnvironment(pid).some((word) => marks.includes(word)));
}
