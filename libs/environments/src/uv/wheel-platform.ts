/** Where a wheel must be able to run. */
export interface WheelPlatform {
  /** As in `process.platform`. */
  readonly system: string;
  /** As in `process.arch`. */
  readonly architecture: string;
  /** Whether the C library is musl instead of glibc. */
  readonly isMusl: boolean;
}

const LINUX_ARCHITECTURES: Record<string, string> = { x64: 'x86_64', arm64: 'aarch64', ppc64: 'ppc64le', s390x: 's390x' };
const MACOS_ARCHITECTURES: Record<string, string> = { x64: 'x86_64', arm64: 'arm64' };

/** The platform of this process. */
export function thisPlatform(): WheelPlatform {
  const header = (process.report.getReport() as { header?: { glibcVersionRuntime?: string } }).header;
  return {
    system: process.platform,
    architecture: process.arch,
    isMusl: process.platform === 'linux' && header?.glibcVersionRuntime === undefined,
  };
}

/** Whether a wheel's platform tags (the last part of its file name, PEP 427) include the platform. */
export function fitsPlatform(wheelFilename: string, platform: WheelPlatform): boolean {
  const tags =
    wheelFilename
      .replace(/\.whl$/, '')
      .split('-')
      .at(-1)
      ?.split('.') ?? [];
  return tags.some((tag) => fits(tag, platform));
}

function fits(tag: string, { system, architecture, isMusl }: WheelPlatform): boolean {
  if (tag === 'any') return true;
  if (system === 'linux') {
    const name = LINUX_ARCHITECTURES[architecture];
    return name !== undefined && tag.startsWith(isMusl ? 'musllinux' : 'manylinux') && tag.endsWith(`_${name}`);
  }
  const name = MACOS_ARCHITECTURES[architecture];
  return system === 'darwin' && name !== undefined && tag.startsWith('macosx') && (tag.endsWith(`_${name}`) || tag.endsWith('_universal2'));
}
