# SPDX-License-Identifier: MIT
"""Processes that hold sockets, and what natu says of them: for the tests of owners."""

import json
import os
import shutil
import signal
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import NATU, SCRATCH, check, equal, libc, natu, skip

SLEEP = os.path.realpath(shutil.which("sleep"))
NOBODY = 65534


def in_their_own_process(run):
    """Runs it in a process that then waits; returns its pid once it is done."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        try:
            kept = run()  # noqa: what it returns lives as long as the process
            os.write(writer, b".")
            while True:
                signal.pause()
        finally:
            os._exit(1)
    os.close(writer)
    done = os.read(reader, 1)
    os.close(reader)
    check(done, "a process of the test did not start")
    return pid


class Processes:
    """The processes of a test, which end with it."""

    def __init__(self):
        self.pids = []

    def __enter__(self):
        return self

    def start(self, run):
        self.pids.append(in_their_own_process(run))
        return self.pids[-1]

    def __exit__(self, *_):
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def execute(name, arguments, socket_for_it):
    """Starts a copy of sleep called `name` with these arguments, which keeps the socket that
    socket_for_it() gives it."""
    path = os.path.join(SCRATCH.encode(), name)
    shutil.copy(SLEEP, path)
    os.chmod(path, 0o755)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, signal.SIGKILL)
        try:
            keep = socket_for_it()
            os.set_inheritable(keep.fileno(), True)
            os.execv(path, arguments)
        finally:
            os._exit(127)
    os.close(writer)
    os.read(reader, 1)  # closed when it runs
    os.close(reader)
    os.unlink(path)
    return pid


def listener(port=0, family=socket.AF_INET):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1" if family == socket.AF_INET else "::1", port))
    s.listen(16)
    return s


def port_of(s):
    return s.getsockname()[1]


def document(*arguments, **more):
    status, out, err = natu("--json", *arguments, **more)
    equal(status, 0, err)
    return json.loads(out)


def row_at(port, *arguments):
    """The one listening socket of that port."""
    rows = document("-tl", "--port", port, *arguments)["sockets"]
    equal(len(rows), 1, f"rows of port {port}")
    return rows[0]


def holders(row):
    return [(holder["pid"], holder["fd"]) for holder in row["processes"]]


def ways():
    """The ways to look that are possible here."""
    status, _, err = natu("-tlp", "--owners", "bpf")
    if status == 0:
        return ["proc", "bpf", "auto"]
    check("BPF" in err, err)
    return ["proc", "auto"]


def all_may_be_looked_into():
    """False if there is a process whose descriptors may not be read, as in some containers."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                os.readlink(f"/proc/{pid}/fd/{fd}")
                break
        except PermissionError:
            return False
        except OSError:
            pass  # it has ended
    return True


def ways_that_see_all():
    """The ways to look that leave nothing hidden here."""
    seen = ways()
    if not all_may_be_looked_into():
        # Where the kernel's own list can be had, "auto" falls back on it.
        seen = ["bpf", "auto"] if "bpf" in seen else []
    if not seen:
        skip("there are processes that may not be looked into")
    return seen


def as_nobody():
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def program_for_all():
    """A copy of natu where anyone may run it."""
    if os.getuid() != 0:
        skip("only root can become another user")
    try:
        with open("/proc/self/uid_map", encoding="ascii") as f:
            check(f.read().split()[2] == "4294967295")
    except Exception:
        skip("there is only one user here")
    os.chmod(SCRATCH, 0o755)
    path = os.path.join(SCRATCH, "natu")
    shutil.copy(NATU, path)
    os.chmod(path, 0o755)
    return path
