import { Option } from 'commander';

/** `--backend`: the kinds of resources that workers serve. */
export function backendOption(): Option {
  return new Option('--backend <type...>', 'kinds of resources that workers serve')
    .choices(['local', 'slurm_sudo', 'slurm_ssh'])
    .default(['local']);
}
