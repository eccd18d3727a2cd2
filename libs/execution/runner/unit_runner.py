#!/usr/bin/env python3
"""Run the units of one attempt.

    python3 -I -S unit_runner.py ATTEMPT_FOLDER [SPEC_FOLDER]

`spec` and `slots` are in SPEC_FOLDER where the server cannot write in the attempt's own folder.

One self-contained file for any Python from 3.6 on with nothing but the standard library, so that nothing has to be
installed where units run. The attempt folder is the whole interface; docs/execution.md describes its files.

Two processes run it: the one that was started becomes the guardian, and its child is the runner. Whichever of them is
killed, the other one ends the units; see "The guardian".

On a cluster ("site": "cluster" in the spec) the files suit a reader that can only list names and read whole files, over
a network file system on which a dying node loses what it had not flushed: see ClusterResults.

Exit codes, of the runner and, after it, of the guardian: 0 the end marker is written, or the claim was taken by
somebody else and nothing was started; 2 wrong usage or a spec that cannot be read (the claim is left open); 3 the claim
could not be asked for (left open); 4 the folder or the claim was lost, or could not be written: units that ran were
ended, there is no end marker. Where a signal ended the runner, the guardian ends by the same one.
"""

import binascii
import errno
import json
import os
import signal
import sys
import time
from stat import S_ISREG

PROTOCOL_VERSION = 1

# Seconds that processes left behind by units get to end by themselves, and then after SIGTERM. Some need a moment:
# Python's resource tracker removes shared memory after its parent has ended.
LEFTOVER_PATIENCE = 1.0
LEFTOVER_GRACE = 3.0
# Seconds after which processes that even SIGKILL does not end (stuck in the kernel) are left to the system.
LEFTOVER_LIMIT = 30.0

# Seconds between two looks at `slots` and `stop`: short while units wait for a slot, long when all have been started.
LOOK_WAITING = 0.25
LOOK_IDLE = 1.0
HEARTBEAT_INTERVAL = 10.0
# Without a heartbeat for so long, others may take this runner for dead: it ends its units.
HEARTBEAT_LIMIT = 300.0

# A metadiff of at most so many bytes, and so much of the end of a failed unit's log, travel in the result line.
INLINE_OUTPUT = 16 * 1024
INLINE_LOG_TAIL = 4 * 1024

# Room on the disk kept free for result lines, per unit.
RESERVE_PER_UNIT = 512
# No unit is started with less room on the disk than this.
LEAST_FREE_BYTES = 64 * 1024
# Seconds between two tries to write lines that found no room.
HELD_RETRY = 5.0
# Seconds for which a unit is tried again that the system has no process or memory for.
SPAWN_PATIENCE = 60.0

# On a cluster: seconds for which the folders may stay invisible on the node after the job was started.
FOLDER_PATIENCE = 60.0
# The claim is as large as readers expect, who cannot ask for its size.
CLAIM_SIZE = 1024
# Seconds after which new lines of results are closed to a part, and bytes that close it at once.
PART_INTERVAL = 2.0
PART_SIZE = 4 * 1024 * 1024
# Units that are said to start before they do, at most. A block that was used up sooner than this many seconds doubles.
WATERMARK_BLOCK = 256
WATERMARK_QUICK = 1.0
# Seconds between two looks at the free room on a network disk.
ROOM_LOOK = 1.0
# Seconds for which a runner on a cluster waits for the little room that its claim takes, and between two tries.
ROOM_PATIENCE = 120.0
ROOM_INTERVAL = 1.0
# A unit that a signal ended may have met it a moment before this process: seconds for which ours is waited for.
SIGNAL_PATIENCE = 0.1
# A larger file stays out of the bundle; a larger bundle is not packed, or not by a runner that has to end.
BUNDLED_FILE_LIMIT = 256 * 1024 * 1024
BUNDLE_LIMIT = 4 * 1024 * 1024 * 1024
BUNDLE_LIMIT_ENDING = 64 * 1024 * 1024

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# Seconds between two looks of the guardian for processes that a dead runner has left.
GUARDIAN_LOOK = 0.05

# Of linux/prctl.h.
PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
PR_SET_CHILD_SUBREAPER = 36

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
SIGNALS = (signal.SIGCHLD,) + ENDING_SIGNALS

encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def say(text):
    """A line for runner.log."""
    try:
        os.write(2, ("%s %s\n" % (time.strftime("%Y-%m-%d %H:%M:%S"), text)).encode("utf-8", "replace"))
    except OSError:
        pass  # the disk is full, and this is not what its last bytes are for


# --- Spec -------------------------------------------------------------------------------------------------------------


class Unit:
    """One unit: what to run and where its files are. All texts as bytes: paths do not depend on the locale."""

    __slots__ = ("index", "argv", "log", "out", "args_path", "args", "cwd", "env", "log_fd", "started_at", "stopped")

    def __init__(self, index, argv, log, out, args_path, args, cwd, env):
        self.index = index
        self.argv = argv
        self.log = log
        self.out = out
        self.args_path = args_path
        self.args = args
        self.cwd = cwd
        self.env = env
        self.log_fd = -1
        self.started_at = 0.0
        self.stopped = False


def to_bytes(text):
    # surrogatepass: half a character, which JSON can hold, is no reason to fail
    return text.encode("utf-8", "surrogatepass")


class UnknownVersion(Exception):
    pass


class Spec:
    """The file `spec`: the head at once, the units one by one as they are wanted."""

    def __init__(self, folder):
        self.folder = folder
        self.file = open(folder + b"/spec", "rb")
        head = json.loads(self.file.readline().decode("utf-8"))
        if head["version"] != PROTOCOL_VERSION:
            raise UnknownVersion("this runner speaks version %d, not %r" % (PROTOCOL_VERSION, head["version"]))
        self.units_at = self.file.tell()
        self.on_cluster = head.get("site") == "cluster"
        # Other users of a cluster have nothing to look for in an attempt.
        self.file_mode = 0o600 if self.on_cluster else 0o644
        self.launcher = [to_bytes(word) for word in head.get("launcher", ())]
        self.token = head["token"]
        self.place = head["place"]
        self.unit_count = head["units"]
        # Seconds between SIGTERM and SIGKILL of units that have to end.
        self.grace = head["grace"]
        self.cwd = to_bytes(head["cwd"])
        environment = dict(head["environment"])
        environment["FRACTAL_ATTEMPT"] = self.token
        self.environment = environment
        # On a cluster the batch script prepares the environment: modules, exports, the scheduler's own variables.
        self.inherited = dict(os.environb) if self.on_cluster else {}
        self.env = self.encode_env(environment)
        self.has_tasks = head["kind"] == "tasks"
        if self.has_tasks:
            command = self.launcher + [to_bytes(word) for word in head["command"]]
            prefix = to_bytes(head["folder"]) + b"/"
            self.parse = lambda line: self.task_unit(command, prefix, line)
            job = os.environ.get("SLURM_JOB_ID", "")
            self.batch_output = [prefix + to_bytes(name.replace("%j", job)) for name in head.get("batchOutput", ())]
        else:
            self.parse = self.command_unit
        self.ahead = None
        self.taken = 0  # units given out: the position of the next one

    def encode_env(self, environment):
        env = dict(self.inherited)
        env.update((to_bytes(name), to_bytes(value)) for name, value in environment.items())
        return env

    def task_unit(self, command, prefix, line):
        index, stem, args = line
        stem = prefix + to_bytes(stem)
        args_path = stem + b"-args.json"
        out = stem + b"-metadiff.json"
        argv = command + [b"--args-json", args_path, b"--out-json", out]
        args = None if args is None else to_bytes(args)
        return Unit(index, argv, stem + b"-log.txt", out, args_path, args, self.cwd, self.env)

    def command_unit(self, line):
        env = self.env
        if line.get("environment"):
            env = self.encode_env(dict(self.environment, **line["environment"]))
            env[b"FRACTAL_ATTEMPT"] = to_bytes(self.token)
        argv = self.launcher + [to_bytes(word) for word in line["argv"]]
        out = to_bytes(line["out"]) if line.get("out") else None
        cwd = to_bytes(line["cwd"]) if line.get("cwd") else self.cwd
        return Unit(line["index"], argv, to_bytes(line["log"]), out, None, None, cwd, env)

    def next(self):
        """The next unit, or None after the last one."""
        if self.ahead is not None:
            unit, self.ahead = self.ahead, None
            self.taken += 1
            return unit
        line = self.file.readline()
        if not line:
            return None
        self.taken += 1
        return self.parse(json.loads(line.decode("utf-8")))

    def put_back(self, unit):
        """A unit that could not be started now is the next one again."""
        self.ahead = unit
        self.taken -= 1

    def rewind(self):
        """Give all units out once more."""
        self.file.seek(self.units_at)
        self.ahead = None
        self.taken = 0


def read_spec(folder, spec_folder):
    """The spec. A network file system may show a folder later to a node than to whoever started the job there."""
    give_up_at = time.monotonic() + (FOLDER_PATIENCE if "SLURM_JOB_ID" in os.environ else 0.0)
    while True:
        try:
            os.stat(folder)
            return Spec(spec_folder)
        except (OSError, ValueError):
            if time.monotonic() >= give_up_at or signal.sigtimedwait(ENDING_SIGNALS, 0.5) is not None:
                raise
        for each in (folder, spec_folder):
            try:
                os.listdir(os.path.dirname(each))  # makes the file system look again
            except OSError:
                pass  # the server's own folder may be closed to listing


# --- Claim ------------------------------------------------------------------------------------------------------------


def read_text(path, default=""):
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace").strip()
    except OSError:
        return default


def describe_self(spec):
    """The content of the claim: which process, on which machine, boot and process namespace, holds it."""
    host = os.uname().nodename
    machine = read_text("/etc/machine-id") or read_text("/var/lib/dbus/machine-id") or "host-" + host
    stat = read_text("/proc/self/stat")
    owner = {
        "token": spec.token,
        "host": host,
        "pid": os.getpid(),
        "startTime": int(stat[stat.rindex(")") + 2:].split(" ")[19]),
        "place": {
            "name": spec.place,
            "machineId": machine,
            "bootId": read_text("/proc/sys/kernel/random/boot_id"),
            "pidNamespace": os.readlink("/proc/self/ns/pid"),
        },
        "slurmJobId": os.environ.get("SLURM_JOB_ID"),
    }
    if spec.on_cluster:
        owner["slurm"] = {
            "cluster": os.environ.get("SLURM_CLUSTER_NAME"),
            "node": os.environ.get("SLURMD_NODENAME"),
            "partition": os.environ.get("SLURM_JOB_PARTITION"),
            "user": os.environ.get("SLURM_JOB_USER"),
        }
    return owner


def take_claim(folder, spec):
    """Compete for the claim. True for the winner.

    link(2) of a prepared file is atomic and, unlike open with O_EXCL, makes the whole content appear at once. What it
    answers is not believed: a network file system may repeat a request whose answer was lost and then say EEXIST to
    the winner. The number of links of our own file tells.
    """
    mine = folder + b"/owner." + binascii.hexlify(os.urandom(8))
    fd = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, spec.file_mode)
    try:
        content = to_bytes(encode_json(describe_self(spec)))
        if spec.on_cluster:
            content = content.ljust(CLAIM_SIZE)
            if len(content) != CLAIM_SIZE:
                raise OSError(errno.E2BIG, "the claim has %d bytes" % len(content))
        if os.write(fd, content) != len(content):
            raise OSError(errno.ENOSPC, "no room for the claim")
        if spec.on_cluster:
            os.fsync(fd)  # others see the content as soon as they see the name
        trouble = None
        try:
            os.link(mine, folder + b"/claim")
        except OSError as error:
            trouble = error
        won = os.fstat(fd).st_nlink == 2
        if not won and trouble is not None and trouble.errno != errno.EEXIST:
            raise trouble
        return won
    finally:
        os.close(fd)
        os.unlink(mine)


def take_claim_with_room(folder, spec):
    """As take_claim. A job of a cluster, which has waited for its turn, does not fail for a moment without room on the disk."""
    give_up_at = time.monotonic() + (ROOM_PATIENCE if spec.on_cluster else 0)
    while True:
        try:
            return take_claim(folder, spec)
        except OSError as error:
            if error.errno not in NO_ROOM or time.monotonic() >= give_up_at:
                raise
            if signal.sigtimedwait(ENDING_SIGNALS, ROOM_INTERVAL) is not None:
                raise


# --- Results ----------------------------------------------------------------------------------------------------------


def framed(record):
    data = encode_json(record).encode("utf-8", "replace")
    return b"\n%d %08x " % (len(data), binascii.crc32(data) & 0xFFFFFFFF) + data


class Results:
    """The file `results`: one write per line. Knows what to do when the disk is full."""

    def __init__(self, folder, spec):
        self.folder = folder
        self.spec = spec
        self.fd = self.open_first()
        self.lines = 0
        self.started = 0
        self.finished = 0
        self.held = []  # lines of results that found no room
        self.trouble = None  # why no more units are started: an end reason
        # The end marker's room is taken now, and overwritten at the end.
        self.end_fd = os.open(folder + b"/end.part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, spec.file_mode)
        self.reserve = folder + b"/reserve"
        try:
            os.write(self.end_fd, b" " * RESERVE_PER_UNIT)
            write_file(self.reserve, b"\0" * (RESERVE_PER_UNIT * max(spec.unit_count, 8)))
        except OSError as error:
            self.note_trouble(error)

    def open_first(self):
        return os.open(self.folder + b"/results", os.O_WRONLY | os.O_APPEND | os.O_CREAT, self.spec.file_mode)

    def note_trouble(self, error):
        """From now on no unit is started; the reserve makes room for the lines of those that run."""
        if self.trouble is None:
            self.trouble = "disk full" if error.errno in NO_ROOM else "write error"
            say("%s: %s; no more units are started" % (self.trouble, error))
        try:
            os.unlink(self.reserve)
        except OSError:
            pass

    def write(self, line):
        if os.write(self.fd, line) != len(line):
            # The torn line fails its checksum; the line will be written anew.
            raise OSError(errno.ENOSPC, "no room for a line of results")
        self.lines += 1

    def add_started(self, index, free_slots):
        """Say that a unit is about to start. False when that could not be written: it must not start then."""
        if self.trouble is not None:
            return False
        try:
            self.write(framed({"started": index}))
        except OSError as error:
            self.note_trouble(error)
            return False
        self.started += 1
        return True

    def add_result(self, record):
        self.finished += 1
        if not self.held:
            try:
                self.write(framed(record))
                return
            except OSError as error:
                self.note_trouble(error)
        # The reserve holds short lines: what can be read from files is left out.
        if "out" in record:
            record["out"] = True
        record.pop("tail", None)
        self.held.append(framed(record))
        self.write_held()

    def write_held(self):
        """Try to write the lines that found no room. True when none is left."""
        try:
            while self.held:
                self.write(self.held[0])
                del self.held[0]
        except OSError:
            return False
        return True

    def disk_is_full(self):
        """Is there too little room for units? Quotas show only when something is written."""
        try:
            if free_bytes(self.folder) < LEAST_FREE_BYTES:
                raise OSError(errno.ENOSPC, "less than %d bytes free" % LEAST_FREE_BYTES)
        except OSError as error:
            if error.errno in NO_ROOM:
                self.note_trouble(error)
                return True
        return False

    def disk_refuses(self):
        """Like disk_is_full, and also by trying."""
        if self.disk_is_full():
            return True
        probe = self.folder + b"/probe"
        try:
            fd = os.open(probe, os.O_WRONLY | os.O_CREAT, 0o644)
            try:
                os.write(fd, b" " * 8192)
            finally:
                os.close(fd)
                os.unlink(probe)
        except OSError as error:
            if error.errno in NO_ROOM:
                self.note_trouble(error)
                return True
        return False

    def close_due(self):
        """When there is something to close; never in a file that grows."""
        return float("inf")

    def close_part(self):
        pass

    def describe_end(self, reason):
        return {
            "token": self.spec.token,
            "reason": reason,
            "lines": self.lines + len(self.held),
            "bytes": os.fstat(self.fd).st_size,
            "started": self.started,
            "finished": self.finished,
        }

    def write_end(self, reason):
        try:
            os.unlink(self.reserve)
        except OSError:
            pass
        marker = self.describe_end(reason)
        # Overwrites the room taken at the start; blanks at the end of JSON mean nothing.
        os.pwrite(self.end_fd, encode_json(marker).encode("utf-8").ljust(RESERVE_PER_UNIT), 0)
        if self.spec.on_cluster:
            os.fsync(self.end_fd)
        os.close(self.end_fd)
        os.rename(self.folder + b"/end.part", self.folder + b"/end")


class ClusterResults(Results):
    """Results for a reader that can only list names and read whole files, over a network file system.

    Lines are closed to parts `results.<number>.<bytes>`, so that one listing tells how much there is to read, and many
    parts can be read in one go. What started is not a line each but a watermark: the empty file `watermark.<n>` says
    that units before position n of the spec may have been started. Its name is on the server's disk before any of them
    starts, so that the death of a node cannot make a started unit look fresh.
    """

    def __init__(self, folder, spec):
        self.parts = 0
        self.open_bytes = 0  # of the part that is not closed
        self.open_lines = []
        self.closed_bytes = 0
        self.closed_at = 0.0
        self.below = 0
        self.block = 1
        self.raised_at = float("-inf")
        self.room_seen_at = float("-inf")
        Results.__init__(self, folder, spec)

    def open_first(self):
        return -1  # a part is opened for its first line

    def write(self, line):
        if self.fd < 0:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC
            self.fd = os.open(self.folder + b"/results.part", flags, self.spec.file_mode)
            self.open_bytes = 0
        written = os.write(self.fd, line)
        self.open_bytes += written
        if written != len(line):
            raise OSError(errno.ENOSPC, "no room for a line of results")
        self.open_lines.append(line)
        self.lines += 1

    def close_due(self):
        if not self.open_lines:
            return float("inf")
        return 0.0 if self.open_bytes >= PART_SIZE else self.closed_at + PART_INTERVAL

    def close_part(self):
        """Make the lines so far visible. A network file system may say only now that it had no room for them."""
        if not self.open_lines:
            return
        self.closed_at = time.monotonic()
        path = self.folder + b"/results.part"
        fd, self.fd = self.fd, -1
        try:
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
            os.rename(path, b"%s/results.%d.%d" % (self.folder, self.parts, self.open_bytes))
        except OSError as error:
            self.note_trouble(error)
            self.lines -= len(self.open_lines)
            self.held[:0] = self.open_lines
        else:
            self.parts += 1
            self.closed_bytes += self.open_bytes
        self.open_lines = []

    def write_held(self):
        done = Results.write_held(self)
        self.close_part()
        return done and not self.held

    def add_started(self, index, free_slots):
        if self.trouble is not None:
            return False
        if self.spec.taken > self.below:
            try:
                self.raise_watermark(free_slots)
            except OSError as error:
                self.note_trouble(error)
                return False
        self.started += 1
        return True

    def raise_watermark(self, free_slots):
        """Announce the units that may start now. Quick ones are announced in growing blocks: that costs the file server less."""
        now = time.monotonic()
        quick = now - self.raised_at < WATERMARK_QUICK
        self.block = min(max(self.block * 2, free_slots), WATERMARK_BLOCK) if quick else max(free_slots, 1)
        below = min(self.spec.taken - 1 + self.block, max(self.spec.unit_count, self.spec.taken))
        flags = os.O_WRONLY | os.O_CREAT
        os.close(os.open(b"%s/watermark.%d" % (self.folder, below), flags, self.spec.file_mode))
        sync_folder(self.folder)
        if self.below:
            os.unlink(b"%s/watermark.%d" % (self.folder, self.below))
        self.below = below
        self.raised_at = time.monotonic()

    def disk_is_full(self):
        now = time.monotonic()
        if now - self.room_seen_at < ROOM_LOOK:
            return False
        self.room_seen_at = now
        return Results.disk_is_full(self)

    def disk_refuses(self):
        self.room_seen_at = float("-inf")
        return Results.disk_refuses(self)

    def describe_end(self, reason):
        bundle = None
        try:
            bundle = write_bundle(self.folder, self.spec, BUNDLE_LIMIT if reason == "completed" else BUNDLE_LIMIT_ENDING)
        except OSError as error:
            say("no bundle: %s" % error)
        return {
            "token": self.spec.token,
            "reason": reason,
            "lines": self.lines + len(self.held),
            "bytes": self.closed_bytes,
            "started": self.started,
            "finished": self.finished,
            "parts": self.parts,
            "bundle": bundle,
        }


def sync_folder(folder):
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system whose names are durable anyway
            raise
    finally:
        os.close(fd)


def free_bytes(folder):
    stat = os.statvfs(folder)
    if stat.f_blocks == 0:
        return LEAST_FREE_BYTES  # a file system that does not say
    return stat.f_frsize * (stat.f_bfree if os.geteuid() == 0 else stat.f_bavail)


# --- Files of a unit --------------------------------------------------------------------------------------------------


def move_aside(path):
    """Keep a file of an earlier attempt as <name>.attempt<n>.txt with the first free n."""
    stem = path.rsplit(b".", 1)[0] if path.endswith((b".txt", b".json")) else path
    number = 1
    while os.path.lexists(b"%s.attempt%d.txt" % (stem, number)):
        number += 1
    try:
        os.rename(path, b"%s.attempt%d.txt" % (stem, number))
    except FileNotFoundError:
        pass


def open_log(path):
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND
    try:
        return os.open(path, flags, 0o666)
    except FileExistsError:
        move_aside(path)
        return os.open(path, flags, 0o666)


def write_file(path, content):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        done = os.write(fd, content)
        while done < len(content):
            done += os.write(fd, content[done:])
    finally:
        os.close(fd)


def has_warning(fd, size):
    """Does the log hold the word "warning" in any case? Read in pieces that overlap by one letter less than the word."""
    step = 1024 * 1024
    for offset in range(0, size, step):
        if b"warning" in os.pread(fd, step + 6, offset).lower():
            return True
    return False


def read_output(path):
    """What a unit wrote: None for nothing, its text when it is short, else True."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError:
        return True
    try:
        data = os.read(fd, INLINE_OUTPUT + 1)
        return data.decode("utf-8") if len(data) <= INLINE_OUTPUT else True
    except (OSError, UnicodeDecodeError):
        return True
    finally:
        os.close(fd)


# --- Bundle -----------------------------------------------------------------------------------------------------------


def write_bundle(folder, spec, limit):
    """Pack the files that the units have into one tar, `bundle.<bytes>`: its size, or None when there is none.

    One file can be read in one go, thousands of small ones cannot. Nothing is packed that would take more room than it
    leaves to others, or that is larger than the limit.
    """
    if not spec.has_tasks:
        return None
    paths = bundled_paths(spec)
    total = sum(size for _, size in paths)
    if not paths or total > limit:
        return None
    if free_bytes(folder) < 2 * total + LEAST_FREE_BYTES:
        raise OSError(errno.ENOSPC, "less room on the disk than twice the %d bytes of the files" % total)
    part = folder + b"/bundle.part"
    try:
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, spec.file_mode)
        with open(fd, "wb", 1024 * 1024) as bundle:
            for path, _ in paths:
                add_to_bundle(bundle, path)
            bundle.write(b"\0" * 1024)
            bundle.flush()
            os.fsync(fd)
            size = bundle.tell()
        os.rename(part, b"%s/bundle.%d" % (folder, size))
        return size
    except OSError:
        try:
            os.unlink(part)
        except OSError:
            pass
        raise


def bundled_paths(spec):
    """Path and size of the plain files of all units, and of what the batch itself has printed so far."""
    found = []
    spec.rewind()
    unit = spec.next()
    while unit is not None:
        add_plain_files(found, (unit.args_path, unit.log, unit.out))
        unit = spec.next()
    add_plain_files(found, spec.batch_output)
    return found


def add_plain_files(found, paths):
    for path in paths:
        try:
            stat = os.lstat(path)
        except OSError:
            continue
        if S_ISREG(stat.st_mode) and stat.st_size <= BUNDLED_FILE_LIMIT:
            found.append((path, stat.st_size))


def add_to_bundle(bundle, path):
    """Add a file as it is now. One that shrinks meanwhile is filled up with zeros, since its size is written first."""
    from tarfile import USTAR_FORMAT, TarInfo

    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError as error:
        say("cannot bundle %r: %s" % (path, error))
        return
    try:
        entry = TarInfo(os.fsdecode(os.path.basename(path)))
        entry.mode = 0o600
        stat = os.fstat(fd)
        left = entry.size = min(stat.st_size, BUNDLED_FILE_LIMIT)
        try:
            header = entry.tobuf(USTAR_FORMAT, "utf-8", "surrogateescape")
        except ValueError as error:  # the name is too long for a tar
            say("cannot bundle %r: %s" % (path, error))
            return
        bundle.write(header)
        while left > 0:
            data = os.read(fd, min(left, 1024 * 1024)) or b"\0" * min(left, 1024 * 1024)
            bundle.write(data)
            left -= len(data)
        bundle.write(b"\0" * (-entry.size % 512))
    finally:
        os.close(fd)


# --- Processes --------------------------------------------------------------------------------------------------------


class Programs:
    """Where the programs are, looked up once per word and PATH."""

    def __init__(self):
        self.known = {}

    def find(self, word, env, cwd):
        if b"/" in word:
            return os.path.join(cwd, word)
        path = env.get(b"PATH", b"")
        key = (word, path)
        if key not in self.known:
            self.known[key] = self.search(word, path)
        return self.known[key]

    @staticmethod
    def search(word, path):
        for folder in path.split(b":"):
            candidate = os.path.join(folder or b".", word)
            if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
                return candidate
        raise OSError(errno.ENOENT, "not found in PATH")


def spawn(program, unit):
    """Start a unit in a process group of its own: stdin is the runner's (nothing), stdout and stderr its log.

    posix_spawn does not copy the runner's memory, which a fork would. The runner changes its own working folder
    instead of the child's: it has no other use for it.
    """
    return os.posix_spawn(
        program,
        unit.argv,
        unit.env,
        file_actions=((os.POSIX_SPAWN_DUP2, unit.log_fd, 1), (os.POSIX_SPAWN_DUP2, unit.log_fd, 2)),
        setpgroup=0,
        setsigmask=(),
        setsigdef=(signal.SIGXFSZ,),
    )


def spawn_by_fork(program, unit):
    """The same for Python 3.6 and 3.7, which lack posix_spawn. The pipe closes at exec, or tells why that failed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            os.dup2(unit.log_fd, 1)
            os.dup2(unit.log_fd, 2)
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            os.execve(program, unit.argv, unit.env)
        except OSError as error:
            os.write(writing, b"%d" % error.errno)
        finally:
            os._exit(127)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    if told:
        os.waitpid(pid, 0)
        raise OSError(int(told), os.strerror(int(told)))
    return pid


if not hasattr(os, "posix_spawn"):
    spawn = spawn_by_fork


def prctl(option, value):
    """prctl(2), for which Python has no function."""
    try:
        import ctypes

        argument = value if isinstance(value, bytes) else ctypes.c_ulong(value)
        if ctypes.CDLL(None).prctl(option, argument, ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
            raise OSError("refused")
    except Exception as error:  # ctypes may be missing; the worker finds processes of an attempt by their token
        say("prctl(%d): %s" % (option, error))


def become_subreaper():
    """Descendants whose parent has ended become children of this process, which ends them."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def may_be_killed(status):
    """Did a signal end it, or a shell that reports one?"""
    return os.WIFSIGNALED(status) or os.WEXITSTATUS(status) > 128


def signal_group(group, number):
    try:
        os.killpg(group, number)
    except OSError:
        pass


def signal_process(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass


def read_parents():
    """The parent of each process that may be seen."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    stat = file.read()
            except OSError:
                continue
            parents[int(name)] = int(stat[stat.rindex(b")") + 2:].split(b" ", 2)[1])
    return parents


def own_children():
    """Pids of all children, units and processes left behind by units alike."""
    me = os.getpid()
    return [pid for pid, parent in read_parents().items() if parent == me]


def own_descendants():
    """Pids of all children, of their children, and so on."""
    parents = read_parents()
    found, generation = set(), {os.getpid()}
    while generation:
        generation = {pid for pid, parent in parents.items() if parent in generation} - found
        found |= generation
    return found


# --- The runner -------------------------------------------------------------------------------------------------------


class Fenced(Exception):
    """The folder or the claim is not ours any more."""


class Runner:
    def __init__(self, folder, spec):
        self.folder = folder
        self.spec = spec
        self.results = ClusterResults(folder, spec) if spec.on_cluster else Results(folder, spec)
        self.programs = Programs()
        self.running = {}  # pid -> Unit
        self.slots = 0
        self.slots_stamp = None
        self.cwd = None
        self.all_started = False
        self.end_reason = None  # set when units have to end
        self.kill_at = None
        self.spawn_trouble_since = None
        claim = os.stat(folder + b"/claim")
        self.claim_id = (claim.st_dev, claim.st_ino)
        self.heartbeat_fd = os.open(folder + b"/heartbeat", os.O_WRONLY | os.O_CREAT, spec.file_mode)
        self.heartbeat_at = time.monotonic()
        self.next_look = 0.0
        self.next_heartbeat = self.heartbeat_at + HEARTBEAT_INTERVAL
        self.next_held_retry = 0.0

    def run(self):
        """Until every unit has ended, or was ended."""
        try:
            while True:
                now = time.monotonic()
                if now >= self.next_look:
                    self.look(now)
                if self.end_reason is None and not self.all_started:
                    self.start_units()
                if self.is_finished():
                    break
                self.wait()
                self.reap()
                if time.monotonic() >= self.results.close_due():
                    self.results.close_part()
            self.end_leftovers(patient=self.end_reason is None)
            self.write_end()
            return 0
        except (Fenced, OSError) as reason:
            say("fenced: %s" % reason)
            for group in self.running:
                signal_group(group, signal.SIGKILL)
            self.end_leftovers(patient=False)
            return 4

    def is_finished(self):
        if self.running:
            return False
        if not (self.all_started or self.end_reason is not None or self.results.trouble is not None):
            return False
        self.results.close_part()
        return not self.results.held or self.end_reason is not None

    # Looking at what others want

    def look(self, now):
        # On a cluster the slots never change, and every look asks the file server.
        waiting = not self.all_started and self.end_reason is None and not self.spec.on_cluster
        self.next_look = now + (LOOK_WAITING if waiting else LOOK_IDLE)
        self.check_claim()
        if self.end_reason is None and os.path.lexists(self.folder + b"/stop"):
            self.end_units("stopped")
        if now >= self.next_heartbeat:
            self.beat(now)
        if self.kill_at is not None:
            if now >= self.kill_at:
                for group in self.running:
                    signal_group(group, signal.SIGKILL)
            else:
                self.next_look = min(self.next_look, self.kill_at)
        if self.results.held and now >= self.next_held_retry:
            self.next_held_retry = now + HELD_RETRY
            self.results.write_held()

    def check_claim(self):
        """A task may have removed the folder, and a worker may have taken the claim of a new one since."""
        try:
            claim = os.stat(self.folder + b"/claim")
        except FileNotFoundError:
            raise Fenced("the claim is gone")
        except OSError:
            return  # a passing trouble of the file system: the heartbeat decides
        if (claim.st_dev, claim.st_ino) != self.claim_id:
            raise Fenced("the claim is somebody else's")

    def beat(self, now):
        self.next_heartbeat = now + HEARTBEAT_INTERVAL
        if self.spec.on_cluster and now - self.heartbeat_at > HEARTBEAT_LIMIT:
            raise Fenced("did not run for %d s" % (now - self.heartbeat_at))  # stopped, or its node was
        try:
            os.utime(self.heartbeat_fd)
            self.heartbeat_at = now
        except OSError as error:
            say("no heartbeat: %s" % error)
            if now - self.heartbeat_at > HEARTBEAT_LIMIT:
                raise Fenced("no heartbeat for %d s" % HEARTBEAT_LIMIT)

    def read_slots(self):
        if self.slots_stamp is not None and self.spec.on_cluster:
            return
        try:
            stat = os.stat(self.spec.folder + b"/slots")
            stamp = (stat.st_ino, stat.st_mtime_ns)
            if stamp != self.slots_stamp:
                with open(self.spec.folder + b"/slots", "rb") as file:
                    self.slots = int(file.read(32))
                self.slots_stamp = stamp
        except FileNotFoundError:
            self.check_claim()
        except (OSError, ValueError):
            pass  # the number known so far is as good as any

    # Starting units

    def start_units(self):
        self.read_slots()
        while self.results.trouble is None:
            # Also without a slot: nobody gives one to a runner that has nothing left to start, and it would wait for ever.
            unit = self.spec.next()
            if unit is None:
                self.all_started = True
                return
            if len(self.running) >= self.slots or not self.start(unit):
                self.spec.put_back(unit)
                return

    def start(self, unit):
        """Start a unit, or settle it as failed. False when it has to wait."""
        if self.results.disk_is_full():
            return False
        if self.spawn_trouble_since is None:
            try:
                self.prepare(unit)
            except (OSError, ValueError) as error:
                if getattr(error, "errno", None) in NO_ROOM:
                    self.close_log(unit)
                    self.results.note_trouble(error)
                    return False
                self.fail(unit, "Cannot prepare the files of this unit: %s" % error)
                return True
            if not self.results.add_started(unit.index, self.slots - len(self.running)):
                self.close_log(unit)
                return False
        try:
            program = self.programs.find(unit.argv[0], unit.env, unit.cwd)
            unit.started_at = time.monotonic()
            pid = spawn(program, unit)
        except (OSError, ValueError) as error:
            if self.may_spawn_later(error):
                return False
            self.spawn_trouble_since = None
            self.fail(unit, self.start_error(unit, error))
            return True
        self.spawn_trouble_since = None
        self.running[pid] = unit
        return True

    def may_spawn_later(self, error):
        """The system has no process or memory left: the unit waits, its start is noted already."""
        if getattr(error, "errno", None) not in (errno.EAGAIN, errno.ENOMEM):
            return False
        now = time.monotonic()
        if self.spawn_trouble_since is None:
            say("cannot start a unit now: %s" % error)
            self.spawn_trouble_since = now
        return now - self.spawn_trouble_since < SPAWN_PATIENCE

    def prepare(self, unit):
        if unit.out is not None and os.access(unit.out, os.F_OK):
            move_aside(unit.out)
        unit.log_fd = open_log(unit.log)
        if unit.args is not None:
            write_file(unit.args_path, unit.args)
        if unit.cwd != self.cwd:
            os.chdir(unit.cwd)
            self.cwd = unit.cwd

    @staticmethod
    def start_error(unit, error):
        word = unit.argv[0].decode("utf-8", "replace")
        reason = getattr(error, "strerror", None) or str(error)
        return "Cannot start '%s': %s. Check that the file exists and make sure that it is executable." % (word, reason)

    def fail(self, unit, text):
        """Settle a unit whose command never ran."""
        if unit.log_fd >= 0:
            try:
                os.write(unit.log_fd, to_bytes(text + "\n"))
            except OSError:
                pass
        size = os.fstat(unit.log_fd).st_size if unit.log_fd >= 0 else 0
        self.close_log(unit)
        record = {"unit": unit.index, "error": text, "log": size}
        if self.results.disk_refuses():
            record["full"] = True
        self.results.add_result(record)

    @staticmethod
    def close_log(unit):
        if unit.log_fd >= 0:
            os.close(unit.log_fd)
            unit.log_fd = -1

    # Waiting for units

    def wait(self):
        """Until a signal comes or it is time to look. Signals are blocked and fetched: none interrupts anything."""
        until = min(self.next_look, self.results.close_due())
        info = signal.sigtimedwait(SIGNALS, max(0.0, until - time.monotonic()))
        while info is not None:
            if info.si_signo != signal.SIGCHLD:
                self.terminate()
            info = signal.sigtimedwait(SIGNALS, 0) if info.si_signo != signal.SIGCHLD else None

    def terminate(self):
        if self.end_reason is None:
            stopped = os.path.lexists(self.folder + b"/stop")
            self.end_units("stopped" if stopped else "terminated")

    def end_units(self, reason):
        say("ending %d units: %s" % (len(self.running), reason))
        self.end_reason = reason
        now = time.monotonic()
        self.kill_at = now + self.spec.grace
        self.next_look = now
        for group, unit in self.running.items():
            unit.stopped = True
            signal_group(group, signal.SIGTERM)
            signal_group(group, signal.SIGCONT)

    def reap(self):
        while self.running:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            if self.spec.on_cluster and self.end_reason is None and may_be_killed(status):
                # A scheduler signals every process of a job: this one may have been first, and is none of the failed then.
                if signal.sigtimedwait(ENDING_SIGNALS, SIGNAL_PATIENCE) is not None:
                    self.terminate()
            unit = self.running.pop(pid, None)
            if unit is not None:
                self.settle(unit, status, usage, time.monotonic())

    def settle(self, unit, status, usage, now):
        record = {"unit": unit.index}
        failed = True
        if os.WIFSIGNALED(status):
            record["signal"] = os.WTERMSIG(status)
        else:
            record["exit"] = os.WEXITSTATUS(status)
            failed = record["exit"] != 0
        record["wall"] = round(now - unit.started_at, 6)
        record["cpu"] = round(usage.ru_utime + usage.ru_stime, 6)
        record["mem"] = usage.ru_maxrss
        if unit.stopped:
            record["stopped"] = True
        fd = unit.log_fd
        try:
            size = os.fstat(fd).st_size
            if size:
                record["log"] = size
                if has_warning(fd, size):
                    record["warn"] = True
            if failed:
                tail = os.pread(fd, INLINE_LOG_TAIL, max(0, size - INLINE_LOG_TAIL))
                record["tail"] = tail.decode("utf-8", "replace")
        except OSError as error:
            say("cannot read the log of unit %d: %s" % (unit.index, error))
        self.close_log(unit)
        if failed:
            if self.results.disk_refuses():
                record["full"] = True
        elif unit.out is not None:
            output = read_output(unit.out)
            if output is not None:
                record["out"] = output
        self.results.add_result(record)

    # The end

    def end_leftovers(self, patient):
        """End what units left behind. As the subreaper, the runner is the parent of all of it sooner or later."""
        begin = time.monotonic()
        terminate_at = begin + (LEFTOVER_PATIENCE if patient else 0.0)
        kill_at = terminate_at + self.leftover_grace()
        terminated = set()
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid:
                continue
            now = time.monotonic()
            if now - begin > LEFTOVER_LIMIT:
                say("processes left that cannot be ended: %s" % own_children())
                return
            if now >= terminate_at:
                for child in own_children():
                    number = signal.SIGKILL if now >= kill_at else signal.SIGTERM
                    if number == signal.SIGKILL or child not in terminated:
                        terminated.add(child)
                        signal_process(child, number)
                        signal_process(child, signal.SIGCONT)
            signal.sigtimedwait((signal.SIGCHLD,), 0.02)

    def leftover_grace(self):
        # A scheduler that ends the job gives a time for all of it.
        return min(LEFTOVER_GRACE, self.spec.grace / 2) if self.spec.on_cluster else LEFTOVER_GRACE

    def write_end(self):
        if self.results.held:
            self.results.write_held()
        reason = self.end_reason or self.results.trouble or "completed"
        if reason == "completed" and self.results.finished != self.spec.unit_count:
            raise Fenced("the spec promised %d units and had %d" % (self.spec.unit_count, self.results.finished))
        self.results.write_end(reason)
        if reason != "completed":
            say(reason)


# --- The guardian -----------------------------------------------------------------------------------------------------
#
# A runner that is killed alone (by the system when memory is short, by a person, by a fault of its own) would leave its
# units behind. Its worker may be unable to do anything on the node, and SLURM may not find them: where it knows the
# processes of a job by their parents, those of a dead parent are nobody's. So the process that was started stays the
# parent of the runner, and adopts what the runner leaves: as long as a unit runs, the job runs.


def guard(runner, folder):
    """Wait for the runner, end whatever it has left, then end as it did."""
    while True:
        pid, status = os.waitpid(runner, os.WNOHANG)
        if pid:
            break
        number = signal.sigwaitinfo(SIGNALS).si_signo
        if number != signal.SIGCHLD:
            signal_process(runner, number)  # whoever started this process means the runner
    if status == 0:
        return 0  # the runner has ended all that can be ended
    if os.WIFSIGNALED(status):
        say("the unit runner was ended by signal %d; its units are ended" % os.WTERMSIG(status))
    kill_descendants(folder)
    return end_like(status)


def kill_descendants(folder):
    """SIGKILL, until none is left: nobody would write down how they end otherwise.

    There is no time after which this gives up: while a process lives, the attempt does, and its heartbeat says so.
    """
    next_heartbeat = 0.0
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return
        for pid in own_descendants():
            signal_process(pid, signal.SIGKILL)
        now = time.monotonic()
        if now >= next_heartbeat:
            next_heartbeat = now + HEARTBEAT_INTERVAL
            try:
                os.utime(folder + b"/heartbeat")
            except OSError:
                pass  # a task may have removed the folder
        signal.sigtimedwait((signal.SIGCHLD,), GUARDIAN_LOOK)


def end_like(status):
    """The exit code of the runner; or the end that it had, by the same signal."""
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    number = os.WTERMSIG(status)
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (number,))
    os.kill(os.getpid(), number)
    return 128 + number


def fork_runner():
    """As fork. Waits for a while where the system has no process or memory left."""
    give_up_at = time.monotonic() + SPAWN_PATIENCE
    while True:
        try:
            return os.fork()
        except OSError as error:
            say("cannot start the unit runner now: %s" % error)
            if time.monotonic() >= give_up_at or signal.sigtimedwait(ENDING_SIGNALS, 1.0) is not None:
                raise


def is_guarded(guardian):
    """Make the death of the guardian reach the runner as a SIGTERM. False when it has died before that."""
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return os.getppid() == guardian


# --- Start ------------------------------------------------------------------------------------------------------------


def prepare_process():
    """A session of our own, no inherited files, signals blocked until they are fetched, stdin that holds nothing."""
    if os.getsid(0) != os.getpid():
        try:
            os.setsid()
        except OSError:
            pass  # leader of a process group already, as under a batch system, which keeps track of its processes itself
    os.closerange(3, 1024)
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    # Python ignores the one, whoever started us perhaps the other; what is ignored stays ignored in the units.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def main(argv):
    if len(argv) not in (2, 3):
        say("usage: unit_runner.py ATTEMPT_FOLDER [SPEC_FOLDER]")
        return 2
    folder = os.path.abspath(os.fsencode(argv[1]))
    spec_folder = os.path.abspath(os.fsencode(argv[-1]))
    prepare_process()
    prctl(PR_SET_NAME, b"unit-guardian")
    become_subreaper()
    guardian = os.getpid()
    try:
        runner = fork_runner()
    except OSError:
        return 3
    if runner != 0:
        return guard(runner, folder)
    return run(folder, spec_folder, guardian)


def run(folder, spec_folder, guardian):
    """The runner: its exit code."""
    # A session of its own: the worker knows units by it, and a SIGKILL for the group of the guardian spares the runner.
    os.setsid()
    prctl(PR_SET_NAME, b"unit-runner")
    if not is_guarded(guardian):
        say("the guardian has ended")
        return 3
    try:
        spec = read_spec(folder, spec_folder)
    except (OSError, ValueError, KeyError, TypeError, UnknownVersion) as error:
        say("cannot read the spec: %r" % error)
        return 2
    try:
        if not take_claim_with_room(folder, spec):
            say("the claim is taken")
            return 0
    except OSError as error:
        say("cannot take the claim: %s" % error)
        return 3
    become_subreaper()
    try:
        runner = Runner(folder, spec)
    except OSError as error:
        say("cannot write the attempt's files: %s" % error)
        return 4
    return runner.run()


if __name__ == "__main__":
    # Nothing is buffered, and tidying up would copy all memory that the two processes share.
    os._exit(main(sys.argv))
