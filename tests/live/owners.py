# SPDX-License-Identifier: MIT
"""Owners of sockets. The oracle is the processes: they know what they opened, forked and passed."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import NATU, SCRATCH, check, equal, libc, natu, run_tests, skip, wait_for

SLEEP = os.path.realpath(shutil.which("sleep"))
NOBODY = 65534
CLONE_NEWNS, MS_REC_PRIVATE = 0x20000, 0x44000


def in_their_own_process(run):
    """Runs it in a process that then waits; returns its pid once it is done."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        try:
            run()
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
    seen = 0
    try:
        for turn in range(rounds):
            with subprocess.Popen([NATU, "-tlpj", "--owners", ("proc", "auto")[turn % 2]],
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


# --- nobody there -----------------------------------------------------------------------------

def owner_of(condition):
    rows = [row for row in document("-tp", "--columns",
                                    "+owner.pid,owner.name,owner.candidates")["sockets"]
            if condition(row)]
    equal(len(rows), 1, "rows")
    return rows[0]["owner"], rows[0]["processes"]


def test_connections_without_a_process_say_why():
    server = listener()
    port = port_of(server)
    client = socket.create_connection(("127.0.0.1", port))
    number = client.getsockname()[1]

    def of_server(row):
        return (row["local"]["port"], row["peer"]["port"]) == (port, number)

    def of_client(row):
        return (row["local"]["port"], row["peer"]["port"]) == (number, port)

    owner, processes = owner_of(of_server)
    equal((owner["kind"], owner["pid"], processes), ("unaccepted", os.getpid(), []))
    connection, _ = server.accept()
    owner, processes = owner_of(of_server)
    equal((owner["kind"], owner["pid"], len(processes)), ("process", None, 1))
    client.setblocking(False)
    try:
        while client.send(b"x" * 65536):
            pass  # until no more is taken
    except BlockingIOError:
        pass
    client.close()  # the kernel still has what its peer does not read
    owner, processes = owner_of(of_client)
    equal((owner["kind"], processes), ("orphan", []))
    while connection.recv(1 << 20):
        pass
    connection.close()
    wait_for(lambda: owner_of(of_client)[0]["kind"] == "time_wait", "TIME_WAIT")
    equal(owner_of(of_client), ({"kind": "time_wait", "pid": None, "name": None,
                                 "candidates": None}, []))
    server.close()


# --- without privileges -----------------------------------------------------------------------

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


def test_an_ordinary_user_is_told_what_is_hidden():
    path = program_for_all()
    with listener() as s:
        command = [path, "-tlpj", "--port", str(port_of(s))]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              preexec_fn=as_nobody, cwd="/")
        equal(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        equal(found["sockets"][0]["processes"], None)
        equal(found["sockets"][0]["owner"]["kind"], "hidden")
        equal(found["complete"], {"sockets": True, "processes": False})
        equal(done.stderr, "natu: the owner of 1 socket is hidden: run as root or grant "
                           "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH\n")
        done = subprocess.run(command + ["--strict"], capture_output=True, check=False,
                              preexec_fn=as_nobody, cwd="/")
        equal(done.returncode, 3)
        done = subprocess.run(command + ["--owners", "bpf"], capture_output=True, text=True,
                              check=False, preexec_fn=as_nobody, cwd="/")
        equal(done.returncode, 1, done.stderr)
        check("BPF" in done.stderr, done.stderr)


def test_cgroup_and_unit_need_no_privilege():
    path = program_for_all()
    top = os.path.join(SCRATCH, "cgroup")
    os.mkdir(top)
    name = f"natu-test-{os.getpid()}.service"

    def enter():
        """A mount namespace, in which the hierarchy is where the test wants it."""
        check(libc.unshare(CLONE_NEWNS) == 0, "unshare")
        check(libc.mount(b"", b"/", None, MS_REC_PRIVATE, None) == 0, "mount")
        check(libc.mount(b"none", top.encode(), b"cgroup2", 0, None) == 0, "mount")
        os.mkdir(os.path.join(top, name))
        with open(os.path.join(top, name, "cgroup.procs"), "w", encoding="ascii") as f:
            f.write(str(os.getpid()))
        s = listener()
        try:
            done = subprocess.run([path, "-tlj", "--port", str(port_of(s)), "--columns",
                                   "cgroup,unit"], capture_output=True, text=True, check=True,
                                  preexec_fn=as_nobody, cwd="/")
            row = json.loads(done.stdout)["sockets"][0]
            equal(row, {"cgroup": f"/{name}", "unit": name})
        finally:
            with open(os.path.join(top, "cgroup.procs"), "w", encoding="ascii") as f:
                f.write(str(os.getpid()))
            os.rmdir(os.path.join(top, name))

    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            enter()
            os.write(writer, b"ok")
        except Exception as trouble:  # pylint: disable=broad-except
            os.write(writer, str(trouble).encode())
        os._exit(0)
    os.close(writer)
    said = os.read(reader, 4096).decode()
    os.close(reader)
    os.waitpid(pid, 0)
    if said in ("unshare", "mount"):
        skip("the hierarchy of cgroups cannot be mounted here")
    equal(said, "ok")


run_tests(dict(globals()))
