/** Which methods the registered paths have. Fastify's router only answers for a method and a path together; 405 and 307 need the path alone. */
export class RouteTable {
  private readonly routes: { readonly segments: readonly string[]; readonly methods: Set<string> }[] = [];

  /** @param pattern path in fastify's form, such as `/auth/group/:group_id/` */
  add(method: string, pattern: string): void {
    const segments = pattern.split('/');
    const known = this.routes.find((route) => route.segments.join('/') === pattern);
    if (known === undefined) this.routes.push({ segments, methods: new Set([method]) });
    else known.methods.add(method);
  }

  /** The methods of every route that the (decoded) path matches; none when there is no such path. */
  methodsOf(path: string): readonly string[] {
    const segments = path.split('/');
    const methods = this.routes.filter((route) => matches(route.segments, segments)).flatMap((route) => [...route.methods]);
    return [...new Set(methods)].sort();
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
  );
}
