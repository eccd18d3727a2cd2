import { MAX_PASSWORD_BYTES } from '@fractal-server/database';

const MIN_CHARACTERS = 4;

/** Why a password may not be used, in the contract's words (auth-admin 2.5); undefined when it may. */
export function passwordFault(password: string): string | undefined {
  const characters = [...password].length;
  if (characters < MIN_CHARACTERS) return `The password is too short (length = ${characters}, minimum length = ${MIN_CHARACTERS}).`;
  const bytes = Buffer.byteLength(password);
  if (bytes > MAX_PASSWORD_BYTES)
    return `The password is too long (length = ${bytes} bytes, maximum length = ${MAX_PASSWORD_BYTES} bytes).`;
  return undefined;
}
