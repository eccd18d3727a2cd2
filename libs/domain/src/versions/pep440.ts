/** A version as PEP 440 reads it. Numbers are of any size. */
export interface Version {
  readonly epoch: bigint;
  readonly release: readonly bigint[];
  readonly pre: { readonly phase: 'a' | 'b' | 'rc'; readonly number: bigint } | undefined;
  readonly post: bigint | undefined;
  readonly dev: bigint | undefined;
  readonly local: readonly (bigint | string)[] | undefined;
}

const PRE = String.raw`[-_.]?(?<phase>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<pre>\d+)?`;
const POST = String.raw`-(?<postDash>\d+)|[-_.]?(?<postWord>post|rev|r)[-_.]?(?<post>\d+)?`;
const DEV = String.raw`[-_.]?(?<devWord>dev)[-_.]?(?<dev>\d+)?`;
const LOCAL = String.raw`\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*)`;
const VERSION = new RegExp(
  String.raw`^\s*v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)(?:${PRE})?(?:${POST})?(?:${DEV})?(?:${LOCAL})?\s*$`,
  'i',
);

/** The spellings of a pre-release phase. */
const PHASES: Readonly<Record<string, 'a' | 'b' | 'rc'>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  rc: 'rc',
  pre: 'rc',
  preview: 'rc',
};

/** Reads a version in any of the spellings that PEP 440 allows; undefined when it matches none. */
export function parseVersion(text: string): Version | undefined {
  const groups = VERSION.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const number = (digits: string | undefined): bigint => BigInt(digits ?? '0');
  const phase = groups['phase'];
  const hasPost = groups['postDash'] !== undefined || groups['postWord'] !== undefined;
  return {
    epoch: number(groups['epoch']),
    release: groups['release']!.split('.').map(BigInt),
    pre: phase === undefined ? undefined : { phase: PHASES[phase.toLowerCase()]!, number: number(groups['pre']) },
    post: hasPost ? number(groups['postDash'] ?? groups['post']) : undefined,
    dev: groups['devWord'] === undefined ? undefined : number(groups['dev']),
    local: groups['local']
      ?.toLowerCase()
      .split(/[-_.]/)
      .map((part) => (/^\d+$/.test(part) ? BigInt(part) : part)),
  };
}
