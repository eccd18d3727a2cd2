import { Secret } from './secret.js';
import { VariableProblem, type Variable, type VariableKind } from './variable.js';

interface Named {
  readonly name: string;
  readonly description: string;
}

function optional<T>(kind: VariableKind, parse: (text: string) => T) {
  return ({ name, description }: Named): Variable<T | null> => ({ name, description, kind, parse, byDefault: { value: null } });
}

function required<T>(kind: VariableKind, parse: (text: string) => T) {
  return ({ name, description }: Named): Variable<T> => ({ name, description, kind, parse });
}

function defaulting<T>(kind: VariableKind, parse: (text: string) => T) {
  return ({ name, description, byDefault }: Named & { byDefault: T }): Variable<T> => ({
    name,
    description,
    kind,
    parse,
    byDefault: { value: byDefault },
  });
}

/** Text with something in it; blanks around it do not count. An empty value is an error, not "unset" (contract: auth-admin 7). */
function nonEmpty(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new VariableProblem('must not be empty; remove the variable to leave it unset');
  return trimmed;
}

function anyText(text: string): string {
  return text;
}

function secretOf(text: string): Secret {
  return new Secret(text);
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

function integerWithin({ min = -Infinity, max = Infinity }: Bounds) {
  return (text: string): number => {
    const trimmed = text.trim();
    const value = /^[+-]?\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
    if (!Number.isSafeInteger(value)) throw new VariableProblem('must be a whole number');
    if (value < min) throw new VariableProblem(`must be at least ${min}`);
    if (value > max) throw new VariableProblem(`must be at most ${max}`);
    return value;
  };
}

function numberOf(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new VariableProblem('must be a number');
  return value;
}

function flagOf(text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new VariableProblem("must be 'true' or 'false'");
}

function oneOf<const T extends string>(choices: readonly T[]) {
  return (text: string): T => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new VariableProblem(`must be ${choices.map((choice) => `'${choice}'`).join(' or ')}`);
    return found;
  };
}

/** An http or https address, in its normal form (`http://host` becomes `http://host/`). */
function httpUrlOf(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new VariableProblem('must be an http or https address');
  return url.href;
}

function emailOf(text: string): string {
  const trimmed = text.trim();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(trimmed)) throw new VariableProblem(`'${trimmed}' is not an e-mail address`);
  return trimmed;
}

function emailsOf(text: string): readonly string[] {
  return text.split(',').map(emailOf);
}

export const requiredText = required('text', nonEmpty);
export const optionalText = optional('text', nonEmpty);
/** Text that may also be empty. */
export const optionalAnyText = optional('text', anyText);
export const textWithDefault = defaulting('text', anyText);
export const nonEmptyTextWithDefault = defaulting('text', nonEmpty);
export const requiredSecret = required('secret', secretOf);
export const optionalSecret = optional('secret', secretOf);
export const numberWithDefault = defaulting('number', numberOf);
export const flag = defaulting('flag', flagOf);
export const optionalHttpUrl = optional('url', httpUrlOf);
export const optionalEmail = optional('email', emailOf);
export const optionalEmails = optional('emails', emailsOf);

/** A whole number with a default and, where stated, bounds (both included). */
export function integer(variable: Named & Bounds & { readonly byDefault: number }): Variable<number> {
  return defaulting('integer', integerWithin(variable))(variable);
}

/** A whole number that may be left unset. */
export function optionalInteger(variable: Named & Bounds): Variable<number | null> {
  return optional('integer', integerWithin(variable))(variable);
}

/** Exactly one of the given words. */
export function choice<const T extends string>(
  variable: Named & { readonly choices: readonly T[]; readonly byDefault: NoInfer<T> },
): Variable<T> {
  return defaulting<T>('choice', oneOf(variable.choices))(variable);
}

/** Exactly one of the given words, or unset. */
export function optionalChoice<const T extends string>(variable: Named & { readonly choices: readonly T[] }): Variable<T | null> {
  return optional<T>('choice', oneOf(variable.choices))(variable);
}
