import { flag, optionalSecret, optionalText, textWithDefault } from '../variable-kinds.js';

/** How workers reach login nodes (resources of type `slurm_ssh`). */
export const sshVariables = {
  knownHostsFile: optionalText({
    name: 'FRACTAL_SSH_KNOWN_HOSTS_FILE',
    description:
      'Absolute path of a file with the keys of login nodes, as OpenSSH writes it (`known_hosts`). For a host that stands in it, it alone decides.',
  }),
  trustFirstHostKey: flag({
    name: 'FRACTAL_SSH_TRUST_FIRST_HOST_KEY',
    byDefault: false,
    description: 'Pins the key that a login node shows the first time, where no key of it is known. Off: such a host is refused.',
  }),
  keyPassphrase: optionalSecret({
    name: 'FRACTAL_SSH_KEY_PASSPHRASE',
    description: 'Passphrase of the SSH keys that have one and no file `<key>.passphrase` beside them.',
  }),
  jumpHosts: textWithDefault({
    name: 'FRACTAL_SSH_JUMP_HOSTS',
    byDefault: '',
    description:
      'Login nodes that are reached by way of another machine: `HOST=[USER@]JUMP[:PORT]`, separated by commas, HOST as in the resource.',
  }),
} as const;
