#!/bin/sh
# reaper.sh FOLDER: waits until its standard input ends (its owner stopped or died, however that came), then removes the cluster of that
# folder: its processes, sudoers files, users, mounts and files. The owner keeps the other end of the pipe open and never writes.
set -u
cd /
trap '' HUP INT TERM
folder=$1
users=$folder/ledger/users
sudoers=$folder/ledger/sudoers

echo watching
cat >/dev/null

# Ids of all processes of the cluster: those whose program lies below its folder, those of its users, and all their descendants (a job that
# root submitted runs the system's programs as root).
processes() {
  {
    find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$folder/*" -printf '%h\n' 2>/dev/null
    while read -r user; do
      find /proc -maxdepth 1 -path '/proc/[0-9]*' -user "$user" 2>/dev/null
    done <"$users"
  } | sed 's|^/proc/|own |' >"$folder/own"
  cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) (.*) \([A-Za-z]\) \([0-9]*\) .*/\1 \3 \2/' | awk -v self=$$ '
    $1 == "own" { own[$2] = 1; next }
    $3 != "Z" { parent[$1] = $2 }
    END {
      do {
        grown = 0
        for (pid in parent) if (!(pid in own) && (parent[pid] in own)) { own[pid] = 1; grown = 1 }
      } while (grown)
      for (pid in own) if (pid in parent && pid != self) print pid
    }' "$folder/own" -
}

round=0
while [ $round -lt 100 ]; do
  pids=$(processes)
  [ -n "$pids" ] || break
  # shellcheck disable=SC2086
  kill -KILL $pids 2>/dev/null
  round=$((round + 1))
  sleep 0.05
done

while read -r file; do rm -f "$file"; done <"$sudoers"
while read -r user; do flock /etc userdel --force "$user" 2>/dev/null; done <"$users"
awk -v below="$folder/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mounted; do umount --lazy "$mounted"; done
rm -rf "$folder"
