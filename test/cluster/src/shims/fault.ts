/** How a stand-in misbehaves. Its parts happen in the order in which they stand here. */
export interface Fault {
  /** Seconds before anything happens. */
  readonly delaySeconds?: number;
  /** Text on standard output. */
  readonly stdout?: string;
  /** Text on standard error. */
  readonly stderr?: string;
  /**
   * Runs the real command: with its standard output thrown away (`silent`), shown (`shown`), or sent through a shell command
   * (`{ through: "sed 's/$/;cluster/'" }`). Default: it does not run.
   */
  readonly real?: 'silent' | 'shown' | { readonly through: string };
  /** Never ends. */
  readonly hang?: boolean;
  /** Exit status. Default: that of the real command, or 1 where that does not run. */
  readonly status?: number;
  /** So many calls misbehave, then it is as good as new. Default: all calls until `behave`. */
  readonly times?: number;
}

/** The fault as shell text, for a script that has set `real` and `hang`. Ends the script. */
export function renderFault({ delaySeconds, stdout, stderr, real, hang, status }: Fault): string {
  return [
    ...(delaySeconds === undefined ? [] : [`sleep ${delaySeconds}`]),
    ...(stdout === undefined ? [] : [`printf %s ${quote(stdout)}`]),
    ...(stderr === undefined ? [] : [`printf %s ${quote(stderr)} >&2`]),
    ...(real === undefined ? ['status=1'] : renderReal(real)),
    // A copy of `sleep` below the folder of the cluster: so the reaper knows it as ours, whoever runs it.
    ...(hang === true ? ['exec "$hang" 1000000'] : []),
    `exit ${status ?? '$status'}`,
    '',
  ].join('\n');
}

function renderReal(real: NonNullable<Fault['real']>): string[] {
  if (real === 'silent') return ['"$real" "$@" >/dev/null', 'status=$?'];
  if (real === 'shown') return ['"$real" "$@"', 'status=$?'];
  return [`answer=$("$real" "$@")`, 'status=$?', `printf '%s\\n' "$answer" | { ${real.through}; }`];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
