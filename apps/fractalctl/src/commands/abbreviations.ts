/**
 * Completes long options that were abbreviated to a unique prefix (`--admin-e a@b.org`, `--po=8000`); what is ambiguous or unknown stays as
 * it is, for the parser to refuse (contract: auth-admin-config-db.md 8).
 */
export function completeAbbreviations(parameters: readonly string[], options: readonly string[]): string[] {
  const end = parameters.indexOf('--');
  return parameters.map((parameter, index) => (end !== -1 && index >= end ? parameter : complete(parameter, options)));
}

function complete(parameter: string, options: readonly string[]): string {
  const [, given, rest] = /^(--[^=]+)(=.*)?$/s.exec(parameter) ?? [];
  if (given === undefined || options.includes(given)) return parameter;
  const [option, ...others] = options.filter((candidate) => candidate.startsWith(given));
  return option === undefined || others.length > 0 ? parameter : `${option}${rest ?? ''}`;
}
