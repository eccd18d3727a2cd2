/** The text of sshd_config: what logs users of clusters in by key, and shows them SLURM. */
export function renderSshdConfig(folder: string, port: number, env: Readonly<Record<string, string>>, lines: readonly string[]): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  // The first value of a keyword counts; of MaxStartups the last one does.
  const ownStartups = lines.some((line) => /^MaxStartups\s/i.test(line));
  return [
    ...lines,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${folder}/host_key`,
    'PidFile none',
    'AllowUsers ft*',
    'UsePAM no',
    'StrictModes no', // homes lie below /tmp
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'AuthorizedKeysFile .ssh/authorized_keys',
    'PrintMotd no',
    ...(ownStartups ? [] : ['MaxStartups 200']),
    'Subsystem sftp internal-sftp',
    `SetEnv ${variables.join(' ')}`, // of several such lines only the first counts
    '',
  ].join('\n');
}
