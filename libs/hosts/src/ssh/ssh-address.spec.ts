import { describe, expect, it } from 'vitest';
import { parseJumpHosts } from '../registry/jump-hosts.js';
import { formatSshAddress, parseSshAddress } from './ssh-address.js';

describe('the address of an SSH server', () => {
  it.each([
    ['login.cluster.org', 'login.cluster.org', 22],
    ['login:2222', 'login', 2222],
    ['127.0.0.1:2222', '127.0.0.1', 2222],
    ['[::1]:2222', '::1', 2222],
    ['[fe80::1%eth0]', 'fe80::1%eth0', 22],
    ['2001:db8::7', '2001:db8::7', 22],
    ['::1', '::1', 22],
  ])('is read from %j', (text, host, port) => {
    expect(parseSshAddress(text)).toEqual({ host, port });
    expect(parseSshAddress(formatSshAddress({ host, port }))).toEqual({ host, port });
  });

  it.each(['', ' ', 'host:', 'host:0', 'host:70000', 'host:ssh', 'user@host', '-oProxyCommand=x', 'a b', '[::1', 'a,b', 'host:22:33'])(
    'is not %j',
    (text) => {
      expect(() => parseSshAddress(text)).toThrow(TypeError);
    },
  );
});

describe('jump hosts', () => {
  it('are read for each host', () => {
    expect([...parseJumpHosts('login.org=gate.org, node:2222=me@gate:22 ,')]).toEqual([
      ['login.org', { user: undefined, host: 'gate.org', port: 22 }],
      ['node:2222', { user: 'me', host: 'gate', port: 22 }],
    ]);
    expect(parseJumpHosts('').size).toBe(0);
  });

  it.each(['gate', 'a=', '=gate', 'a=@gate', 'a=-x@gate'])('are refused when they are %j', (text) => {
    expect(() => parseJumpHosts(text)).toThrow(TypeError);
  });
});
