import type { Environment } from './environment.js';
import { Secret } from './secret.js';
import { type Variable, type VariableName, variables } from './variables.js';

/** Start is refused: every problem of the environment at once, without the values of secrets. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The configuration is not valid:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.name = 'ConfigurationError';
  }
}

const EMAIL = /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/;

/** Reads typed values and collects problems; `finish` throws them together. */
export class VariableReader {
  readonly problems: string[] = [];

  constructor(private readonly environment: Environment) {}

  /** An integer. @returns undefined when it is not set, or bad (then a problem is noted) */
  optionalInteger(name: VariableName): number | undefined {
    const text = this.raw(name)?.trim();
    if (text === undefined) return undefined;
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value)) return this.bad(name, 'must be an integer');
    const { minimum = -Infinity, maximum = Infinity } = this.variable(name);
    if (value < minimum) return this.bad(name, `must be at least ${minimum}`);
    return value > maximum ? this.bad(name, `must be at most ${maximum}`) : value;
  }

  integer(name: VariableName): number {
    return this.optionalInteger(name) ?? 0;
  }

  number(name: VariableName): number {
    const text = this.raw(name)?.trim() ?? '';
    const value = text === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : (this.bad(name, 'must be a number') ?? 0);
  }

  flag(name: VariableName): boolean {
    const text = this.raw(name);
    if (text !== 'true' && text !== 'false') this.bad(name, 'must be `true` or `false`');
    return text === 'true';
  }

  choice<Choice extends string>(name: VariableName): Choice | undefined {
    const text = this.raw(name);
    if (text === undefined) return undefined;
    const { choices = [] } = this.variable(name);
    return choices.includes(text) ? (text as Choice) : this.bad(name, `must be one of: ${choices.join(', ')}`);
  }

  text(name: VariableName): string | undefined {
    const text = this.raw(name);
    if (text !== undefined && text.trim() === '' && this.variable(name).mayBeEmpty !== true) return this.bad(name, 'must not be empty');
    return text;
  }

  secret(name: VariableName): Secret | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : new Secret(text);
  }

  url(name: VariableName, protocols: readonly string[]): string | undefined {
    const text = this.raw(name);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && protocols.includes(url.protocol) ? url.href : this.bad(name, `must be a URL (${protocols.join(', ')})`);
  }

  email(name: VariableName): string | undefined {
    const text = this.raw(name)?.trim();
    return text === undefined || EMAIL.test(text) ? text : this.bad(name, 'must be an e-mail address');
  }

  emails(name: VariableName): readonly string[] | undefined {
    const addresses = this.raw(name)
      ?.split(',')
      .map((address) => address.trim());
    if (addresses === undefined || addresses.every((address) => EMAIL.test(address))) return addresses;
    return this.bad(name, 'must be e-mail addresses separated by commas');
  }

  /** Notes a problem that spans several variables. */
  problem(text: string): void {
    this.problems.push(text);
  }

  /** @throws ConfigurationError when anything was wrong */
  finish(): void {
    if (this.problems.length > 0) throw new ConfigurationError(this.problems);
  }

  private variable(name: VariableName): Variable {
    return variables[name];
  }

  private raw(name: VariableName): string | undefined {
    const { fallback, required, meaning } = this.variable(name);
    const text = this.environment[name] ?? fallback;
    if (text === undefined && required === true) this.problems.push(`${name} is required: ${meaning}`);
    return text;
  }

  private bad(name: VariableName, rule: string): undefined {
    const shown = this.variable(name).secret === true ? '' : `, not ${JSON.stringify(this.environment[name])}`;
    this.problems.push(`${name} ${rule}${shown}`);
    return undefined;
  }
}
