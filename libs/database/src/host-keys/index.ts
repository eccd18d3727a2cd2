export { SshHostKeys } from './ssh-host-keys.js';
