/** Where the text of environment variables comes from, by name. */
export type EnvironmentText = Readonly<Record<string, string | undefined>>;

/** What kind of value a variable holds, for the generated documentation. */
export type VariableKind = 'text' | 'integer' | 'number' | 'flag' | 'choice' | 'secret' | 'url' | 'email' | 'emails';

/**
 * One environment variable: everything that is known about it, in one place. A variable without a default is required.
 */
export interface Variable<T> {
  readonly name: string;
  readonly kind: VariableKind;
  /** Meaning, unit, when to change it. */
  readonly description: string;
  /** The value when the variable is not set. Absent: the variable is required. */
  readonly byDefault?: { readonly value: T };
  /** @throws {VariableProblem} when the text is no such value */
  readonly parse: (text: string) => T;
}

/** A text that is not a valid value of its variable. */
export class VariableProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VariableProblem';
  }
}

/** Variables that are read together, by the name that the code uses. */
export type VariableGroup = Readonly<Record<string, Variable<unknown>>>;

/** The values of a group of variables. */
export type ValuesOf<G extends VariableGroup> = { readonly [K in keyof G]: G[K] extends Variable<infer T> ? T : never };
