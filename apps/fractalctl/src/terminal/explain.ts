import { ConfigError } from '@fractal-server/config';
import { StartError } from '@fractal-server/embedded';
import { DemoError } from '../demo/demo-error.js';
import { DefinitionError } from '../initial-data/definition-error.js';

/** An error for a person: which step, why, what to do; with the stack where the error is none that we expected. */
export function explain(error: unknown): string {
  if (error instanceof StartError || error instanceof DemoError) {
    return `error: cannot ${error.step}\n  why:  ${indent(error.reason)}\n  do:   ${indent(error.advice)}`;
  }
  if (error instanceof ConfigError) return `error: ${error.message}`;
  if (error instanceof DefinitionError) return `error: the ${error.what} is not valid: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function indent(text: string): string {
  return text.trim().replaceAll('\n', '\n        ');
}
