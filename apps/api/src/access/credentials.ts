/** Name of the cookie that carries an access token. */
export const ACCESS_COOKIE = 'fastapiusersauth';

/**
 * The tokens of a request in the order in which they are tried: bearer header, then cookie. A bad first one does not shadow a good second
 * one (contract: auth-admin 2.2).
 */
export function tokensOf(headers: { readonly authorization?: string | undefined; readonly cookie?: string | undefined }): string[] {
  const bearer = /^bearer +(\S.*)$/i.exec(headers.authorization ?? '')?.[1];
  const cookie = cookieOf(headers.cookie, ACCESS_COOKIE);
  return [bearer, cookie].filter((token) => token !== undefined && token !== '') as string[];
}

/**
 * The value of a cookie. The header is read leniently: chunks without `=` are skipped (fractal-web sends some), a quoted value is unquoted,
 * the last of several counts.
 */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  let value: string | undefined;
  for (const chunk of (header ?? '').split(';')) {
    const at = chunk.indexOf('=');
    if (at === -1 || chunk.slice(0, at).trim() !== name) continue;
    value = unquote(chunk.slice(at + 1).trim());
  }
  return value;
}

function unquote(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
