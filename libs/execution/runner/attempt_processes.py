#!/usr/bin/env python3
"""Look at the processes of an attempt on this machine, or end them.

    python3 -I -S -c "$(cat attempt_processes.py)" ORDER

ORDER is JSON: {"action": "see" or "end", "token", "grace" (seconds), "patience" (seconds for the runner beyond the grace
time), "owner": {"pid", "startTime", "place": {"machineId", "bootId", "pidNamespace"}}}.

Prints one line of JSON: {"place": where this ran, "alive": is the runner alive, "left": processes that could not be ended}.
Nothing is done, and `alive` is false, where the owner belongs to another place. For any Python from 3.6 on.
"""

import json
import os
import signal
import sys
import time

# A guardian is older than its runner, but not by more than this, in hundredths of a second: it tries for a minute to start it.
GUARDIAN_LEAD = 9000
LOOK = 0.05
# Seconds for which processes are sent SIGKILL before those that are left are reported.
KILL_PATIENCE = 20.0


def read_text(path):
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace").strip()
    except OSError:
        return ""


def this_place():
    machine = read_text("/etc/machine-id") or read_text("/var/lib/dbus/machine-id") or "host-" + os.uname().nodename
    boot = read_text("/proc/sys/kernel/random/boot_id")
    return {"machineId": machine, "bootId": boot, "pidNamespace": os.readlink("/proc/self/ns/pid")}


def read_process(pid):
    """(state, session, start time) of a process, or None."""
    stat = read_text("/proc/%s/stat" % pid)
    if not stat:
        return None
    fields = stat[stat.rindex(")") + 2:].split(" ")
    return fields[0], int(fields[3]), int(fields[19])


def is_alive(owner):
    seen = read_process(owner["pid"])
    return seen is not None and seen[0] not in "ZX" and seen[2] == owner["startTime"]


def find_processes(owner, token):
    """All living processes of the attempt: of the runner's session, or with the token in their environment."""
    mark = b"FRACTAL_ATTEMPT=" + token.encode("utf-8")
    runner = read_process(owner["pid"])
    # A pid that means somebody else by now is no session of ours: the system gives it away only when no member is left.
    session = owner["pid"] if runner is None or runner[2] == owner["startTime"] else None
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        seen = read_process(name)
        if seen is None or seen[0] in "ZX" or seen[2] < owner["startTime"] - GUARDIAN_LEAD:
            continue
        if seen[1] == session or mark in environment_of(name):
            found.append((int(name), seen[2]))
    return found


def environment_of(pid):
    try:
        with open("/proc/%s/environ" % pid, "rb") as file:
            return file.read().split(b"\0")
    except OSError:
        return ()


def send(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass


def wait_for_end(owner, seconds):
    until = time.monotonic() + seconds
    while is_alive(owner) and time.monotonic() < until:
        time.sleep(LOOK)
    return not is_alive(owner)


def end_runner(owner, patience):
    if not is_alive(owner):
        return
    send(owner["pid"], signal.SIGTERM)
    send(owner["pid"], signal.SIGCONT)  # a stopped runner would never see it
    if not wait_for_end(owner, patience):
        send(owner["pid"], signal.SIGKILL)
        wait_for_end(owner, KILL_PATIENCE)


def end_processes(owner, token, grace):
    """SIGTERM, then SIGKILL. The number of processes that are left in spite of it."""
    begin = time.monotonic()
    warned = set()
    empty_looks = 0
    # A process that forks while /proc is read may be missed together with its child: two empty looks in a row count.
    while empty_looks < 2:
        left = find_processes(owner, token)
        now = time.monotonic()
        if now - begin > grace + KILL_PATIENCE:
            return len(left)
        for process in left:
            if now - begin >= grace:
                send(process[0], signal.SIGKILL)
            elif process not in warned:
                warned.add(process)
                send(process[0], signal.SIGTERM)
                send(process[0], signal.SIGCONT)
        empty_looks = empty_looks + 1 if not left else 0
        time.sleep(LOOK if left else 0)
    return 0


def main():
    order = json.loads(sys.argv[1])
    owner = order["owner"]
    place = this_place()
    left = 0
    is_here = all(owner["place"][key] == place[key] for key in place)
    if is_here and order["action"] == "end":
        end_runner(owner, order["grace"] + order["patience"])
        left = end_processes(owner, order["token"], order["grace"])
    print(json.dumps({"place": place, "alive": is_here and is_alive(owner), "left": left}))


main()
