#!/bin/sh
# Installs what a cluster is made of (Debian and Ubuntu), without starting a single service. Run as root, one at a time.
set -eu

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  # Packages ask this file whether they may start their services.
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
export RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 \
  slurm-wlm munge slurmdbd mariadb-server openssh-client openssh-server sudo passwd util-linux
