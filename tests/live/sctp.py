# SPDX-License-Identifier: MIT
"""Makes SCTP sockets in an empty network namespace, and compares natu's JSON with what they were made
as and with what the kernel says of each (SCTP_STATUS), and natu as netstat with netstat."""

import json
import os
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from tap import check, finish

NATU, NETSTAT = sys.argv[1:]
SCTP = 132
SCTP_STATUS, SCTP_SOCKOPT_BINDX_ADD = 14, 100
STABLE, CHURN, LISTS = 150, 50, 4
kept = []


def natu(*options):
    done = subprocess.run([NATU, "-S", "--json", *options], capture_output=True, text=True, check=False)
    return json.loads(done.stdout), done


def packed(address, port):
    if ":" in address:
        return struct.pack("=H", socket.AF_INET6) + struct.pack("!HI", port, 0) + socket.inet_pton(
            socket.AF_INET6, address) + bytes(4)
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + socket.inet_aton(address) + bytes(8)


def bound(addresses, port, kind=socket.SOCK_STREAM):
    family = socket.AF_INET6 if any(":" in a for a in addresses) else socket.AF_INET
    made = socket.socket(family, kind, SCTP)
    made.bind((addresses[0], port))
    for address in addresses[1:]:
        made.setsockopt(SCTP, SCTP_SOCKOPT_BINDX_ADD, packed(address, port))
    kept.append(made)
    return made


def connected(listener, local, port, peer):
    """Both ends of a new association."""
    client = bound(local, port)
    client.connect((peer, listener.getsockname()[1]))
    server, _ = listener.accept()
    kept.append(server)
    return client, server


def status(sock):
    """Its association: number, streams in and out, window of the other end."""
    number, _, window, _, _, streams_in, streams_out = struct.unpack_from(
        "=iiIHHHH", sock.getsockopt(SCTP, SCTP_STATUS, 176))
    return number, streams_in, streams_out, window


def same_rows(source, wanted, columns):
    document, done = natu("--source", source, "--columns", ",".join(columns))
    rows = []
    for row in document["sockets"]:
        values = []
        for column in columns:
            value = row
            for part in column.split("."):
                value = value and value[part]
            values.append(sorted(value) if isinstance(value, list) else value)
        rows.append(values)
    rows.sort(key=str)
    wanted = sorted(wanted, key=str)
    check(f"{source}: {','.join(columns)[:70]}", rows == wanted and not done.stderr and done.returncode == 0,
          f"got    {rows}", f"wanted {wanted}", done.stderr)


def inode(sock):
    return os.fstat(sock.fileno()).st_ino


def sockets():
    """Endpoints and associations of one address, of several, and of both families."""
    two, six = ["127.0.0.1", "127.0.0.2"], ["::1", "127.0.0.1"]
    one_to_one, mixed = bound(two, 7001), bound(six, 7002)
    one_to_many = bound(two[:1], 7003, socket.SOCK_SEQPACKET)
    for listener in one_to_one, mixed, one_to_many:
        listener.listen(5)
    ends = [
        ((one_to_one, two, ["127.0.0.3"], 7101), connected(one_to_one, ["127.0.0.3"], 7101, two[0])),
        ((one_to_one, two, ["127.0.0.4", "127.0.0.5"], 7102), connected(one_to_one, ["127.0.0.4", "127.0.0.5"], 7102, two[1])),
        ((mixed, six, six, 7103), connected(mixed, six, 7103, "::1")),
    ]
    many = []
    for port in 7104, 7105:
        client = bound(["127.0.0.1"], port)
        client.connect(("127.0.0.1", 7003))
        many.append(client)
    bound(["127.0.0.9"], 7999)  # neither listens nor is connected: the kernel does not list it
    ends[0][1][0].send(b"x" * 100)
    family = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}

    listening = [[family[s.family], "LISTEN", s.getsockname()[1], None, sorted(a), [], inode(s), os.getuid(), kind]
                 for s, a, kind in ((one_to_one, two, "STREAM"), (mixed, six, "STREAM"), (one_to_many, two[:1], "SEQPACKET"))]
    associations = []
    for (listener, local, remote, port), (client, server) in ends:
        own = listener.getsockname()[1]
        associations += [
            [family[server.family], "ESTABLISHED", own, port, sorted(local), sorted(remote), inode(server), os.getuid(), "STREAM"],
            [family[client.family], "ESTABLISHED", port, own, sorted(remote), sorted(local), inode(client), os.getuid(), "STREAM"],
        ]
    for client in many:
        port = client.getsockname()[1]
        associations += [
            ["ipv4", "ESTABLISHED", 7003, port, two[:1], ["127.0.0.1"], inode(one_to_many), os.getuid(), "SEQPACKET"],
            ["ipv4", "ESTABLISHED", port, 7003, ["127.0.0.1"], two[:1], inode(client), os.getuid(), "STREAM"],
        ]
    columns = ["family", "state", "local.port", "peer.port", "sctp.local_addresses", "sctp.peer_addresses", "inode", "uid", "type"]
    for source in "diag", "proc":
        same_rows(source, listening + associations, columns)
    numbers = {inode(s): status(s) for _, pair in ends for s in pair}
    same_inodes = "process.fd >= 0 and not state = listen and not (sport = 7003 or dport = 7003)"
    document, _ = natu("-p", "--columns", "inode,sctp.streams_in,sctp.streams_out,sctp.peer_rwnd", same_inodes)
    got = {row["inode"]: (row["sctp"]["streams_in"], row["sctp"]["streams_out"], row["sctp"]["peer_rwnd"])
           for row in document["sockets"]}
    check("what SCTP_STATUS says", got == {i: n[1:] for i, n in numbers.items()}, got, numbers)
    document, _ = natu("-p", "--source", "proc", "--columns", "inode,sctp.association", same_inodes)
    got = {row["inode"]: row["sctp"]["association"] for row in document["sockets"]}
    check("numbers of associations", got == {i: n[0] for i, n in numbers.items()}, got, numbers)
    document, _ = natu("sport = 7001 and dport = 7101", "--columns", "recv_q")
    check("bytes that nobody has read", [row["recv_q"] for row in document["sockets"]] != [0], document)


def netstat():
    """Its states are those of the sockets; all that come from /proc in its order."""
    real = shutil.which("netstat")
    if not real:
        print("skip as netstat: no netstat")
        return
    for options in "-San", "-Sn", "-Sln", "-SanW", "-Sane", "-Sanp", "-San6":
        both = [subprocess.run([program, options], capture_output=True, check=False) for program in (real, NETSTAT)]
        check(f"netstat {options}", both[0].stdout == both[1].stdout and both[0].returncode == both[1].returncode,
              both[0].stdout.decode(), both[1].stdout.decode())


def come_and_go(listener, port):
    """Associations that are made and closed, until it is ended."""
    while True:
        some = []
        for _ in range(CHURN):
            client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP)
            client.connect(("127.0.0.1", port))
            some += [client, listener.accept()[0]]
        for sock in some:
            sock.close()


def churn():
    """Each is listed once; those that stay are all there, unless it is said that some may be missing."""
    listener = bound(["127.0.0.1"], 7200)
    listener.listen(STABLE)
    stable = set()
    for _ in range(STABLE):
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP)
        client.connect(("127.0.0.1", 7200))
        kept.extend((client, listener.accept()[0]))
        stable |= {(7200, client.getsockname()[1]), (client.getsockname()[1], 7200)}
    for source in "diag", "proc":
        child = os.fork()
        if not child:
            come_and_go(listener, 7200)
        lists = [natu("--source", source, "--columns", "local.port,peer.port", "port = 7200") for _ in range(LISTS)]
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for document, done in lists:
            rows = [(row["local"]["port"], row["peer"]["port"]) for row in document["sockets"]]
            whole = document["complete"]["sockets"]
            check(f"{source}: each is there once", len(rows) == len(set(rows)), rows)
            check(f"{source}: none is missing in silence", not whole or stable <= set(rows), stable - set(rows))
            check(f"{source}: what is said is said everywhere", whole == (not done.stderr) == (not document["warnings"]),
                  done.stderr, document["warnings"])


resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
try:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP).close()
    AVAILABLE = os.path.exists("/proc/net/sctp/assocs")
except OSError:
    AVAILABLE = False
if not AVAILABLE:
    print("skip sockets: this kernel has no SCTP")
    sys.exit(0)
sockets()
netstat()
churn()
finish()
