import type { RouteTable } from './route-table.js';

/** What is said to a request that no route serves (contract: auth-admin 1.1). */
export type UnmatchedAnswer =
  { readonly status: 404 } | { readonly status: 405; readonly allow: string } | { readonly status: 307; readonly target: string };

/**
 * A known path with another method is 405, a path that only lacks (or has too much) its final slash is sent to the right one whatever the
 * method, everything else is 404.
 *
 * @param url path and query as received
 */
export function answerUnmatched(url: string, routes: RouteTable): UnmatchedAnswer {
  const { path, query } = splitUrl(url);
  const decoded = decodePath(path);
  if (decoded === undefined) return { status: 404 };
  const methods = routes.methodsOf(decoded);
  if (methods.length > 0) return { status: 405, allow: methods.join(', ') };
  if (decoded === '/' || decoded.endsWith('//')) return { status: 404 };
  const [other, target] = decoded.endsWith('/') ? [decoded.slice(0, -1), path.slice(0, -1)] : [`${decoded}/`, `${path}/`];
  return routes.methodsOf(other).length > 0 ? { status: 307, target: target + query } : { status: 404 };
}

function splitUrl(url: string): { path: string; query: string } {
  const at = url.indexOf('?');
  return at === -1 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at) };
}

/** Undefined for a path that is not valid percent-encoding: it matches nothing. */
function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
