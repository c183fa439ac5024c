# SPDX-License-Identifier: MIT
"""natu kill. The oracle is the sockets: both ends of what was closed, and of what was not."""

import errno
import json
import os
import pty
import select
import shutil
import socket
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import (NATU, PATIENCE, PRIVATE, SCRATCH, check, equal, has_ipv6, natu, run_tests, skip,
                  wait_for)

SO_COOKIE = 57
with open("/proc/self/uid_map", encoding="ascii") as map_of_users:
    # Root of a user namespace of its own is no second user, and not root of what is outside.
    AS_ROOT = os.getuid() == 0 and int(map_of_users.read().split()[2]) > 65534


def cookie(s):
    return f"{struct.unpack('Q', s.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8))[0]:#x}"


def listener(family=socket.AF_INET, address="127.0.0.1", port=0, reuse=False):
    s = socket.socket(family)
    if reuse:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind((address, port))
    s.listen(64)
    return s


class Pair:
    """A connection over loopback: its client, its server, and the listener."""

    def __init__(self, family=socket.AF_INET, address="127.0.0.1"):
        self.listener = listener(family, address)
        self.port = self.listener.getsockname()[1]
        self.client = socket.create_connection((address, self.port))
        self.server = self.listener.accept()[0]
        for s in self.client, self.server:
            s.settimeout(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for s in self.client, self.server, self.listener:
            s.close()


def error_of(s):
    """What reading the socket says: an errno, 0 for its end, None if it is as alive as before."""
    if not select.select([s], [], [], 0)[0]:
        return None
    try:
        s.recv(1)
    except OSError as trouble:
        return trouble.errno
    return 0


def is_alive(pair):
    pair.client.sendall(b"!")
    return pair.server.recv(1) == b"!"


def refuse_without_right():
    if not PRIVATE:
        skip("no network namespace can be made here")
    status, _, said = natu("kill", "--yes", "-q", "sport = 1")
    check(status == 4, f"no sock_diag here: {status} {said}")
    with Pair() as pair:
        status, _, said = natu("kill", "--yes", f"cookie = {cookie(pair.client)}")
        if "CONFIG_INET_DIAG_DESTROY" in said:
            skip("this kernel closes no sockets")


# --- what is closed ---------------------------------------------------------------------------

def test_one_end_is_aborted_and_the_other_reset():
    refuse_without_right()
    with Pair() as pair, Pair() as other:
        status, out, said = natu("kill", "--yes", f"cookie = {cookie(pair.client)}")
        equal(status, 0, said)
        check("1 of 1 sockets closed, 0 vanished, 0 refused" in said, said)
        equal(len(out.splitlines()), 3, out)
        equal(error_of(pair.client), errno.ECONNABORTED, "at the end that was closed")
        wait_for(lambda: error_of(pair.server) is not None, "the reset")
        check(is_alive(other), "another connection was touched")


def test_the_remote_end_gets_a_reset():
    refuse_without_right()
    with Pair() as pair:
        equal(natu("kill", "--yes", "-tq", "sport", pair.port, "state", "established"), (0, "", ""))
        equal(error_of(pair.server), errno.ECONNABORTED, "at the end that was closed")
        select.select([pair.client], [], [], PATIENCE)
        equal(error_of(pair.client), errno.ECONNRESET, "at the remote end")


def test_ipv6_and_mapped_addresses():
    refuse_without_right()
    if not has_ipv6():
        skip("no IPv6")
    with Pair(socket.AF_INET6, "::1") as pair:
        equal(natu("kill", "--yes", "-q", f"cookie = {cookie(pair.server)}")[0], 0)
        equal(error_of(pair.server), errno.ECONNABORTED)
    both = socket.socket(socket.AF_INET6)
    both.bind(("::", 0))
    both.listen()
    with socket.create_connection(("127.0.0.1", both.getsockname()[1])) as client:
        with both.accept()[0] as server:
            equal(natu("kill", "--yes", "-q", f"cookie = {cookie(server)}")[0], 0)
            equal(error_of(server), errno.ECONNABORTED)
            select.select([client], [], [], PATIENCE)
            equal(error_of(client), errno.ECONNRESET)
    equal(natu("kill", "--yes", "-q", f"cookie = {cookie(both)}")[0], 0)
    both.close()


def test_a_listener():
    refuse_without_right()
    with Pair() as pair:
        equal(natu("kill", "--yes", "-ql", "sport", pair.port)[0], 0)
        try:
            pair.listener.accept()
            check(False, "the listener still accepts")
        except OSError as trouble:
            equal(trouble.errno, errno.EINVAL)
        check(is_alive(pair), "its connection was touched")
        equal(natu("-qtl", "sport", pair.port)[0], 4)


def test_listeners_that_share_a_port():
    refuse_without_right()
    first = listener(reuse=True)
    port = first.getsockname()[1]
    sockets = [first] + [listener(port=port, reuse=True) for _ in range(40)]
    status, _, said = natu("kill", "--yes", "-l", "sport", port)
    equal(status, 0, said)
    check("41 of 41 sockets closed" in said, said)
    equal(natu("-qtl", "sport", port)[0], 4)
    for s in sockets:
        s.close()


def test_time_wait():
    refuse_without_right()
    with Pair() as pair:
        port = pair.client.getsockname()[1]
        pair.client.shutdown(socket.SHUT_RDWR)
        pair.server.recv(1)
        pair.server.close()
        choice = ["-t", f"sport = {port} and state time_wait"]
        wait_for(lambda: natu("-q", *choice)[0] == 0, "TIME_WAIT")
        status, _, said = natu("kill", "--yes", *choice)
        if "cannot close such a socket" in said:
            equal(status, 1)
            skip("this kernel does not close TIME_WAIT")
        equal(status, 0, said)
        equal(natu("-q", *choice)[0], 4, "it is still there")


def test_udp():
    refuse_without_right()
    with socket.socket(type=socket.SOCK_DGRAM) as a, socket.socket(type=socket.SOCK_DGRAM) as b:
        a.bind(("127.0.0.1", 0))
        b.bind(("127.0.0.1", 0))
        a.connect(b.getsockname())
        equal(natu("kill", "--yes", "-uq", f"cookie = {cookie(a)}")[0], 0)
        equal(error_of(a), errno.ECONNABORTED, "at the connected one")
        equal(natu("kill", "--yes", "-uq", f"cookie = {cookie(b)}")[0], 0)
        equal(error_of(b), errno.ECONNABORTED, "at the unconnected one")


def test_many_in_batches():
    refuse_without_right()
    with Pair() as pair:
        clients, servers = [], []
        for _ in range(300):
            clients.append(socket.create_connection(("127.0.0.1", pair.port)))
            servers.append(pair.listener.accept()[0])
        status, out, said = natu("kill", "--yes", "--json", "dport", pair.port)
        equal(status, 0, said)
        rows = json.loads(out)["sockets"]
        equal(len(rows), 301)
        equal({(row["result"], row["reason"]) for row in rows}, {("closed", None)})
        for s in clients:
            equal(error_of(s), errno.ECONNABORTED)
        for s in clients + servers:
            s.close()


# --- what is not closed -----------------------------------------------------------------------

def test_nothing_without_a_choice():
    with Pair() as pair:
        for arguments in (["kill"], ["kill", "--yes"], ["kill", "--yes", "-t"], ["-K"],
                          ["kill", "--yes", "--connected", "-4"]):
            status, out, said = natu(*arguments)
            equal((status, out), (2, ""), arguments)
            check("--all" in said, said)
        check(is_alive(pair), "it was closed")


def test_nothing_without_a_yes():
    with Pair() as pair:
        for arguments in (["kill"], ["-K"], ["kill", "--json"], ["kill", "-q"]):
            status, out, said = natu(*arguments, "port", pair.port)
            equal((status, out), (2, ""), arguments)
            check("--yes" in said and "--dry-run" in said, said)
        check(is_alive(pair), "it was closed")


def test_dry_run():
    with Pair() as pair:
        choice = f"port = {pair.port} and state established"
        status, out, said = natu("kill", "--dry-run", choice)
        equal((status, said), (0, ""))
        equal(out, natu(choice)[1], "the list")
        status, out, _ = natu("kill", "--dry-run", "--json", choice)
        equal(status, 0)
        rows = json.loads(out)["sockets"]
        equal([(row["result"], row["reason"]) for row in rows], [(None, None)] * 2)
        equal({row["cookie"] for row in rows}, {cookie(pair.client), cookie(pair.server)})
        check(is_alive(pair), "it was closed")


def test_no_match():
    status, out, said = natu("kill", "--yes", "sport = 1 and dport = 1")
    equal((status, out), (4, ""))
    check("nothing to close" in said, said)
    status, out, _ = natu("kill", "--yes", "--json", "sport = 1 and dport = 1")
    equal((status, json.loads(out)["sockets"]), (4, []))


def test_everything_but_only_when_told_so():
    refuse_without_right()
    with Pair() as pair:
        status, _, said = natu("kill", "--yes", "--all", "-t", "--connected")
        equal(status, 0, said)
        check(error_of(pair.client) is not None and error_of(pair.server) is not None, said)


def test_sockets_of_other_families():
    if not hasattr(socket, "AF_UNIX") or natu("kill", "--yes", "-x", "inode = 0")[0] == 2:
        skip("no UNIX sockets in this version")
    a, b = socket.socketpair()
    name = f"natu\n{os.getpid()}"
    named = socket.socket(socket.AF_UNIX)
    named.bind("\0" + name)
    with a, b, named, Pair() as pair:
        inodes = [os.fstat(s.fileno()).st_ino for s in (a, named)]
        choice = f"inode = {inodes[0]},{inodes[1]},{os.fstat(pair.client.fileno()).st_ino}"
        status, out, said = natu("kill", "--yes", "-t", "-x", choice)
        equal(status, 1)
        check(f"unix (inode {inodes[0]}) refused: " in said, said)
        check(f"unix @{name} (inode {inodes[1]}) refused: ".replace("\n", "\\n") in said, said)
        check("1 of 3 sockets closed, 0 vanished, 2 refused" in said, said)
        # As a list has them: each family under its own heading.
        equal([line.split()[1] for line in out.splitlines() if line.startswith("Active")],
              ["Internet", "UNIX"])
        a.sendall(b"!")
        equal(b.recv(1), b"!")
        equal(error_of(pair.client), errno.ECONNABORTED)


def test_what_no_kernel_closes():
    refuse_without_right()
    kinds = {"-0": (socket.AF_PACKET, socket.SOCK_DGRAM, 0), "-U": (socket.AF_INET, socket.SOCK_DGRAM, 136),
             "--netlink": (socket.AF_NETLINK, socket.SOCK_RAW, 0), "-M": (socket.AF_INET, socket.SOCK_STREAM, 262)}
    tried = 0
    for option, kind in kinds.items():
        try:
            one = socket.socket(*kind)
            one.bind(("127.0.0.1", 0) if one.family == socket.AF_INET else ("lo", 3) if option == "-0" else (0, 0))
            if option == "-M":
                one.listen()
        except OSError as error:
            print(f"# {option}: {error}")
            continue
        with one:
            status, out, said = natu("kill", "--yes", option, "--json",
                                     f"inode = {os.fstat(one.fileno()).st_ino}")
            row, = json.loads(out)["sockets"]
            equal((status, row["result"]), (1, "refused"), said)
            check("no kernel closes" in row["reason"], row)
            tried += 1
    check(tried, "nothing could be made")


def test_raw():
    refuse_without_right()
    try:
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 99)
    except PermissionError:
        skip("no RAW sockets here")
    with raw:
        status, out, said = natu("kill", "--yes", "-w", "--json", "sport = 99")
        row, = json.loads(out)["sockets"]
        # It takes a module that not every kernel has.
        if json.loads(out)["sources"]["raw"] == "diag":
            equal((status, row["result"], error_of(raw)), (0, "closed", errno.ECONNABORTED), said)
        else:
            equal((status, row["result"], error_of(raw)), (1, "refused", None), said)
            check("CONFIG_INET_RAW_DIAG" in row["reason"], row)


def test_subflows_of_mptcp():
    refuse_without_right()
    try:
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
    except OSError:
        skip("no MPTCP here")
    with server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as client:
            client.connect(("127.0.0.1", port))
            with server.accept()[0] as accepted:
                status, _, said = natu("kill", "--yes", "-t", f"dport = {port}")
                equal(status, 0, said)
                check("1 of 1 sockets closed" in said, said)
                # The connection waits for another subflow, for a minute.
                wait_for(lambda: natu("-qt", f"port = {port} and state established")[0] == 4,
                         "the end of both ends of the subflow")
                equal((error_of(client), error_of(accepted)), (None, None))


def test_syn_recv():
    refuse_without_right()
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
        server.listen()
        port = server.getsockname()[1]
        client.settimeout(PATIENCE)
        client.connect(("127.0.0.1", port))
        choice = ["-t", f"sport = {port} and state syn_recv"]
        wait_for(lambda: natu("-q", *choice)[0] == 0, "SYN_RECV")
        status, _, said = natu("kill", "--yes", *choice)
        if "cannot close such a socket" in said:
            equal(status, 1)
            skip("this kernel does not close SYN_RECV")
        equal(status, 0, said)
        check("1 of 1 sockets closed" in said, said)
        equal(natu("-q", *choice)[0], 4, "it is still there")
        # What comes for it now is a stranger's.
        client.sendall(b"!")
        select.select([client], [], [], PATIENCE)
        equal(error_of(client), errno.ECONNRESET)


def test_what_is_only_bound():
    refuse_without_right()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        choice = f"state bound and sport = {bound.getsockname()[1]}"
        if natu("-qt", choice)[0] != 0:
            skip("this kernel does not list such sockets")
        # The kernel has no look-up that finds it: it has not vanished.
        status, out, said = natu("kill", "--yes", "-t", "--json", choice)
        row, = json.loads(out)["sockets"]
        equal((status, row["result"]), (1, "refused"), said)
        check("by its addresses" in row["reason"], row)


def test_without_the_right():
    with Pair() as pair:
        choice = f"cookie = {cookie(pair.client)}"
        if not AS_ROOT:
            skip("no second user to be")
        os.chmod(SCRATCH, 0o755)
        program = shutil.copy(NATU, os.path.join(SCRATCH, "natu"))
        done = subprocess.run([program, "kill", "--yes", "--json", choice], capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, timeout=PATIENCE, check=False,
                              preexec_fn=lambda: (os.setgroups([]), os.setresuid(65534, 65534, 65534)))
        said = done.stderr
        equal(done.returncode, 1, said)
        row, = json.loads(done.stdout)["sockets"]
        equal(row["result"], "refused")
        check("CAP_NET_ADMIN" in row["reason"], row)
        check("1 refused" in said and "CAP_NET_ADMIN" in said, said)
        check(is_alive(pair), "it was closed")


def test_misfits():
    with Pair() as pair:
        for option in (["--count-by", "state"], ["--top", 1], ["--sort", "cookie"],
                       ["--explain"], ["--source", "proc"], ["--csv"]):
            status, out, said = natu("-K", *option, "port", pair.port)
            equal((status, out), (2, ""), option)
            check(len(said.splitlines()) == 1, said)
        check(is_alive(pair), "it was closed")


def test_the_session_of_the_user():
    with Pair() as pair, Pair() as other:
        client, server = pair.server.getpeername(), pair.server.getsockname()
        session = f"{client[0]} {client[1]} {server[0]} {server[1]}"
        for value, ports, told in ((session, [pair.port], 1), (session, [other.port], 0),
                                   (session, [pair.port, other.port], 1), ("", [pair.port], 0),
                                   ("::1 1 ::1", [pair.port], 0), ("x y z 1", [pair.port], 0),
                                   (f"::ffff:{client[0]} {client[1]} {server[0]} {server[1]}",
                                    [pair.port], 1)):
            status, _, said = natu("kill", "--dry-run", "port", ",".join(map(str, ports)),
                                   env=dict(os.environ, SSH_CONNECTION=value))
            equal((status, said.count("you are logged in by")), (0, told), value)


# --- the question -----------------------------------------------------------------------------

def test_who_cannot_see_is_not_asked():
    with Pair() as pair:
        for extra, redirection, why in (("", ">/dev/null", "does not go to the terminal"), ("", "| cat", "does not go"),
                                        ("-q", "", "-q shows nothing"), ("--json", "", "shows nothing before"),
                                        ("", "2>&1 </dev/null", "nobody can be asked")):
            line = f"'{NATU}' kill -t {extra} dport {pair.port} {redirection}; exit 7"
            status, said = ask_by(["sh", "-c", line], b"y\n")
            equal(status, 7)
            check(why in said and "[y/N]" not in said, said)
        check(is_alive(pair), "it was closed")


def ask(arguments, answer, before=lambda: None):
    """Runs natu on a terminal and answers its question; its status and all that it said. What has to
    happen first is done while it asks."""
    return ask_by([NATU, *map(str, arguments)], answer, before)


def ask_by(command, answer, before=lambda: None):
    """The same of any command."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    said = b""
    while b"[y/N]" not in said:
        if not select.select([terminal], [], [], PATIENCE)[0]:
            break
        try:
            said += os.read(terminal, 65536)
        except OSError:
            break
    before()
    os.write(terminal, answer)
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        said += more
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def test_what_vanishes_while_it_is_asked_for():
    refuse_without_right()
    first = listener(reuse=True)
    port = first.getsockname()[1]
    status, said = ask(["kill", "-tl", "sport", port], b"y\n", first.close)
    equal(status, 0, said)
    check("0 of 1 sockets closed, 1 vanished, 0 refused" in said, said)
    # Another in its place is not the one that was shown.
    first = listener(port=port, reuse=True)
    second = []

    def replace():
        first.close()
        second.append(listener(port=port, reuse=True))

    status, said = ask(["kill", "-tl", "sport", port], b"yes\n", replace)
    equal(status, 0, said)
    check("0 of 1 sockets closed, 1 vanished, 0 refused" in said, said)
    with socket.create_connection(("127.0.0.1", port)):
        second[0].accept()[0].close()
    second[0].close()


def test_the_question():
    refuse_without_right()
    with Pair() as pair:
        for arguments in (["kill"], ["-K"]):
            for answer in b"n\n", b"\n", b"\x04", b"yesterday\n":
                status, said = ask([*arguments, "-t", "dport", pair.port], answer)
                equal(status, 1, said)
                check("Close this socket?" in said and "ESTABLISHED" in said, said)
                check("nothing was closed" in said, said)
        check(is_alive(pair), "it was closed")
        status, said = ask(["-K", "-t", "dport", pair.port], b"y\n")
        equal(status, 0, said)
        equal(error_of(pair.client), errno.ECONNABORTED)


def test_the_set_is_fixed_before_the_question():
    refuse_without_right()
    with Pair() as pair:
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(NATU, [NATU, "kill", "-t", "dport", str(pair.port)])
        said = b""
        while b"[y/N]" not in said:
            said += os.read(terminal, 65536)
        # One goes, and one comes that the filter would choose, too.
        pair.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        pair.client.close()
        with socket.create_connection(("127.0.0.1", pair.port)) as later:
            os.write(terminal, b"yes\n")
            said = b""
            try:
                while more := os.read(terminal, 65536):
                    said += more
            except OSError:
                pass
            os.close(terminal)
            equal(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0, said)
            check(b"vanished" in said and b"0 of 1 sockets closed, 1 vanished" in said, said)
            equal(error_of(later), None, "the later one")


run_tests(dict(globals()))
