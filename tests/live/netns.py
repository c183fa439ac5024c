# SPDX-License-Identifier: MIT
"""Network namespaces. The oracle is who made them: their inodes, and the sockets in each."""

import base64
import contextlib
import csv
import errno
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from random import randrange

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import (NATU, PATIENCE, PRIVATE, SCRATCH, check, equal, libc, loopback_up, natu,
                  run_tests, skip)

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_BIND, MS_REC_PRIVATE = 0x1000, 0x44000
NAMES = "/run/netns"
PLACE = os.path.join(SCRATCH, "a place")
NOBODY = 65534
with open("/proc/self/uid_map", encoding="ascii") as map_of_users:
    # Root of a user namespace of its own is no second user, and not root of what is outside.
    AS_ROOT = os.getuid() == 0 and int(map_of_users.read().split()[2]) > 65534


def inode_of(path="/proc/self/ns/net"):
    return os.stat(path).st_ino


def private_run():
    """A /run of our own, so that the namespaces that ip netns knows are ours."""
    if libc.unshare(CLONE_NEWNS) != 0:
        return False
    libc.mount(b"none", b"/", None, MS_REC_PRIVATE, None)
    if libc.mount(b"none", b"/run", b"tmpfs", 0, None) != 0:
        return False
    os.mkdir(NAMES)
    return True


READY = PRIVATE and private_run()


def enter(fd):
    if libc.setns(fd, CLONE_NEWNET) != 0:
        raise OSError("setns")


class Namespace:
    """A namespace with a listener in it. It has a process unless that is not wanted: then the test
    itself holds the listener, and is elsewhere."""

    def __init__(self, mount=None, has_process=True):
        self.mount, self.pid = mount, None
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        if libc.unshare(CLONE_NEWNET) != 0:
            os.close(home)
            skip("no network namespace can be made here")
        try:
            loopback_up()
            self.inode = inode_of()
            # Other namespaces of this machine may have the same port, but not this address.
            self.address = f"127.{randrange(1, 255)}.{randrange(1, 255)}.{randrange(1, 255)}"
            self.listener = socket.create_server((self.address, 0))
            self.end_point = self.listener.getsockname()
            self.port = self.end_point[1]
            if mount:
                with open(mount, "wb"):
                    pass
                libc.mount(b"/proc/self/ns/net", os.fsencode(mount), None, MS_BIND, None)
            if has_process:
                self.start()
        finally:
            enter(home)
            os.close(home)
        if has_process:
            self.listener.close()

    def start(self):
        self.pid = os.fork()
        if self.pid == 0:
            libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
            while True:
                signal.pause()

    def end(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = None
        self.listener.close()
        if self.mount:
            libc.umount2(os.fsencode(self.mount), 2)  # MNT_DETACH
            os.unlink(self.mount)

    def run_inside(self, *arguments):
        fd = os.open(self.mount or f"/proc/{self.pid}/ns/net", os.O_RDONLY)
        try:
            return natu(*arguments, preexec_fn=lambda: enter(fd))
        finally:
            os.close(fd)


class Namespaces:
    """blue has a name, and so has empty, where nobody is; one is mounted elsewhere; one has nothing
    but its process."""

    def __enter__(self):
        if not READY:
            skip("no namespaces can be made here")
        self.all = []
        try:
            self.blue = self.add(Namespace(f"{NAMES}/blue"))
            self.empty = self.add(Namespace(f"{NAMES}/empty", has_process=False))
            self.place = self.add(Namespace(PLACE))
            self.plain = self.add(Namespace())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for one in self.all:
            one.end()

    def add(self, one):
        self.all.append(one)
        return one

    def name(self, one):
        return {self.blue: "blue", self.empty: "empty", self.place: PLACE}.get(one)


def listed(*arguments, **more):
    """The listeners of --all-netns: (netns, (address, port), pids)."""
    status, out, said = natu("--all-netns", "-tl", "--json", "-p", *arguments, **more)
    equal(status, 0, said)
    document = json.loads(out)
    return [(row["netns"], (row["local"]["address"], row["local"]["port"]),
             [holder["pid"] for holder in row["processes"] or []])
            for row in document["sockets"]], document, said


def nobody():
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def as_nobody(*arguments):
    if not AS_ROOT:
        skip("no second user to be")
    os.chmod(SCRATCH, 0o755)
    program = shutil.copy(NATU, os.path.join(SCRATCH, "natu"))
    done = subprocess.run([program, *map(str, arguments)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE, check=False,
                          preexec_fn=nobody)
    return done.returncode, done.stdout, done.stderr


# --- all of them ------------------------------------------------------------------------------

def test_each_once_with_its_name_and_owner():
    with Namespaces() as made, socket.create_server(("127.0.0.1", 0)) as own:
        rows, document, _ = listed()
        for one in made.all:
            found, = [row for row in rows if row[0] and row[0]["inode"] == one.inode]
            equal(found[:2], ({"inode": one.inode, "name": made.name(one)}, one.end_point))
            check((one.pid or os.getpid()) in found[2], found)
        here = [row for row in rows if row[1] == own.getsockname() and os.getpid() in row[2]]
        equal([row[0] for row in here], [{"inode": inode_of(), "name": None}])
        check(document["complete"]["sockets"] or not AS_ROOT, document["warnings"])


def test_the_own_one_comes_first_and_then_the_names():
    with Namespaces() as made, socket.create_server(("127.0.0.1", 0)):
        rows, _, _ = listed()
        order = []
        for netns, _, _ in rows:
            if netns and netns["inode"] not in order:
                order.append(netns["inode"])
        equal(order[0], inode_of())
        equal([n for n in order if n in (made.blue.inode, made.empty.inode, made.place.inode)],
              [made.place.inode, made.blue.inode, made.empty.inode])


def test_the_table_has_a_column():
    with Namespaces() as made:
        status, out, said = natu("--all-netns", "-tlp")
        equal(status, 0, said)
        equal(said if AS_ROOT else "", "")
        lines = out.splitlines()
        at = lines[1].index(" Netns") + 1
        for one in made.all:
            line, = [line for line in lines if f"{one.address}:{one.port} " in line]
            shown = made.name(one) or str(one.inode)
            check(line[at:].startswith(shown.replace("\\", "\\\\") + " "), line)


def test_both_sources_agree():
    with Namespaces() as made:
        wanted = {one.inode: one.end_point for one in made.all}
        for source in "diag", "proc":
            rows, document, _ = listed("--source", source)
            equal({row[0]["inode"]: row[1] for row in rows
                   if row[0] and row[0]["inode"] in wanted}, wanted)
            equal(document["sources"], {"tcp": source})


def test_filters_formats_and_groups():
    with Namespaces() as made:
        status, out, _ = natu("--all-netns", "-tl", "--ndjson", "netns.name = blue")
        rows = [json.loads(line) for line in out.splitlines()]
        equal((status, [row["local"]["port"] for row in rows]), (0, [made.blue.port]))
        status, out, _ = natu("--all-netns", "-tl", "--csv", f"netns.inode = {made.plain.inode}")
        row, = csv.DictReader(io.StringIO(out))
        equal((row["netns.inode"], row["netns.name"], row["local.port"]),
              (str(made.plain.inode), "", str(made.plain.port)))
        status, out, _ = natu("--all-netns", "-tlj", "--count-by", "netns.name",
                              "netns.name = blue or netns.name = empty")
        equal(sorted((g["netns"]["name"], g["count"]) for g in json.loads(out)["groups"]),
              [("blue", 1), ("empty", 1)])
        status, out, _ = natu("--all-netns", "-tlH", "--columns", "netns.name", "--sort",
                              "netns.name:desc", "has netns.name and not netns.name ~ place")
        equal(out.split(), ["empty", "blue"])
        status, out, _ = natu("--all-netns", "-tlH", "--top", 1)
        equal(len(out.splitlines()), 1)


def test_unix_sockets_are_of_a_namespace_too():
    with Namespaces() as made:
        fd, home = os.open(made.empty.mount, os.O_RDONLY), os.open("/proc/self/ns/net", os.O_RDONLY)
        name = f"natu-{os.getpid()}"
        enter(fd)
        there = socket.socket(socket.AF_UNIX)
        there.bind("\0" + name)
        there.listen()
        enter(home)
        os.close(fd)
        os.close(home)
        for source in "auto", "proc":
            for more in (["--all-netns"], ["-N", "empty", "--columns", "+netns"]):
                status, out, said = natu("-x", "--json", "--source", source, *more,
                                         f"local.path = '@{name}'")
                equal(status, 0, said)
                row, = json.loads(out)["sockets"]
                equal((row["netns"]["inode"], row["inode"]),
                      (made.empty.inode, os.fstat(there.fileno()).st_ino))
        equal(natu("-q", "-x", f"local.path = '@{name}'")[0], 4)
        there.close()


def test_names_may_hold_anything():
    if not READY:
        skip("no namespaces can be made here")
    for name, shown in (("a\x1b[31m\n b", "a\\x1b[31m\\n b"), ("'\";$(x)", "'\";$(x)"),
                        (b"\xff\xfe", None), ("-N", "-N"), ("12345678", "12345678")):
        path = os.path.join(NAMES.encode(), os.fsencode(name))
        one = Namespace(os.fsdecode(path))
        try:
            status, out, said = natu("-N", os.fsdecode(name), "-tlH", "--columns",
                                     "netns.name,local.port")
            equal(status, 0, said)
            equal(len(out.splitlines()), 1)
            check(shown is None or out.startswith(shown), out)
            status, out, said = natu("--all-netns", "-tl", "--json", "sport", one.port)
            row, = [row for row in json.loads(out)["sockets"]
                    if row["netns"] and row["netns"]["inode"] == one.inode]
            if shown:
                equal(row["netns"]["name"], name)
            else:
                equal(base64.b64decode(row["netns"]["name_base64"]), name)
        finally:
            one.end()


def test_again_and_again():
    with Namespaces() as made:
        program = subprocess.Popen([NATU, "--all-netns", "-tlp", "-H", "--interval", "0.05",
                                    "netns.name = blue"], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, text=True)
        counts = []
        for _ in range(12):
            check(f":{made.blue.port} " in program.stdout.readline(), "the listener is missing")
            counts.append(len(os.listdir(f"/proc/{program.pid}/fd")))
        program.terminate()
        program.wait()
        program.stdout.close()
        check(max(counts) < 30, f"descriptors pile up: {counts}")


def test_own_namespace_without_asking_for_others():
    with socket.create_server(("127.0.0.1", 0)) as own:
        port = own.getsockname()[1]
        status, out, _ = natu("-tlH", "--columns", "netns.inode,local.port", "sport", port)
        equal((status, out.split()), (0, [str(inode_of()), str(port)]))


def test_the_other_end_is_not_confused():
    # Two namespaces have the same addresses and ports: nothing of one is taken for the other's.
    with Namespaces() as made:
        sockets = []
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        for one in made.blue, made.place:
            fd = os.open(one.mount, os.O_RDONLY)
            enter(fd)
            server = socket.socket()
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", 7777))
            server.listen()
            client = socket.socket()
            client.bind(("127.0.0.1", 7778))
            client.connect(("127.0.0.1", 7777))
            enter(home)
            os.close(fd)
            sockets += [server, client]
        os.close(home)
        status, out, _ = natu("--all-netns", "-tj", "-p", "--columns", "+owner,netns",
                              "port = 7777 and state established and netns.inode = "
                              f"{made.blue.inode},{made.place.inode}")
        equal(status, 0)
        rows = json.loads(out)["sockets"]
        equal(sorted(row["netns"]["inode"] for row in rows),
              sorted([made.blue.inode, made.place.inode] * 2))
        equal(sorted(row["owner"]["kind"] for row in rows),
              ["process", "process", "unaccepted", "unaccepted"])
        for s in sockets:
            s.close()


class Hidden:
    """Namespaces in which no process is: one has a thread, one is open somewhere, one is mounted where
    only another process sees it. Each has a listener."""

    WAYS = ("thread", "descriptor", "mount")

    def __init__(self, way):
        self.address = f"127.{randrange(1, 255)}.{randrange(1, 255)}.{randrange(1, 255)}"
        told, self.tell = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
            getattr(self, way)()
            os._exit(1)
        os.close(self.tell)
        with os.fdopen(told) as pipe:
            self.inode, self.port, self.task = map(int, pipe.readline().split() or [0, 0, 0])
        if not self.inode:
            os.waitpid(self.pid, 0)
            skip("no network namespace can be made here")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def make(self):
        """Goes to a new namespace and listens there."""
        if libc.unshare(CLONE_NEWNET) != 0:
            os._exit(1)
        loopback_up()
        self.listener = socket.create_server((self.address, 0))
        self.inode = inode_of("/proc/thread-self/ns/net")

    def ready(self, task):
        os.write(self.tell, f"{self.inode} {self.listener.getsockname()[1]} {task}\n".encode())
        while True:
            signal.pause()

    def thread(self):
        made = threading.Event()

        def run():
            self.make()
            self.task = threading.get_native_id()
            made.set()
            threading.Event().wait()

        threading.Thread(target=run, daemon=True).start()
        made.wait()
        self.ready(self.task)

    def descriptor(self):
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.make()
        os.open("/proc/self/ns/net", os.O_RDONLY)
        enter(home)
        self.ready(os.getpid())

    def mount(self):
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        libc.unshare(CLONE_NEWNS)
        libc.mount(b"none", b"/", None, MS_REC_PRIVATE, None)
        libc.mount(b"none", b"/mnt", b"tmpfs", 0, None)
        with open("/mnt/a place", "wb"):
            pass
        self.make()
        libc.mount(b"/proc/self/ns/net", b"/mnt/a place", None, MS_BIND, None)
        enter(home)
        self.ready(os.getpid())


def hidden_ones():
    if not READY:
        skip("no namespaces can be made here")
    return [Hidden(way) for way in Hidden.WAYS]


def test_where_no_process_is():
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(one) for one in hidden_ones()]
        for more in [], ["--source", "proc"], ["--owners", "proc"], ["--owners", "bpf"]:
            if "bpf" in more and natu("-qp", *more)[0] == 1:
                continue
            rows, _, said = listed(*more)
            for one in made:
                equal([row for row in rows if row[1] == (one.address, one.port)],
                      [({"inode": one.inode, "name": None}, (one.address, one.port), [one.pid])], said)
        for one in made:
            inside = natu("-N", f"net:[{one.inode}]", "-tlH")
            equal((inside[0], len(inside[1].splitlines()), inside[2]), (0, 1, ""))
            check(f"{one.address}:{one.port} " in inside[1], inside)
        # Each thread has a namespace, and it can be asked for by that.
        equal(natu("-N", made[0].task, "-tlH")[1], natu("-N", made[0].inode, "-tlH")[1])
        check(made[0].task != made[0].pid, "no thread")
        equal(natu("-N", made[0].pid, "-tl"), natu("-tl"))


def test_closing_where_no_process_is():
    for one in hidden_ones():
        with one:
            status, out, said = natu("kill", "--yes", "--json", "-tl", "--all-netns",
                                     f"netns.inode = {one.inode}")
            if "CONFIG_INET_DIAG_DESTROY" in said:
                skip("this kernel closes no sockets")
            equal(status, 0, said)
            row, = json.loads(out)["sockets"]
            equal((row["local"]["port"], row["result"]), (one.port, "closed"))


# --- one of them ------------------------------------------------------------------------------

def test_one_is_listed_as_from_inside():
    with Namespaces() as made:
        for options in (["-natu"], ["-tlnep"], ["-tlo"], ["-tj", "--columns", "cookie,netns.inode"],
                        ["--source", "proc"]):
            for one, ways in ((made.blue, ["blue", f"{NAMES}/blue", made.blue.pid,
                                           made.blue.inode, f"net:[{made.blue.inode}]",
                                           f"/proc/{made.blue.pid}/ns/net"]),
                              (made.empty, ["empty", made.empty.inode]),
                              (made.place, [PLACE]), (made.plain, [made.plain.pid])):
                inside = one.run_inside(*options)
                for way in ways:
                    outside = natu("-N", way, *options)
                    if "-tj" in options:
                        inside, outside = [(x[0], json.loads(x[1])["sockets"], x[2])
                                           for x in (inside, outside)]
                    equal(outside, inside, f"{way} {options}")
                    if "-tj" in options:
                        inside = one.run_inside(*options)
        equal(natu("-N", "./empty", "-tl", cwd=NAMES), made.empty.run_inside("-tl"))
        for way in os.getpid(), inode_of(), f"net:[{inode_of()}]":
            equal(natu("-N", way, "-tl"), natu("-tl"), way)


def test_interfaces_have_the_names_of_their_namespace():
    with Namespaces() as made:
        fd, home = os.open(made.blue.mount, os.O_RDONLY), os.open("/proc/self/ns/net", os.O_RDONLY)
        enter(fd)
        try:
            if not any(subprocess.run(["ip", "link", "add", "natu-blue", "index", "77", "type", kind],
                                      stderr=subprocess.DEVNULL, check=False).returncode == 0
                       for kind in ("dummy", "bridge", "veth") if shutil.which("ip")):
                skip("no interface can be made here")
            bound = socket.socket(type=socket.SOCK_DGRAM)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"natu-blue")
            bound.bind(("", 0))
        finally:
            enter(home)
            os.close(fd)
            os.close(home)
        choice = ["-uH", "--columns", "interface", "sport", bound.getsockname()[1]]
        for more in ["-N", "blue"], ["--all-netns"], ["--all-netns", "-p"]:
            status, out, said = natu(*more, *choice)
            equal((status, out.split()), (0, ["natu-blue"]), said)
        bound.close()


def test_recordings():
    with Namespaces() as made:
        file = os.path.join(SCRATCH, "recording")
        seen = natu("-N", "blue", "-tl", "--record", file)
        equal(seen[0], 0, seen[2])
        check(f":{made.blue.port} " in seen[1], seen[1])
        equal(natu("--replay", file, "-tl")[1], seen[1])
        for wrong in (["--all-netns", "--record", file], ["--all-netns", "--replay", file],
                      ["-N", "blue", "--replay", file], ["-N", "blue", "--proc-root", "/proc"],
                      ["-N", "blue", "--all-netns"]):
            status, out, said = natu(*wrong)
            equal((status, out, len(said.splitlines())), (2, "", 1), wrong)


def test_mistakes():
    with Namespaces():
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        with open(f"{NAMES}/stale", "wb"):
            pass
        for way, status, part in (("bluee", 2, "did you mean blue?"), ("nowhere", 2, "nowhere"),
                                  ("stale", 2, "is no network namespace"),
                                  ("/etc/passwd", 2, "/etc/passwd is no network namespace"),
                                  ("/proc/self/ns/pid", 2, "is no network namespace"),
                                  ("/nowhere", 2, "No such file"), ("/", 2, "is no network"),
                                  (child, 1, f"process {child}: No such process"),
                                  (4026531839 + 5, 2, "no network namespace net:["),
                                  ("..", 2, ".."), ("x" * 300, 2, "xxx"), ("a\nb", 2, "a\\nb")):
            got, out, said = natu("-N", way, "-tl")
            equal((got, out), (status, ""), way)
            check(part in said and len(said.splitlines()) == 1, said)
        # ip netns knows the name, and nothing is there.
        rows, document, said = listed()
        os.unlink(f"{NAMES}/stale")
        check(rows and "nothing is mounted" in said, said)
        equal(document["complete"]["sockets"], False)
        # Other namespaces of this machine may go away meanwhile.
        equal(sum("nothing is mounted" in text for text in document["warnings"]), 1)


def test_namespaces_that_come_and_go():
    with Namespaces() as made:
        maker = subprocess.Popen(["sh", "-c", "while :; do unshare -n true; done"],
                                 stderr=subprocess.DEVNULL)
        try:
            for _ in range(15):
                status, out, said = natu("--all-netns", "-tulj")
                equal(status, 0, said)
                check(made.blue.address in {row["local"]["address"]
                                            for row in json.loads(out)["sockets"]}, said)
                check(all("went away" in line or not AS_ROOT for line in said.splitlines()), said)
        finally:
            maker.kill()
            maker.wait()


# --- without the right to enter ---------------------------------------------------------------

def test_an_ordinary_user_sees_what_processes_show():
    with Namespaces() as made, socket.create_server(("127.0.0.1", 0)) as own:
        status, out, said = as_nobody("--all-netns", "-tlj", "--columns", "local,netns")
        equal(status, 0, said)
        document = json.loads(out)
        rows = [((row["local"]["address"], row["local"]["port"]), row["netns"])
                for row in document["sockets"]]
        for one in made.blue, made.place, made.plain:
            equal(rows.count((one.end_point, None)), 1, one.end_point)
        check({"inode": inode_of(), "name": None}
              in [netns for end, netns in rows if end == own.getsockname()], rows)
        # Nobody is in it: nothing leads there.
        equal([end for end, _ in rows].count(made.empty.end_point), 0)
        equal(document["complete"]["sockets"], False)
        check("read by /proc/PID/net" in said and "CAP_SYS_ADMIN" in said, said)
        check("which only descriptors of" in said, said)
        check(any("no process is seen" in warning for warning in document["warnings"]), document["warnings"])
        equal(as_nobody("--all-netns", "-tl", "--strict")[0], 3)


def test_hidden_processes_are_said():
    if not AS_ROOT or not all(map(shutil.which, ("unshare", "setpriv"))):
        skip("no second user to be")
    os.chmod(SCRATCH, 0o755)
    program = shutil.copy(NATU, os.path.join(SCRATCH, "natu"))
    done = subprocess.run(
        ["unshare", "-pmf", "sh", "-c", 'mount -t proc -o hidepid=2 p /proc && setpriv --reuid '
         '65534 --regid 65534 --clear-groups "$0" --all-netns -tlj; exit $?', program], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=PATIENCE, check=False)
    if not done.stdout and ("mount" in done.stderr or done.stderr.startswith("unshare:")):
        skip("no /proc of its own can be mounted here")
    equal(done.returncode, 0, done.stderr)
    check("hidepid" in done.stderr, done.stderr)
    equal(json.loads(done.stdout)["complete"]["sockets"], False)


def test_says_that_there_is_no_proc():
    if os.environ.get("NATU_SANITIZED"):
        skip("a program with sanitizers needs /proc")
    if not AS_ROOT or not shutil.which("unshare"):
        skip("no mount namespace can be made here")
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc && "$0" --all-netns -tlj', NATU],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if not done.stdout and ("mount" in done.stderr or done.stderr.startswith("unshare:")):
        skip("/proc cannot be hidden here")
    equal(done.returncode, 0, done.stderr)
    check("there is no /proc" in done.stderr and "hidepid" not in done.stderr, done.stderr)
    equal(json.loads(done.stdout)["complete"]["sockets"], False)


def test_an_ordinary_user_and_one_of_them():
    with Namespaces() as made:
        status, out, said = as_nobody("-N", made.plain.pid, "-tl")
        equal((status, said), (0, ""))
        check(f":{made.plain.port} " in out and len(out.splitlines()) == 3, out)
        status, out, said = as_nobody("-N", made.plain.pid, "-tl", "--json")
        equal((status, json.loads(out)["sources"]), (0, {"tcp": "proc"}), said)
        check("cookie" in said and "cannot be asked there" in said, said)
        status, out, said = as_nobody("-N", "empty", "-tl")
        equal((status, out), (1, ""), said)
        check("CAP_SYS_ADMIN" in said, said)
        status, out, said = as_nobody("-N", made.plain.pid, "-tl", "--source", "diag")
        equal(status, 1, said)


# --- closing ----------------------------------------------------------------------------------

def test_kill_there():
    with Namespaces() as made:
        for how, one in ((["-N", "empty"], made.empty),
                         (["--all-netns", f"netns.inode = {made.blue.inode} and"], made.blue)):
            status, out, said = natu("kill", "--yes", "--json", "-tl", *how, "src", one.address)
            if "CONFIG_INET_DIAG_DESTROY" in said:
                skip("this kernel closes no sockets")
            equal(status, 0, said)
            row, = json.loads(out)["sockets"]
            equal((row["local"]["port"], row["result"]), (one.port, "closed"))
        left = {row[1][0] for row in listed()[0]}
        equal([one.address in left for one in (made.empty, made.blue, made.place, made.plain)],
              [False, False, True, True])
        try:
            made.empty.listener.accept()
            check(False, "the listener still accepts")
        except OSError as trouble:
            equal(trouble.errno, errno.EINVAL)


run_tests(dict(globals()))
