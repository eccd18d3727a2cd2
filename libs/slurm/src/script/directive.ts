import { hasControlCharacter, textFault } from '@fractal-server/domain';
import { SlurmConfigError } from '../configuration/slurm-config-error.js';
import { DIRECTIVE } from './directive-words.js';

/** sbatch copies each word into a buffer of 8,192 bytes, without looking. */
const MAX_VALUE_BYTES = 4096;

/**
 * Why a text cannot be the value of a directive, or undefined. What has passed arrives in SLURM as it is, whatever it holds: as one value,
 * never as another option or a command.
 */
export function directiveValueFault(value: string): string | undefined {
  if (hasControlCharacter(value)) return 'it must not contain line ends or other control characters';
  if (textFault(value) !== undefined) return 'it must be valid Unicode';
  if (Buffer.byteLength(value) > MAX_VALUE_BYTES) return `it must not have more than ${MAX_VALUE_BYTES} bytes`;
  return undefined;
}

/**
 * The text, if it has a place within one line of a script.
 * @param what names it in the message
 * @throws SlurmConfigError `unsafe_text`
 */
export function requireLine(what: string, text: string, field: string | null = null): string {
  const fault = directiveValueFault(text);
  if (fault !== undefined) throw new SlurmConfigError('unsafe_text', `Invalid ${what}: ${fault}.`, field);
  return text;
}

/**
 * A line that tells sbatch one option. The value is written as it is where sbatch reads it so (all that sites use: `node[02-09]`,
 * `gpu:a100:2`), else between double quotes.
 * @param option with its sign: `--partition=`, `-D ` (the short form takes its value after a blank)
 * @throws SlurmConfigError `unsafe_text`
 */
export function directive(option: string, value: string): string {
  const name = option.replace(/[= ]$/, '');
  requireLine(`value for SLURM's option ${name}`, value, name.replace(/^-+/, ''));
  return `${DIRECTIVE} ${option}${quoted(value, option.endsWith(' '))}`;
}

/** A separate word must be there to be read, and must not begin with what sbatch refuses there. */
function quoted(value: string, isWordOfItsOwn: boolean): string {
  const isPlain = !/[\s"'\\#]/.test(value) && !(isWordOfItsOwn && /^(?:$|:)/.test(value));
  return isPlain ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
