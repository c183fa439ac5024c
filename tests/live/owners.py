# SPDX-License-Identifier: MIT
"""Owners of sockets. The oracle is the processes: they know what they opened, forked and passed."""

import json
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import (NATU, SCRATCH, check, equal, libc, natu, raise_descriptor_limit, run_tests,
                  skip, system_calls, wait_for)
from holders import (Processes, document, execute, holders, listener, port_of, row_at, ways)

# --- who holds it -----------------------------------------------------------------------------

def test_forked_duplicated_and_passed_sockets_have_all_holders():
    kept, closed, passed = listener(), listener(family=socket.AF_INET6), listener()
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    told_here, told_there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    socket.send_fds(here, [b"."], [passed.fileno()])

    def child():
        os.close(closed.fileno())
        os.close(passed.fileno())
        copies = [os.dup(udp.fileno()), os.dup2(udp.fileno(), 200)]
        _, received, _, _ = socket.recv_fds(there, 1, 1)
        told_there.send(json.dumps({"udp": copies, "passed": received}).encode())

    with Processes() as processes:
        pid = processes.start(child)
        told = json.loads(told_here.recv(1000))
        me = os.getpid()
        truth = {
            kept: [(me, kept.fileno()), (pid, kept.fileno())],
            closed: [(me, closed.fileno())],
            passed: [(me, passed.fileno())] + [(pid, fd) for fd in told["passed"]],
            udp: [(me, udp.fileno()), (pid, udp.fileno())] + [(pid, fd) for fd in told["udp"]],
        }
        for way in ways():
            found = {row["local"]["port"]: holders(row)
                     for row in document("-p", "--owners", way)["sockets"] if row["processes"]}
            for s, wanted in truth.items():
                equal(found[port_of(s)], sorted(wanted), way)
    for s in (kept, closed, passed, udp, here, there, told_here, told_there):
        s.close()


def test_only_the_processes_of_pid_are_shown():
    with listener() as shared, Processes() as processes:
        pid = processes.start(lambda: None)
        for way in ways():
            row = row_at(port_of(shared), "-p", "--owners", way, "--pid", pid)
            equal(holders(row), [(pid, shared.fileno())], way)
        equal(natu("-tlq", "--port", port_of(shared), "--pid", pid)[0], 0)
        equal(natu("-tlq", "--port", port_of(shared), "--pid", 2 ** 31 - 1)[0], 4)


def test_with_pid_nobody_else_is_looked_into():
    with listener() as shared, Processes() as processes:
        pids = [processes.start(lambda: None) for _ in range(2)]
        for way in ("auto", "proc"):
            for wanted, options in ((pids, ["--pid", f"{pids[0]},{pids[1]}"]),
                                    (pids[:1], ["--pid", pids[0]]),
                                    (pids[1:], ["--pid", pids[1], "process.fd > 0"])):
                lines = system_calls("openat,bpf", "-tlp", "--port", port_of(shared), "--owners",
                                     way, *options)
                names = [word for line in lines for word in line.split('"')[1::2] if "/fd" in word]
                equal(sorted({name.split("/")[0] for name in names}), sorted(map(str, wanted)),
                      (way, options))
                check(not any("bpf(" in line for line in lines), lines)


def test_a_thread_can_have_descriptors_of_its_own():
    ports, ready, done = [], threading.Event(), threading.Event()

    def run():
        if libc.unshare(0x400) == 0:  # CLONE_FILES
            s = listener()
            ports.append((port_of(s), s.fileno()))
            ready.set()
            done.wait()
            s.close()
        ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    try:
        if not ports:
            skip("no thread can have a table of descriptors of its own here")
        for way in ways():
            equal(holders(row_at(ports[0][0], "-p", "--owners", way)),
                  [(os.getpid(), ports[0][1])], way)
    finally:
        done.set()
        thread.join()


def has_ended(pid):
    """The first thread at least."""
    with open(f"/proc/{pid}/stat", "rb") as f:
        return f.read().rpartition(b")")[2].split()[0] == b"Z"


def end_first_thread_only():
    """Does not return; the other threads go on."""
    number = {"x86_64": 60, "aarch64": 93, "riscv64": 93, "ppc64le": 1, "s390x": 1}
    libc.syscall(number[os.uname().machine], 0)


def test_a_process_can_outlive_its_first_thread():
    """That has no descriptors any more, and the process has."""
    if os.uname().machine not in ("x86_64", "aarch64", "riscv64", "ppc64le", "s390x"):
        skip("what the system call is on this machine is not known here")
    s = listener()
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        threading.Thread(target=signal.pause).start()
        end_first_thread_only()
    try:
        port, fd = port_of(s), s.fileno()
        wait_for(lambda: has_ended(pid), "its end")
        s.close()
        for way in ways():
            equal(holders(row_at(port, "-p", "--owners", way)), [(pid, fd)], way)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_what_has_no_descriptors_is_not_looked_into():
    """The kernel's own threads, and processes that have ended; Linux 6.2 tells which."""
    if not os.stat("/proc/self/fd").st_size:
        skip("this kernel does not say how many descriptors there are")
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    wait_for(lambda: has_ended(pid), "its end")
    with listener() as s:
        lines = system_calls("openat", "-tlp", "--port", port_of(s), "--owners", "proc")
        check(any(f'"{os.getpid()}/fd"' in line for line in lines), "not looked into at all")
        check(not any(f'"{pid}/fd"' in line for line in lines), "looked into what has ended")
        equal(holders(row_at(port_of(s), "-p", "--owners", "proc")), [(os.getpid(), s.fileno())])
    os.waitpid(pid, 0)


def test_all_descriptors_of_a_large_process_are_found_whatever_their_numbers():
    """20,000 descriptors, with gaps, of which the first, the last and some between are sockets."""
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(20000, raise_descriptor_limit() - 100)
    told_here, told_there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with listener() as s, told_here, told_there, Processes() as processes:
        def fill():
            copies = {s.fileno()}
            null = os.open("/dev/null", os.O_RDONLY)
            for number in range(1000, most):
                if number % 7:
                    os.dup2(null, number)
                if number % 1500 == 0 or number == most - 1:
                    os.dup2(s.fileno(), number)
                    copies.add(number)
            told_there.send(json.dumps(sorted(copies)).encode())

        pid = processes.start(fill)
        wanted = [(pid, number) for number in json.loads(told_here.recv(100000))]
        for way in ways():
            found = holders(row_at(port_of(s), "-p", "--owners", way))
            equal([holder for holder in found if holder[0] == pid], wanted, way)
            equal(holders(row_at(port_of(s), "-p", "--owners", way, "--pid", pid)), wanted, way)
    resource.setrlimit(resource.RLIMIT_NOFILE, soft)


def test_a_process_is_chosen_by_any_of_its_names():
    script = os.path.join(SCRATCH, "tool.py")
    with open(script, "w", encoding="ascii") as f:
        f.write("import ctypes, time\nctypes.CDLL(None).prctl(15, b'any title')\n"
                "print(flush=True)\ntime.sleep(9999)\n")
    with listener() as s, listener() as other:
        os.set_inheritable(s.fileno(), True)
        with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, close_fds=False,
                              preexec_fn=lambda: libc.prctl(1, signal.SIGKILL)) as process:
            try:
                process.stdout.read(1)
                ports, mine = f"{port_of(s)},{port_of(other)}", os.getpid()
                name = os.path.basename(os.path.realpath(f"/proc/{process.pid}/exe"))
                for words, found in ((["--process", "any title"], [s]),
                                     (["--process", "tool.py"], [s]),
                                     (["--process", "nobody,tool.py"], [s]),
                                     (["--process", name], [s, other]),
                                     (["--process", "any"], []),
                                     (["process.title = 'any title'"], [s]),
                                     (["process.script = tool.py"], [s]),
                                     ([f"pid = {process.pid}"], [s]),
                                     ([f"not pid = {process.pid}"], [other]),
                                     ([f"pid = {mine} and process.script = tool.py"], [s]),
                                     (["--user", os.getuid()], [s, other]),
                                     (["--user", os.getuid() + 1], []),
                                     ([f"uid = {os.getuid()} and process.script = tool.py"], [s]),
                                     (["--user", os.getuid(), "--process", "tool.py"], [s]),
                                     (["--pid", mine, "--process", "tool.py"], []),
                                     (["--pid", process.pid, "--process", "tool.py"], [s])):
                    rows = document("-tl", "--port", ports, "--columns", "local.port",
                                    *words)["sockets"]
                    equal(sorted(row["local"]["port"] for row in rows),
                          sorted(port_of(one) for one in found), words)
            finally:
                process.kill()


def test_a_filter_by_process_sees_every_holder():
    with listener() as shared, listener(), Processes() as processes:
        pid = processes.start(lambda: None)
        for expression in (f"process.pid = {pid}", f"process.pid = {os.getpid()}",
                           f"has process.pid and port = {port_of(shared)}"):
            rows = document("-tlp", f"({expression}) and port = {port_of(shared)}")["sockets"]
            equal([holders(row) for row in rows],
                  [sorted([(pid, shared.fileno()), (os.getpid(), shared.fileno())])], expression)


def test_under_churn_nobody_is_a_wrong_owner():
    """Children come and go. Each has its port for itself alone, and its name says which."""
    numbers, rounds = [], 25
    while len(numbers) < 6:
        with listener() as s:
            numbers.append(port_of(s))
    had = {number: set() for number in numbers}
    running = {}

    def start(number):
        pid = execute(b"w%d" % number, [b"w", b"9999"], lambda: listener(number))
        had[number].add(pid)
        running[pid] = number

    def end(pid):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return running.pop(pid)

    for number in numbers:
        start(number)
    seen, possible = 0, ways()
    try:
        for turn in range(rounds):
            with subprocess.Popen([NATU, "-tlpj", "--owners", possible[turn % len(possible)]],
                                  stdout=subprocess.PIPE) as process:
                for _ in range(4):  # while it looks
                    start(end(random.choice(list(running))))
                rows = json.load(process.stdout)["sockets"]
            equal(process.returncode, 0)
            for row in rows:
                port = row["local"]["port"]
                for holder in row["processes"] or [] if port in had else []:
                    check(holder["pid"] in had[port], f"{holder} of port {port}: {had[port]}")
                    name = holder["name"] or "python"
                    check(name == f"w{port}" or name.startswith("python"), holder, port)
                    seen += 1
    finally:
        for pid in list(running):
            end(pid)
    check(seen > rounds, f"only {seen} holders were seen")


# --- who is in the way ------------------------------------------------------------------------

def in_the_way(where, *arguments):
    """What `natu listen` says of a port that is taken."""
    status, out, err = natu("listen", *arguments, where)
    equal((status, out), (1, ""), err)
    lines = err.splitlines()
    check("Address already in use" in lines[0], err)
    return lines[1:]


def test_who_has_the_port_already_is_named():
    name, title = b"a) \n\x1b[31m\xffb", "a) \\n\\x1b[31m\\xffb"
    with listener() as s, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, \
            Processes() as processes:
        udp.bind(("127.0.0.1", 0))
        me, mine = os.getpid(), os.path.basename(os.path.realpath(sys.executable))
        where = f"127.0.0.1:{port_of(s)}"
        equal(in_the_way(where),
              [f"natu: in the way: a listener at {where}, held by {mine}, pid {me}"])
        place = f"127.0.0.1:{port_of(udp)}"
        equal(in_the_way(place, "-u"),
              [f"natu: in the way: a socket at {place}, held by {mine}, pid {me}"])
        first = min(me, processes.start(lambda: None))
        equal(in_the_way(where),
              [f"natu: in the way: a listener at {where}, held by {mine}, pid {first} "
               "and 1 other process"])
        pid = execute(name, [b"x", b"9999"], lambda: s)
        s.close()
        try:
            equal(in_the_way(where)[0].count("\x1b"), 0)
            for child in processes.pids:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            processes.pids.clear()
            equal(in_the_way(where),
                  [f"natu: in the way: a listener at {where}, held by {title}, pid {pid}"])
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


# --- how they are called ----------------------------------------------------------------------

def test_names_hold_any_byte():
    name = b"a b)\n\x1b[31m\xff("
    with listener() as s:
        pid = execute(name, [b"/x/\x1b[2J", b"9999"], lambda: s)
        try:
            row = row_at(port_of(s), "-p")
            found = [holder for holder in row["processes"] if holder["pid"] == pid][0]
            equal(found["name"], name.decode("utf-8", "replace"))
            equal(found["title"], name[:15].decode("utf-8", "replace"))
            equal(found["command"], "/x/\x1b[2J 9999")
            status, out, _ = natu("-tlH", "--port", port_of(s), "--columns",
                                  "process.name,process.command")
            equal(status, 0)
            check("\x1b" not in out and out.count("\n") == 1, repr(out))
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def test_the_table_is_netstats():
    if not shutil.which("netstat"):
        skip("no netstat")
    names = [b"/usr/sbin/sshd", b"sshd: /usr/sbin/sshd -D [listener]", b"/bin/", b"plain",
             b"/a/b /c/d", b"/usr/lib/systemd/systemd-resolved", b"x" * 600, b"./a/b", b"a b  c ",
             b"/" + b"y" * 600 + b"/z"]
    pids = []
    try:
        for name in names:
            pids.append(execute(b"program", [name, b"9999"], listener))
        wanted = subprocess.run(["netstat", "-tlnpW"], capture_output=True, check=True).stdout
        for way in ways():
            found = subprocess.run([NATU, "-tlnp", "--owners", way], capture_output=True,
                                   check=True).stdout
            equal(found, wanted, way)
        check(wanted.count(b"\n") >= len(names) + 2, wanted)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


run_tests(dict(globals()))
