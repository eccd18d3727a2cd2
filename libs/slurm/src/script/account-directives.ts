import { SlurmConfigError } from '../configuration/slurm-config-error.js';
import { DIRECTIVE, directiveWords } from './directive-words.js';

/** `--account` and what sbatch takes for it (fewer letters are ambiguous to it), or `-A`, alone or behind flags without a value. */
const ACCOUNT_OPTION = /^(?:--acco(?:u(?:nt?)?)?(?:=|$)|-[HhkKOQsuvVWI]*A)/;

/**
 * Lines that a user writes must not choose an account: it belongs to the job's request, where it is checked against the user's own
 * (contract: slurm.md 2.6, lessons.md 12).
 *
 * Difference: every spelling is noticed, not only `#SBATCH --account=` (oddity 16.6).
 * @param where what the lines belong to, for the message
 * @throws SlurmConfigError `account_not_allowed`
 */
export function requireNoAccount(lines: readonly string[], where: string): void {
  const found = lines.flatMap((line) => line.split(/\r?\n/)).find(choosesAccount);
  if (found === undefined) return;
  const message = `Invalid line in ${where}: '${found}'. The SLURM account belongs in the request of the job (\`slurm_account\`).`;
  throw new SlurmConfigError('account_not_allowed', message, 'account');
}

function choosesAccount(line: string): boolean {
  return line.startsWith(DIRECTIVE) && directiveWords(line).words.some((word) => ACCOUNT_OPTION.test(word));
}
