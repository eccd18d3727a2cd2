import { describe, expect, it } from 'vitest';
import { fitsPlatform } from './wheel-platform.js';

const debian = { system: 'linux', architecture: 'x64', isMusl: false };

describe('fitsPlatform', () => {
  it.each([
    ['uv-0.9.1-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl', debian, true],
    ['uv-0.9.1-py3-none-manylinux_2_17_i686.manylinux2014_i686.whl', debian, false],
    ['uv-0.9.1-py3-none-musllinux_1_1_x86_64.whl', debian, false],
    ['uv-0.9.1-py3-none-musllinux_1_1_x86_64.whl', { ...debian, isMusl: true }, true],
    ['uv-0.9.1-py3-none-manylinux_2_28_aarch64.whl', { ...debian, architecture: 'arm64' }, true],
    ['uv-0.9.1-py3-none-macosx_11_0_arm64.whl', { system: 'darwin', architecture: 'arm64', isMusl: false }, true],
    ['uv-0.9.1-py3-none-win_amd64.whl', debian, false],
    ['pure-1.0-py3-none-any.whl', debian, true],
  ])('%s on %o: %s', (filename, platform, expected) => {
    expect(fitsPlatform(filename, platform)).toBe(expected);
  });
});
