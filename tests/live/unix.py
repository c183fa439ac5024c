# SPDX-License-Identifier: MIT
"""Makes UNIX sockets of every kind, asks them what they are, and compares that with natu's JSON.

It runs in an empty network namespace, whose UNIX sockets are all its own.
"""

import base64
import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import termios

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from tap import check, finish

NATU = sys.argv[1]
TYPES = {socket.SOCK_STREAM: "STREAM", socket.SOCK_DGRAM: "DGRAM",
         socket.SOCK_SEQPACKET: "SEQPACKET"}
COLUMNS = ("proto,family,state,type,inode,uid,local.path,local.abstract,local.file_inode,"
           "local.file_device,peer.path,peer.inode,recv_q,listener.queue,listener.limit,"
           "listener.client.inode,refcount,flags")
kept = []  # (socket, expected)


def inode(sock):
    return os.fstat(sock.fileno()).st_ino


def name_of(address):
    """As natu's manual says: an abstract name begins with @ where its NUL is."""
    address = os.fsencode(address) if isinstance(address, str) else address
    return b"@" + address[1:] if address[:1] == b"\0" else address or None


def keep(sock, state, peer=None, **more):
    name = sock.getsockname()
    row = {"proto": "unix", "family": "unix", "state": state, "type": TYPES[sock.type],
           "inode": inode(sock), "uid": os.getuid(), "path": name_of(name),
           "abstract": None if not name else not isinstance(name, str),
           "peer_inode": inode(peer) if peer else None,
           "peer_path": name_of(peer.getsockname()) if peer else None,
           "flags": "0x10000" if state == "LISTENING" else "0x0"}
    if isinstance(name, str) and name and os.path.exists(name):
        file = os.stat(name)
        row["file"] = [file.st_ino, f"{os.major(file.st_dev)}:{os.minor(file.st_dev)}"]
    if state != "LISTENING":
        waiting = fcntl.ioctl(sock, termios.FIONREAD, b"\0" * 4)
        row["recv_q"] = struct.unpack("i", waiting)[0]
    row.update(more)
    kept.append((sock, row))


def listener(name, kind, backlog=7, waiting=0):
    sock = socket.socket(socket.AF_UNIX, kind)
    sock.bind(name)
    sock.listen(backlog)
    clients = [socket.socket(socket.AF_UNIX, kind) for _ in range(waiting)]
    for client in clients:
        client.connect(name)
        # Its peer has no inode yet, and the listener's name.
        keep(client, "CONNECTED", peer_path=name_of(client.getpeername()))
        kept.append((None, {"proto": "unix", "family": "unix", "state": "CONNECTING",
                            "type": TYPES[kind], "inode": None, "path": name_of(name),
                            "flags": "0x0"}))
    keep(sock, "LISTENING", queue=waiting, limit=backlog, clients=[inode(c) for c in clients])
    return sock


def connection(name, kind):
    server = listener(name, kind)
    client = socket.socket(socket.AF_UNIX, kind)
    client.connect(name)
    accepted = server.accept()[0]
    client.send(b"hello")
    keep(client, "CONNECTED", accepted)
    keep(accepted, "CONNECTED", client)


def make():
    connection("file", socket.SOCK_STREAM)
    connection(os.path.join(os.getcwd(), "seqpacket"), socket.SOCK_SEQPACKET)
    connection(b"\0abstract", socket.SOCK_STREAM)
    listener("waiting", socket.SOCK_STREAM, waiting=3)
    listener(b"\0nul\0and\0more", socket.SOCK_SEQPACKET, waiting=2)
    listener("line\nfeed", socket.SOCK_STREAM, waiting=1)
    listener("\n\nmore of\n\nthem\n", socket.SOCK_STREAM)
    listener("x\n0: 00000002 00000000 00010000 0001 01 99999 spoof", socket.SOCK_STREAM, waiting=1)
    for name in ("with blank", "\x1b[31mred", "@no abstract", "\u202eright", "y" * 107,
                 b"\xff\xfe no UTF-8"):
        listener(name, socket.SOCK_STREAM)
    listener("gone", socket.SOCK_STREAM)
    os.unlink("gone")
    # All 108 bytes of sun_path, without a NUL: Python does not do that.
    full = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    address = struct.pack("H", socket.AF_UNIX) + b"z" * 108
    assert not ctypes.CDLL(None).bind(full.fileno(), address, len(address))
    full.listen(7)
    keep(full, "LISTENING", path=b"z" * 108, queue=0, limit=7)
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    near.send(b"one")
    near.send(b"three")
    keep(far, "CONNECTED", near)
    keep(near, "CONNECTED", far)
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("log")
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sender.connect("log")
    keep(sender, "CONNECTED", log)
    # Who is sent to counts as connected, and has no one peer.
    keep(log, "CONNECTED")
    alone = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    alone.bind("alone")
    keep(alone, None)
    keep(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), None)
    closed = socket.socketpair()
    closed[1].close()
    keep(closed[0], "CONNECTED")


def natu(*options):
    done = subprocess.run([NATU, *options], capture_output=True, check=False)
    # A name that begins with a line feed leaves /proc with lines that belong to none.
    said = done.stderr if "proc" not in options else b""
    check("natu " + " ".join(options[:3]) + " says nothing else", not said and
          done.returncode == 0, said.decode(errors="replace"), done.returncode)
    return done.stdout


def rows(*options):
    out = natu("-x", *options, "--ndjson", "--columns", COLUMNS)
    return [json.loads(line) for line in out.splitlines()]


def bytes_of(group, key="path"):
    if not group or group[key] is None:
        return None
    if key + "_base64" in group:
        return base64.b64decode(group[key + "_base64"])
    return group[key].encode()


def told(row):
    """natu's row in the form of what the sockets said."""
    listening = row["listener"] or {}
    local, peer = row["local"] or {}, row["peer"] or {}
    flat = {key: row[key] for key in ("proto", "family", "state", "type", "inode", "uid", "recv_q",
                                      "flags")}
    flat.update(path=bytes_of(row["local"]), abstract=local.get("abstract"),
                peer_path=bytes_of(row["peer"]), peer_inode=peer.get("inode"),
                queue=listening.get("queue"), limit=listening.get("limit"))
    if listening.get("clients") is not None:
        flat["clients"] = [client["inode"] for client in listening["clients"]]
    if local.get("file_inode"):
        flat["file"] = [local["file_inode"], local["file_device"]]
    return flat


def compare(name, lines, wanted, ignored=()):
    """Each socket is there once, and each thing that it says of itself is what natu says."""
    left = [told(row) for row in lines]
    wrong = []
    for row in wanted:
        # A socket in a file that is gone has its inode still; that cannot be asked.
        known = {key: value for key, value in row.items() if key not in ignored}
        found = [one for one in left if all(one.get(key) == value
                                            for key, value in known.items())]
        if found:
            left.remove(found[0])
        else:
            near = [one for one in left if one["inode"] == row["inode"]]
            wrong += [f"not there: {row}", f"but: {near}"]
    check(name, not wrong and not left, *wrong, *[f"too many: {row}" for row in left])


PROC_HAS_NOT = ("uid", "peer_inode", "peer_path", "recv_q", "queue", "limit", "file", "clients")


def from_proc(row):
    """What /proc can say: NULs are @, and empty lines are lost."""
    if not row.get("path"):
        return row
    lines = row["path"].replace(b"\0", b"@").split(b"\n")
    path = b"\n".join(lines[:1] + [line for line in lines[1:] if line])
    return dict(row, path=path, abstract=path[:1] == b"@")


def main():
    make()
    wanted = [row for _, row in kept]
    compare("all sockets", rows(), wanted)
    diag = [row for row in wanted if row["inode"]]
    compare("by sock_diag alone", rows("--source", "diag"), diag)
    # Who could tell a name that goes on like a row from a row?
    spoofs = [row for row in wanted if b"spoof" in (row["path"] or b"")]
    proc = [row for row in rows("--source", "proc") if row["inode"] != 99999 and
            (bytes_of(row["local"]) or b"")[:2] != b"x" and
            (row["local"] or row["state"] != "LISTENING")]
    compare("by /proc alone", proc,
            [from_proc(row) for row in wanted if row not in spoofs and
             (row["path"] or b"")[:1] != b"\n"], PROC_HAS_NOT)
    compare("-l", rows("-l"), [row for row in wanted if row["state"] == "LISTENING"])
    compare("--connected", rows("--connected"),
            [row for row in wanted if row["state"] != "LISTENING"])
    for word, state in (("listen", "LISTENING"), ("connecting", "CONNECTING"),
                        ("unconnected", None), ("established", "CONNECTED")):
        compare("--state " + word, rows("--state", word),
                [row for row in wanted if row["state"] == state])
    compare("a filter by name", rows("local.path = @nul*"),
            [row for row in wanted if (row["path"] or b"")[:4] == b"@nul"])
    compare("a filter by the other end", rows("peer.path = file"),
            [row for row in wanted if row.get("peer_path") == b"file"])
    held = [json.loads(line) for line in
            natu("-xp", "--ndjson", "--columns", "inode,process.pid,process.fd").splitlines()]
    fds = {inode(sock): sock.fileno() for sock, _ in kept if sock}
    check("holders", all(row["processes"] == [{"pid": os.getpid(), "fd": fds[row["inode"]]}]
                         for row in held if row["inode"]))
    owners = [json.loads(line)["owner"] for line in
              natu("-x", "--ndjson", "--columns", "owner.kind,owner.pid", "--state",
                   "connecting").splitlines()]
    check("whose those are that nobody accepted",
          owners and all(owner == {"kind": "unaccepted", "pid": os.getpid()} for owner in owners),
          *owners)
    table = natu("-x").decode(errors="surrogateescape").splitlines()
    check("a row is a line", len(table) == 2 + len(wanted))


main()
finish()
