import type { Outcome } from '@fractal-server/execution';
import { CommandFailed, type CommandResult } from '@fractal-server/hosts';
import { sbatchArguments } from '@fractal-server/slurm';

/** What a wave did not get to: nothing of it was sent to SLURM. */
export class SubmissionNotBegun extends Error {
  override readonly name = 'SubmissionNotBegun';

  constructor() {
    super("SLURM takes long for other jobs; this one's turn comes next");
  }
}

/** Exit status of a submission that was not begun: none of sbatch's own. */
const NOT_BEGUN = 75;
/** A wave begins no more submissions after so many seconds: with the last one it has to fit into the time of a call. */
const WAVE_SECONDS = 8;
/** A single sbatch is given up after so many seconds: longer than SLURM's usual `MessageTimeout`. */
const SBATCH_SECONDS = 14;

/** Name of the submission script in the folder of its attempt on the cluster. */
export const SCRIPT_NAME = 'submit.sh';

/**
 * Submits many scripts in one remote call. Parameters: for each attempt its folder and its name. Prints for each one line
 * `@ STATUS BYTES BYTES` and then, in so many bytes, what sbatch wrote to stdout and stderr. A single sbatch is given up after a while: it
 * waits and tries again by itself while the controller is busy, and a call that is cut off leaves it behind.
 */
export const SUBMIT_WAVE = `
begin=$(date +%s)
while [ $# -gt 1 ]; do
  if [ $(($(date +%s) - begin)) -ge ${WAVE_SECONDS} ]; then
    echo '@ ${NOT_BEGUN} 0 0'
    shift 2
    continue
  fi
  cd -- "$1" || exit 1
  timeout ${SBATCH_SECONDS} ${sbatchArguments('"$2"', SCRIPT_NAME).join(' ')} >sbatch.out 2>sbatch.err </dev/null
  printf '@ %d %d %d\\n' $? "$(wc -c <sbatch.out)" "$(wc -c <sbatch.err)"
  cat sbatch.out sbatch.err
  rm -f sbatch.out sbatch.err
  shift 2
done
`;

/** Takes the answer of {@link SUBMIT_WAVE} apart. What is missing there was perhaps submitted, perhaps not. */
export function readWaveAnswers(names: readonly string[], result: CommandResult): Outcome<CommandResult>[] {
  const text = result.stdout;
  let at = 0;
  return names.map((name) => {
    const end = text.indexOf(0x0a, at);
    const [, status, outBytes, errBytes] = /^@ (\d+) (\d+) (\d+)$/.exec(text.toString('latin1', at, Math.max(end, at))) ?? [];
    if (status === undefined || outBytes === undefined || errBytes === undefined) {
      at = text.length;
      return { ok: false, error: new CommandFailed(result) };
    }
    const out = end + 1;
    const err = out + Number(outBytes);
    at = err + Number(errBytes);
    if (Number(status) === NOT_BEGUN) return { ok: false, error: new SubmissionNotBegun() };
    return {
      ok: true,
      value: {
        ...{ argv: ['sbatch', name], exitCode: Number(status), signal: null },
        ...{ stdout: text.subarray(out, err), stdoutTruncated: at > text.length },
        ...{ stderr: text.subarray(err, at), stderrTruncated: false },
      },
    };
  });
}
