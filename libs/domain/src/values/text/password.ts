/** More bytes than these would not take part in a bcrypt hash. */
export const MAX_PASSWORD_BYTES = 72;
const MIN_CHARACTERS = 4;

/** Why a password may not be used (contract: auth-admin 2.5); undefined when it may. */
export function passwordFault(password: string): string | undefined {
  const characters = [...password].length;
  if (characters < MIN_CHARACTERS) return `The password is too short (length = ${characters}, minimum length = ${MIN_CHARACTERS}).`;
  const bytes = new TextEncoder().encode(password).length;
  if (bytes > MAX_PASSWORD_BYTES)
    return `The password is too long (length = ${bytes} bytes, maximum length = ${MAX_PASSWORD_BYTES} bytes).`;
  return undefined;
}
