# SPDX-License-Identifier: MIT
"""Sockets that nobody seems to hold: why, and who else answers for them."""

import ctypes
import json
import os
import shutil
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import SANITIZED, SCRATCH, check, equal, has_ipv6, libc, natu, run_tests, skip, wait_for
from holders import (Processes, as_nobody, document, listener, port_of, program_for_all, row_at,
                     ways, ways_that_see_all)

CLONE_NEWNS, CLONE_NEWPID, MS_REC_PRIVATE = 0x20000, 0x20000000, 0x44000


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


# --- who may accept it ------------------------------------------------------------------------

SO_REUSEPORT, SO_BINDTODEVICE, TCP_DEFER_ACCEPT, IPV6_V6ONLY = 15, 25, 9, 26


def waiting_listener(address, port, v6only=False, device=None, defer=False):
    """With `defer` its connections stay in SYN_RECV until data comes; none is ever accepted."""
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    if ":" in address:
        s.setsockopt(socket.IPPROTO_IPV6, IPV6_V6ONLY, v6only)
    s.setsockopt(socket.SOL_SOCKET, SO_REUSEPORT, 1)
    if device:
        s.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, device)
    if defer:
        s.setsockopt(socket.IPPROTO_TCP, TCP_DEFER_ACCEPT, 60)
    s.bind((address, port))
    s.listen(16)
    return s


def free_port():
    with socket.socket(socket.AF_INET6 if has_ipv6() else socket.AF_INET) as s:
        s.bind(("", 0))
        return port_of(s)


def answers(port, way, *arguments):
    """Who answers for the connections that came in there: {address: owner}."""
    rows = document("-tp", "--sport", port, "--connected", "--owners", way, "--columns",
                    "+owner.pid,owner.name,owner.candidates", *arguments)["sockets"]
    for row in rows:
        equal(row["processes"], [])
        check(row["owner"]["kind"] in ("syn_recv", "unaccepted"), row)
    return {row["local"]["address"]: (row["owner"]["pid"], row["owner"]["candidates"])
            for row in rows}


def each_kind_of_waiting(run):
    for defer in (False, True):
        for way in ways():
            with Processes() as processes:
                run(processes, free_port(), defer, way)


def test_connections_of_either_family_find_their_listener():
    def run(processes, port, defer, way):
        first = processes.start(lambda: waiting_listener("::", port, defer=defer))
        port2 = free_port()
        second = processes.start(lambda: waiting_listener("::", port2, True, defer=defer))
        third = processes.start(lambda: waiting_listener("0.0.0.0", port2, defer=defer))
        with socket.create_connection(("127.0.0.1", port)), \
                socket.create_connection(("::1", port)), \
                socket.create_connection(("127.0.0.1", port2)), \
                socket.create_connection(("::1", port2)):
            equal(answers(port, way), {"127.0.0.1": (first, None), "::1": (first, None)})
            equal(answers(port2, way), {"127.0.0.1": (third, None), "::1": (second, None)})

    if not has_ipv6():
        skip("no IPv6 here")
    each_kind_of_waiting(run)


def test_an_exact_address_comes_first_and_then_a_device():
    def run(processes, port, defer, way):
        processes.start(lambda: waiting_listener("0.0.0.0", port, defer=defer))
        device = processes.start(lambda: waiting_listener("0.0.0.0", port, device=b"lo",
                                                          defer=defer))
        exact = processes.start(lambda: waiting_listener("127.0.0.7", port, device=b"lo",
                                                         defer=defer))
        with socket.create_connection(("127.0.0.1", port)), \
                socket.create_connection(("127.0.0.7", port)):
            equal(answers(port, way), {"127.0.0.1": (device, None), "127.0.0.7": (exact, None)})

    each_kind_of_waiting(run)


def test_of_several_listeners_all_are_candidates():
    def run(processes, port, defer, way):
        pids = [processes.start(lambda: waiting_listener("0.0.0.0", port, defer=defer))
                for _ in range(3)]
        with socket.create_connection(("127.0.0.1", port)):
            wanted = ",".join(map(str, sorted(pids)))
            equal(answers(port, way), {"127.0.0.1": (None, wanted)})

    each_kind_of_waiting(run)


def test_who_holds_all_of_several_listeners_is_named():
    def run(processes, port, defer, way):
        both = [waiting_listener("0.0.0.0", port, defer=defer) for _ in range(2)]
        child = processes.start(both[0].close)
        both[1].close()  # its process has the second one alone, and this one the first
        last = waiting_listener("0.0.0.0", port, defer=defer)
        with both[0], last, socket.create_connection(("127.0.0.1", port)):
            me = os.getpid()
            wanted = ",".join(map(str, sorted([me, child])))
            equal(answers(port, way), {"127.0.0.1": (None, wanted)})
            # To a listener that it shares, either may be the one.
        with waiting_listener("0.0.0.0", port + 1, defer=defer) as shared:
            child = processes.start(lambda: None)
            with socket.create_connection(("127.0.0.1", port_of(shared))):
                wanted = ",".join(map(str, sorted([me, child])))
                equal(answers(port_of(shared), way), {"127.0.0.1": (min(me, child), wanted)})

    each_kind_of_waiting(run)


# --- not in any process -----------------------------------------------------------------------

def unheld(s, *arguments):
    """The owner of a listener that no process holds any more, given its port."""
    rows = document("-tlp", "--port", s, "--columns", "+owner.pid,owner.name,owner.candidates",
                    *arguments)["sockets"]
    equal(len(rows), 1, "rows")
    equal(rows[0]["processes"], [])
    return rows[0]["owner"]


def test_an_io_uring_that_holds_a_socket_is_named():
    parameters = (ctypes.c_char * 120)()
    ring = libc.syscall(425, 4, parameters)  # io_uring_setup
    if ring < 0:
        skip("no io_uring here")
    s = listener()
    port = port_of(s)
    files = (ctypes.c_int * 3)(-1, s.fileno(), -1)
    check(libc.syscall(427, ring, 2, files, 3) == 0, "io_uring_register")  # REGISTER_FILES
    equal(row_at(port, "-p")["owner"], {"kind": "process"}, "while it has a descriptor")
    s.close()
    with open(f"/proc/self/fdinfo/{ring}", encoding="ascii") as info:
        tells = "socket:[" in info.read()  # an older kernel names the protocol alone
    for way in ways():
        owner = unheld(port, "--owners", way)
        if not tells:
            equal((owner["kind"], owner["pid"]), ("unknown", None), way)
            check("io_uring" in owner["candidates"].split(","), owner)
            continue
        equal((owner["kind"], owner["pid"], owner["candidates"]),
              ("io_uring", os.getpid(), None), way)
        check(owner["name"].startswith("python"), owner)
    os.close(ring)
    wait_for(lambda: not document("-tl", "--port", port)["sockets"], "the ring's end")


def test_a_socket_in_flight_is_one_of_the_candidates():
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    s = listener()
    port = port_of(s)
    socket.send_fds(here, [b"."], [s.fileno()])
    s.close()
    for way in ways_that_see_all():
        owner = unheld(port, "--owners", way)
        equal((owner["kind"], owner["pid"]), ("unknown", None), way)
        check("in_flight" in owner["candidates"].split(","), owner)
        check("io_uring" not in owner["candidates"].split(","), owner)
    _, received, _, _ = socket.recv_fds(there, 1, 1)
    equal(row_at(port, "-p")["owner"], {"kind": "process"})
    os.close(received[0])
    here.close()
    there.close()


def test_a_socket_of_the_kernel_has_no_process():
    port = 4789
    for words in (["link", "add", "natu0", "type", "vxlan", "id", "1", "dstport", str(port),
                   "dev", "lo"], ["link", "set", "natu0", "up"]):
        done = subprocess.run(["ip", *words], capture_output=True, check=False) \
            if shutil.which("ip") else None
        if not done or done.returncode:
            skip("no VXLAN can be made here")
    try:
        for way in ways_that_see_all():
            for row in document("-uap", "--port", port, "--owners", way, "--columns",
                                "+owner.candidates")["sockets"]:
                equal(row["processes"], [])
                equal(row["owner"]["kind"], "unknown")
                check("kernel" in row["owner"]["candidates"].split(","), row)
                check("other_namespace" not in row["owner"]["candidates"].split(","), row)
                check(row["inode"], row)
    finally:
        subprocess.run(["ip", "link", "del", "natu0"], check=True)


def in_another_pid_namespace(run):
    """Runs it in the first process of a pid namespace, which has a /proc of its own; what it
    returns is a text."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            said = "unshare"
            if libc.unshare(CLONE_NEWNS | CLONE_NEWPID) == 0:
                inner = os.fork()
                if inner:
                    os.waitpid(inner, 0)
                    os._exit(0)
                said = "mount"
                if libc.mount(b"", b"/", None, MS_REC_PRIVATE, None) == 0 and \
                        libc.mount(b"proc", b"/proc", b"proc", 0, None) == 0:
                    said = run()
        except Exception as trouble:  # pylint: disable=broad-except
            said = f"failed: {trouble}"
        finally:
            os.write(writer, said.encode())
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as f:
        said = f.read()
    os.waitpid(pid, 0)
    if said in ("unshare", "mount"):
        skip("no pid namespace can be made here")
    return said


def test_in_a_pid_namespace_the_processes_outside_may_be_owners():
    with listener() as outside, Processes() as processes:
        processes.start(outside.close)  # would be found, if it were not for the namespace

        def look():
            told = {}
            with listener() as inside:
                os.close(outside.fileno())
                for way in ("auto", "proc"):
                    told[way] = [unheld(port_of_outside, "--owners", way),
                                 [holder["pid"] for holder in row_at(port_of(inside), "-p")
                                  ["processes"]]]
                told["bpf"] = natu("-tlp", "--owners", "bpf")
            return json.dumps(told)

        port_of_outside = port_of(outside)
        said = in_another_pid_namespace(look)
        check(said.startswith("{"), said)
        told = json.loads(said)
        for way in ("auto", "proc"):
            owner, pids = told[way]
            equal(owner["kind"], "unknown", way)
            check("other_namespace" in owner["candidates"].split(","), owner)
            equal(pids, [1], way)  # its pid there, not the one that the kernel began with
        equal(told["bpf"][0], 1)
        check("pid namespace" in told["bpf"][2], told["bpf"][2])


# --- without privileges -----------------------------------------------------------------------

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


HELP = "run as root or grant CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"


def as_user(path, *arguments, before=(), prepare=as_nobody):
    """Status, document and the messages of natu, run as an ordinary user or as it is prepared."""
    done = subprocess.run([*before, path, "--json", *map(str, arguments)], capture_output=True,
                          text=True, check=False, preexec_fn=prepare, cwd="/")
    return done.returncode, json.loads(done.stdout), done.stderr


def test_processes_that_were_asked_for_and_may_not_be_looked_into_are_told():
    path = program_for_all()
    with listener() as s, Processes() as processes:
        pid = processes.start(lambda: None)
        me = os.getpid()
        port = ["-tl", "--port", port_of(s)]
        status, found, err = as_user(path, *port, "--pid", me)
        equal((status, found["sockets"], found["complete"]["processes"]), (0, [], False))
        equal(err, f"natu: process {me} may not be looked into: {HELP}\n")
        status, found, err = as_user(path, *port, "--pid", f"{me},{pid}", "--strict")
        equal((status, found["sockets"]), (3, []))
        equal(err, f"natu: some of the processes asked for may not be looked into: {HELP}\n")
        status, found, err = as_user(path, *port, "--process", "nobody_is_called_so")
        equal((status, found["sockets"], found["complete"]["processes"]), (0, [], False))
        equal(err, f"natu: the owner of 1 socket is hidden: {HELP}\n")
        # What is certain without knowing the owner is shown.
        status, found, err = as_user(path, *port, f"process.pid = {me} or uid = {os.getuid()}")
        equal((status, len(found["sockets"])), (0, 1), err)


def test_root_of_a_user_namespace_is_told_that_it_is_one():
    path = program_for_all()
    if not shutil.which("unshare") or subprocess.run(
            ["unshare", "-Ur", "true"], capture_output=True, check=False,
            preexec_fn=as_nobody).returncode:
        skip("no user namespaces for ordinary users")
    with listener() as s:
        status, found, err = as_user(path, "-tlp", "--port", port_of(s),
                                     before=["unshare", "-Ur"])
        equal((status, found["sockets"][0]["owner"]["kind"]), (0, "hidden"), err)
        equal(err, "natu: the owner of 1 socket is hidden: run as root outside of this user "
                   "namespace\n")


def with_proc(kind, options, run):
    """Runs it in a mount namespace where that is mounted at /proc; what it returns is a text."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        said = "mount"
        try:
            if libc.unshare(CLONE_NEWNS) == 0 and \
                    libc.mount(b"", b"/", None, MS_REC_PRIVATE, None) == 0 and \
                    libc.mount(b"none", b"/proc", kind, 0, options) == 0:
                said = json.dumps(run())
        except Exception as trouble:  # pylint: disable=broad-except
            said = json.dumps(f"failed: {trouble}")
        finally:
            os.write(writer, said.encode())
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as f:
        said = f.read()
    os.waitpid(pid, 0)
    if said == "mount":
        skip(f"no {kind.decode()} with {options} can be mounted here")
    return json.loads(said)


def test_whatever_proc_hides_is_told():
    path = program_for_all()
    hidden = ", as /proc is mounted with hidepid"
    with listener() as s, Processes() as processes:
        pid = processes.start(lambda: None)
        wanted = {os.getpid(), pid}
        arguments = ["-tlp", "--strict", "--port", port_of(s)]

        def look():
            return [as_user(path, *arguments, prepare=who) for who in (None, as_nobody)]

        for kind, options, more in ((b"proc", b"hidepid=2", hidden),
                                    (b"proc", b"subset=pid", ""),
                                    (b"proc", b"subset=pid,hidepid=2", hidden)):
            told = with_proc(kind, options, look)
            equal(told[0][0], 0, told)
            seen = {holder["pid"] for holder in told[0][1]["sockets"][0]["processes"]}
            check(seen >= wanted, seen, wanted)
            equal(told[0][1]["complete"], {"sockets": True, "processes": True})
            equal((told[1][0], told[1][1]["sockets"][0]["processes"],
                   told[1][1]["sockets"][0]["owner"]["kind"]), (3, None, "hidden"), options)
            equal(told[1][2], f"natu: the owner of 1 socket is hidden{more}: {HELP}\n")
        if SANITIZED:
            return  # what watches memory needs /proc itself
        for status, found, err in with_proc(b"tmpfs", None, look):
            equal((status, found["sockets"][0]["processes"],
                   found["sockets"][0]["owner"]["kind"]), (3, None, "hidden"))
            equal(err, "natu: the owner of 1 socket is hidden: finding owners: there is no /proc\n")


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
            equal(done.stderr, "")
            # Without its hierarchy an id has no path, and that is said.
            check(libc.umount2(top.encode(), 2) == 0, "umount")
            done = subprocess.run([path, "-tlj", "--port", str(port_of(s)), "--columns",
                                   "cgroup,unit"], capture_output=True, text=True, check=True,
                                  preexec_fn=as_nobody, cwd="/")
            with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
                elsewhere = "cgroup2" in mounts.read()
            if not elsewhere:
                equal(json.loads(done.stdout)["sockets"][0], {"cgroup": None, "unit": None})
                check("is not mounted here" in done.stderr, done.stderr)
            check(libc.mount(b"none", top.encode(), b"cgroup2", 0, None) == 0, "mount")
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
