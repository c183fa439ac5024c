# SPDX-License-Identifier: MIT
"""What live/listen, live/connect and live/obstacle share: a private network, results, the program."""

import ctypes
import fcntl
import os
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

NATU = os.environ["NATU"]
SANITIZED = bool(os.environ.get("NATU_SANITIZED"))
PATIENCE = 60  # against a hang only; nothing is judged by it
SCRATCH = tempfile.mkdtemp(prefix="natu-")

libc = ctypes.CDLL(None, use_errno=True)
failures = 0


class Failure(Exception):
    pass


def check(condition, *what):
    if not condition:
        raise Failure(" ".join(str(w) for w in what))


def equal(got, wanted, what=""):
    check(got == wanted, f"{what}: got {got!r:.300}, wanted {wanted!r:.300}")


def skip(reason):
    raise Skip(reason)


class Skip(Exception):
    pass


def run_tests(tests):
    """Runs all functions of that dictionary that are called test_..., or those named as arguments."""
    for name, test in tests.items():
        if not name.startswith("test_") or (sys.argv[1:] and name not in sys.argv[1:]):
            continue
        global failures
        label = name[5:].replace("_", "-")
        try:
            test()
            print(f"ok {label}", flush=True)
        except Skip as reason:
            print(f"skip {label}: {reason}", flush=True)
        except (Failure, OSError, subprocess.TimeoutExpired) as trouble:
            failures += 1
            print(f"{type(trouble).__name__}: {trouble}")
            print(f"not ok {label}", flush=True)
    subprocess.run(["rm", "-rf", SCRATCH], check=False)
    sys.exit(1 if failures else 0)


# --- the network ------------------------------------------------------------------------------

def loopback_up():
    with socket.socket() as s:
        request = struct.pack("16sh", b"lo", 0x1)  # IFF_UP
        fcntl.ioctl(s, 0x8914, request)  # SIOCSIFFLAGS


def enter_private_network():
    """A network namespace of our own; as an ordinary user, in a user namespace of our own."""
    uid, gid = os.getuid(), os.getgid()
    newuser, newnet = 0x10000000, 0x40000000
    if libc.unshare(newnet) != 0:
        if libc.unshare(newuser | newnet) != 0:
            return False
        for file, line in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"),
                           ("gid_map", f"0 {gid} 1")):
            with open(f"/proc/self/{file}", "w", encoding="ascii") as f:
                f.write(line)
    loopback_up()
    return True


PRIVATE = enter_private_network()


def setting(path, value):
    if not PRIVATE:
        skip("no network namespace can be made here")
    with open(f"/proc/sys/net/ipv4/{path}", "w", encoding="ascii") as f:
        f.write(value)


def ipv6_setting(name, value):
    setting(f"../ipv6/{name}", value)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(("::1", 0))
        return True
    except OSError:
        return False


def raise_descriptor_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


# --- the program ------------------------------------------------------------------------------

# What whoever runs the tests ignores, as nohup does, natu would ignore too.
signal.signal(signal.SIGHUP, lambda *_: None)


def natu(*arguments, **more):
    """Runs it to its end: status, stdout, stderr."""
    done = subprocess.run([NATU, *map(str, arguments)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE, check=False, **more)
    return done.returncode, done.stdout, done.stderr


def system_calls(calls, *arguments):
    """What natu asked of the kernel, line by line."""
    if SANITIZED:
        skip("a program with sanitizers cannot be traced")
    if not shutil.which("strace"):
        skip("no strace")
    trace = os.path.join(SCRATCH, "trace")
    done = subprocess.run(["strace", "-f", "-qq", "-o", trace, "-e", f"trace={calls}", NATU,
                           *map(str, arguments)], capture_output=True, check=False)
    if done.returncode:
        skip("strace cannot trace here")
    with open(trace, encoding="utf-8", errors="replace") as f:
        return f.readlines()


class Natu:
    """A natu that runs beside the test: its first line is read, and it is always ended."""

    def __init__(self, *arguments, **more):
        self.errors = open(os.path.join(SCRATCH, "stderr"), "w+", encoding="utf-8")
        self.process = subprocess.Popen([NATU, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        **more)
        self.pid = self.process.pid
        self.first = self.line()

    def __enter__(self):
        return self

    def __exit__(self, trouble, *_):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.process.stdout.close()
        said = self.said()
        self.errors.close()
        # Whatever the test was about: it ends well, and without a leak.
        check(trouble or status in (0, 1), f"natu ended with {status}:", said)

    def line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        check(ready, "natu says nothing")
        return self.process.stdout.readline().rstrip("\n")

    def said(self):
        self.errors.flush()
        with open(self.errors.name, encoding="utf-8") as f:
            return f.read()

    def end(self, number=signal.SIGTERM):
        """Signals it (0: waits for it); gives its status and its last line."""
        if number:
            self.process.send_signal(number)
        patience = threading.Timer(PATIENCE, self.process.kill)
        patience.start()
        rest = self.process.stdout.read()
        status = self.process.wait(PATIENCE)
        patience.cancel()
        return status, rest.splitlines()[-1] if rest else ""

    def cpu_ticks(self):
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def memory_kib(self):
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


class Listener(Natu):
    def __init__(self, *arguments, **more):
        super().__init__("listen", *arguments, **more)
        self.name = self.first.split(" ", 2)[2] if self.first.count(" ") >= 2 else ""
        self.port = int(self.name.rsplit(":", 1)[1]) if ":" in self.name else 0

    def client(self, **more):
        s = socket.create_connection(("127.0.0.1", self.port), **more)
        s.settimeout(PATIENCE)
        return s


# --- helpers ----------------------------------------------------------------------------------

def read_exactly(s, length):
    parts = []
    while length:
        part = s.recv(min(length, 1 << 20))
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def read_all(s):
    parts = []
    while part := s.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < end, "waited in vain for", what)
        time.sleep(0.01)


def tcp_rows(state=None, local_port=None, peer_port=None):
    """What the kernel says itself: (local port, peer port, state, receive queue)."""
    rows = []
    with open("/proc/thread-self/net/tcp", encoding="ascii") as f:
        for line in f.readlines()[1:]:
            fields = line.split()
            local, peer = (int(fields[i].split(":")[1], 16) for i in (1, 2))
            row = (local, peer, int(fields[3], 16), int(fields[4].split(":")[1], 16))
            if ((state is None or row[2] == state) and
                    (local_port is None or local == local_port) and
                    (peer_port is None or peer == peer_port)):
                rows.append(row)
    return rows
