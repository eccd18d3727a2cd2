import { VariableProblem, type EnvironmentText, type ValuesOf, type Variable, type VariableGroup } from './variable.js';

/** Everything that is wrong with the environment, all at once, without the values of secrets. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Variables that are read together, and the rules between them. */
export class Section<G extends VariableGroup> {
  private readonly rules: readonly ((values: ValuesOf<G>) => readonly string[])[];

  constructor(
    readonly variables: G,
    ...rules: readonly ((values: ValuesOf<G>) => readonly string[])[]
  ) {
    this.rules = rules;
  }

  /** Reads the values; what is wrong is added to `problems`, and then the values are not to be used. */
  read(environment: EnvironmentText, problems: string[]): ValuesOf<G> {
    const found: string[] = [];
    const entries = Object.entries(this.variables).map(([key, variable]) => [key, readVariable(variable, environment, found)]);
    const values = Object.fromEntries(entries) as ValuesOf<G>;
    if (found.length === 0) found.push(...this.rules.flatMap((rule) => rule(values)));
    problems.push(...found);
    return values;
  }
}

/** What `loadConfig` needs of a section. */
interface Readable<Values> {
  read(environment: EnvironmentText, problems: string[]): Values;
}

/**
 * Reads and checks the variables of the given sections.
 *
 * @throws {ConfigError} with every problem of every section
 */
export function loadConfig<Config extends Record<string, unknown>>(
  sections: { readonly [K in keyof Config]: Readable<Config[K]> },
  environment: EnvironmentText,
): Config {
  const problems: string[] = [];
  const entries = Object.entries<Readable<unknown>>(sections).map(([name, section]) => [name, section.read(environment, problems)]);
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(entries) as Config;
}

function readVariable(variable: Variable<unknown>, environment: EnvironmentText, problems: string[]): unknown {
  const text = environment[variable.name];
  if (text === undefined) {
    if (variable.byDefault !== undefined) return variable.byDefault.value;
    problems.push(`${variable.name} is required. ${variable.description}`);
    return undefined;
  }
  try {
    return variable.parse(text);
  } catch (error) {
    if (!(error instanceof VariableProblem)) throw error;
    problems.push(`${variable.name} ${error.message}${variable.kind === 'secret' ? '' : ` (given: '${text}')`}`);
    return undefined;
  }
}
