import { lenientModel, nullable, required, slurmAccounts, userName } from '@fractal-server/domain';
import { runChecked } from '@fractal-server/hosts';
import type { Answer } from './answer.js';

/** The columns of a queue as clients show them (contract: api-execution 5.8). */
const COLUMNS = '%.12i %.9P %.24j %.14u %.14a %.11T %.12M %.6D %.4C %.10m %R';

/** A longer listing is not for people. */
const MAX_LISTING_BYTES = 8 * 1024 * 1024;

/** Whose jobs are listed: of one user, charged to some accounts, or all. Judged again here: these texts become arguments of a command. */
const queueQuestion = lenientModel('QueueQuestion', {
  user: required(nullable(userName())),
  accounts: required(slurmAccounts()),
});

/** Lists the queue of a cluster, as squeue prints it. */
export const listQueue: Answer = async ({ clusters }, { resourceId, login, parameters }, limits) => {
  const wanted = queueQuestion.validate(parameters, []);
  if (!wanted.ok) throw new Error(`not a question about a queue: ${wanted.issues.map(({ msg }) => msg).join('; ')}`);
  const { user, accounts } = wanted.value;
  const whose = [...(user === null ? [] : [`--user=${user}`]), ...(accounts.length === 0 ? [] : [`--accounts=${accounts.join(',')}`])];
  const commands = await clusters.queueCommands({ resourceId, login });
  const argv = ['squeue', ...whose, `--format=${COLUMNS}`];
  const listing = await runChecked(commands, argv, { ...limits, maxOutputBytes: MAX_LISTING_BYTES });
  if (listing.stdoutTruncated) throw new Error(`the queue is longer than ${MAX_LISTING_BYTES} bytes`);
  return listing.stdout.toString('utf8');
};
