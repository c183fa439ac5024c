# SPDX-License-Identifier: MIT
"""The processes at the other end. The oracle is the processes that made both ends."""

import json
import os
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import (SCRATCH, check, equal, has_ipv6, libc, natu, raise_descriptor_limit, run_tests,
                  skip, system_calls)
from holders import Processes, as_nobody, document, program_for_all, ways

COLUMNS = "proto,local.port,inode,peer.path,peer.inode,peer.process.pid,peer.process.fd"


def inode(sock):
    return os.fstat(sock.fileno()).st_ino


def peer_of(sock, *arguments):
    """What natu says of the other end of this socket: its inode, and its holders."""
    rows = [row for row in document("-tux", "--columns", COLUMNS, *arguments)["sockets"]
            if row["inode"] == inode(sock)]
    equal(len(rows), 1, "rows")
    peer = rows[0]["peer"]
    if peer is None:
        return None
    holders = peer["processes"]
    return peer["inode"], holders and [(holder["pid"], holder["fd"]) for holder in holders]


def in_child(near, far):
    """`far` goes to a process of its own. What that is to run."""
    number = far.fileno()

    def run():
        near.close()
        return [os.dup2(number, 150)]

    return run


def test_pairs_across_processes():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        near, far = socket.socketpair(socket.AF_UNIX, kind)
        with Processes() as processes:
            pid = processes.start(in_child(near, far))
            other, number = inode(far), far.fileno()
            far.close()
            for way in ways():
                equal(peer_of(near, "--owners", way), (other, [(pid, number), (pid, 150)]), way)


def unix_pair(name, kind=socket.SOCK_STREAM):
    server = socket.socket(socket.AF_UNIX, kind)
    server.bind(name)
    client = socket.socket(socket.AF_UNIX, kind)
    if kind == socket.SOCK_DGRAM:
        client.connect(name)
        return server, client
    server.listen()
    client.connect(name)
    accepted, _ = server.accept()
    return accepted, client


def test_abstract_names_and_datagrams():
    me = os.getpid()
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        server, client = unix_pair(b"\0natu peers %d" % kind, kind)
        equal(peer_of(client), (inode(server), [(me, server.fileno())]))
        # Who is only sent to has no one peer.
        equal(peer_of(server), (inode(client), [(me, client.fileno())])
              if kind == socket.SOCK_STREAM else None)


def test_nobody_at_the_other_end():
    server = socket.socket(socket.AF_UNIX)
    server.bind(b"\0natu waits")
    server.listen()
    waits = socket.socket(socket.AF_UNIX)
    waits.connect(b"\0natu waits")
    equal(peer_of(waits), (None, []), "not accepted")
    near, far = socket.socketpair()
    far.close()
    equal(peer_of(near), (None, []), "closed")
    equal(peer_of(socket.socket(socket.AF_UNIX)), None, "no peer")
    equal(peer_of(server), None, "a listener")


def tcp_pair(family, server_at, client_at=None, device=None):
    server = socket.socket(family)
    if device:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device)
    server.bind((server_at, 0))
    server.listen()
    client = socket.socket(socket.AF_INET6 if "ffff" in (client_at or "") else family)
    if client_at:
        client.bind((client_at, 0))
    port = server.getsockname()[1]
    client.connect(("::ffff:" + server_at if "ffff" in (client_at or "") else server_at, port))
    return server, client


def check_pair(server, client):
    me = os.getpid()
    equal(peer_of(client), (None, []), "before it is accepted")
    equal(peer_of(server), None, "a listener")
    accepted, _ = server.accept()
    equal(peer_of(client), (inode(accepted), [(me, accepted.fileno())]))
    equal(peer_of(accepted), (inode(client), [(me, client.fileno())]))


def test_tcp():
    check_pair(*tcp_pair(socket.AF_INET, "127.0.0.1"))
    check_pair(*tcp_pair(socket.AF_INET, "127.0.0.1", "127.9.8.7"))
    if has_ipv6():
        check_pair(*tcp_pair(socket.AF_INET6, "::1"))
        check_pair(*tcp_pair(socket.AF_INET, "127.0.0.1", "::ffff:127.0.0.1"))


def test_tcp_bound_to_a_device():
    check_pair(*tcp_pair(socket.AF_INET, "127.0.0.1", device=b"lo"))


def test_tcp_with_itself():
    lonely = socket.socket()
    lonely.bind(("127.0.0.1", 0))
    lonely.connect(lonely.getsockname())
    equal(peer_of(lonely), (inode(lonely), [(os.getpid(), lonely.fileno())]))


def test_tcp_that_was_closed():
    server, client = tcp_pair(socket.AF_INET, "127.0.0.1")
    accepted, _ = server.accept()
    client.close()
    equal(peer_of(accepted), (None, []), "the other end waits in FIN_WAIT2")


def test_udp():
    me = os.getpid()
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        if family == socket.AF_INET6 and not has_ipv6():
            continue
        server, client = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
        server.bind((address, 0))
        client.connect(server.getsockname())
        # It takes the datagrams of all.
        equal(peer_of(client), (inode(server), [(me, server.fileno())]))
        equal(peer_of(server), None)
        server.connect(client.getsockname())
        equal(peer_of(server), (inode(client), [(me, client.fileno())]))
        server.close()
        equal(peer_of(client), None, "nobody takes them")


def test_filters_and_formats():
    near, far = socket.socketpair()
    with Processes() as processes:
        pid = processes.start(in_child(near, far))
        far.close()
        for word in (f"peer.process.pid = {pid}", f"peer.pid = {pid}"):
            rows = document("-x", word)["sockets"]
            equal([row["inode"] for row in rows], [inode(near)], word)
        rows = document("-x", f"not peer.pid = {pid} and inode = {inode(near)}")["sockets"]
        equal(rows, [], "not")
        status, out, _ = natu("-x", "--csv", "-H", "--columns", "peer.process.pid,peer.process.fd",
                              f"inode = {inode(near)}")
        equal((status, out.strip().endswith(";150")), (0, True), out)
        equal(out.split(",")[0], f"{pid};{pid}")
        bare = document("-x", f"inode = {inode(near)}")["sockets"][0]
        check("processes" not in bare["peer"], bare)
        # One process alone is looked into, unless the others are asked for.
        rows = document("-x", "--pid", os.getpid(), "--columns", COLUMNS,
                        f"inode = {inode(near)}")["sockets"]
        equal([holder["pid"] for holder in rows[0]["peer"]["processes"]], [pid, pid], "--pid")


def test_hidden_from_an_ordinary_user():
    program = program_for_all()
    near, far = socket.socketpair()
    server, client = tcp_pair(socket.AF_INET, "127.0.0.1")
    accepted, _ = server.accept()
    mine = {inode(sock) for sock in (near, far, client, accepted)}
    condition = "inode = " + ",".join(map(str, sorted(mine)))
    done = subprocess.run([program, "-tx", "--json", "--columns", COLUMNS, condition],
                          capture_output=True, check=False, preexec_fn=as_nobody, text=True)
    equal(done.returncode, 0, done.stderr)
    if "hidden" not in done.stderr:
        skip("this user may look into all processes")
    check("owners of 4 peers are hidden: " in done.stderr, done.stderr)
    answer = json.loads(done.stdout)
    equal(answer["complete"], {"sockets": True, "processes": False})
    equal(sorted(row["peer"]["inode"] for row in answer["sockets"]), sorted(mine))
    equal([row["peer"]["processes"] for row in answer["sockets"]], [None] * 4)


def test_waiting_for_another_namespace():
    """Its listener is not in any list here: /proc alone knows of it."""
    name = os.path.join(SCRATCH, "elsewhere")

    def child():
        check(libc.unshare(0x40000000) == 0, "CLONE_NEWNET")
        server = socket.socket(socket.AF_UNIX)
        server.bind(name)
        server.listen()
        return server

    with Processes() as processes:
        processes.start(child)
        client = socket.socket(socket.AF_UNIX)
        client.connect(name)
        rows = document("-x", "--columns", "inode,local.path", "--state", "connecting")["sockets"]
        equal(rows, [{"inode": None, "local": {"path": name}}])
        rows = document("-x", "--columns", "state,local.path")["sockets"]
        check({"state": "CONNECTING", "local": {"path": name}} in rows, rows)
        equal(peer_of(client), (None, []))


def test_nobody_is_looked_for_unasked():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        clients = [socket.create_connection(server.getsockname()) for _ in range(50)]
        sent = {}
        for columns in "proto", "proto,peer.path", "proto,peer.inode":
            lines = system_calls("sendto,sendmsg", "-tx", "--state", "established", "--columns",
                                 columns)
            sent[columns] = sum("send" in line for line in lines)
        # A name is UNIX sockets' only: TCP's 100 ends are not asked for theirs.
        equal(sent["proto,peer.path"], sent["proto"])
        equal(sent["proto,peer.inode"], sent["proto"] + 2 * len(clients))


def test_many_rows_and_one_look():
    """More than can wait: the owners of all are found at once."""
    pairs = [socket.socketpair() for _ in range(min(4000, raise_descriptor_limit() // 2 - 50))]
    truth = {}
    for a, b in pairs:
        truth[inode(a)], truth[inode(b)] = b.fileno(), a.fileno()
    rows = {row["inode"]: row["peer"]["processes"]
            for row in document("-x", "--columns", COLUMNS)["sockets"] if row["peer"]}
    for number, fd in truth.items():
        equal(rows[number], [{"pid": os.getpid(), "fd": fd}])


run_tests(dict(globals()))
