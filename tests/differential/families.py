# SPDX-License-Identifier: MIT
"""Makes some hundred sockets at random that are not TCP and UDP, and compares each row of natu with ss and with
/proc/net: families.py NATU SEED COUNT, in an empty network namespace and in a directory of its own."""

import ctypes
import json
import os
import random
import re
import shutil
import socket
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from tap import check, finish

NATU, SEED, COUNT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
CHOICE = random.Random(SEED)
SOL_PACKET, PACKET_FANOUT, PACKET_VERSION, SOL_NETLINK, ADD_MEMBERSHIP = 263, 18, 10, 270, 1
MPTCP, UDPLITE = 262, 136
RX_RING, COPY_THRESHOLD, AUXDATA, ORIGDEV, TX_RING, LOSS = 5, 7, 8, 9, 13, 14
UNIX_TYPES = {socket.SOCK_STREAM: ("STREAM", "u_str"), socket.SOCK_DGRAM: ("DGRAM", "u_dgr"),
              socket.SOCK_SEQPACKET: ("SEQPACKET", "u_seq")}
MEMORY = ("receive", "receive_limit", "send", "send_limit", "forward", "queued", "options", "backlog", "drops")
libc = ctypes.CDLL(None, use_errno=True)
kept = []
listeners = []
connected = []


def inode(sock):
    return os.fstat(sock.fileno()).st_ino


# --- making -----------------------------------------------------------------------------------

def unix_name():
    """What ss prints in one field of one line: with more, tests/live/unix is busy."""
    number = len(kept)
    return CHOICE.choice([
        f"file{number}", os.path.join(os.getcwd(), f"whole{number}"), f"\0abstract{number}", f"\0nul\0{number}\0",
        f"{number}".ljust(107, "y"), f"@file{number}", f"\0{number}".encode() + b"\xff\xfe", f"größe{number}".encode(),
        f"\0{number}".encode().ljust(108, b"z"), f"%s%n{number}", f"\0-{number}:80", None])


def bind(sock):
    name = unix_name()
    if name is None:
        return
    sock.bind(name)
    if isinstance(name, str) and name[0] != "\0" and CHOICE.random() < 0.2:
        os.unlink(name)


def unix_listener():
    sock = socket.socket(socket.AF_UNIX, CHOICE.choice([socket.SOCK_STREAM, socket.SOCK_SEQPACKET]))
    sock.bind(f"\0listener{len(kept)}" if CHOICE.random() < 0.5 else f"listener{len(kept)}")
    sock.listen(CHOICE.randrange(1, 300))
    listeners.append(sock)
    return [sock]


def unix_connection():
    if not listeners:
        return unix_listener()
    server = CHOICE.choice(listeners)
    client = socket.socket(socket.AF_UNIX, server.type)
    client.setblocking(False)
    if CHOICE.random() < 0.3:
        bind(client)
    try:
        client.connect(server.getsockname())
    except BlockingIOError:
        return [client]
    if CHOICE.random() < 0.3:
        return [client]
    accepted = server.accept()[0]
    for end in client, accepted:
        if CHOICE.random() < 0.5:
            end.send(b"x" * CHOICE.randrange(1, 5000))
        if CHOICE.random() < 0.2:
            end.shutdown(CHOICE.choice([socket.SHUT_RD, socket.SHUT_WR, socket.SHUT_RDWR]))
    return [client, accepted]


def unix_datagrams():
    if CHOICE.random() < 0.5:
        pair = socket.socketpair(socket.AF_UNIX, CHOICE.choice(list(UNIX_TYPES)))
        for _ in range(CHOICE.randrange(3)):
            pair[0].send(b"y" * CHOICE.randrange(1, 3000))
        return list(pair)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bind(sock)
    return [sock]


def packet():
    frames = CHOICE.choice([0, 3, 0x800, 0x806, 0x88cc, 0xffff])
    sock = socket.socket(socket.AF_PACKET, CHOICE.choice([socket.SOCK_RAW, socket.SOCK_DGRAM]), socket.htons(frames))
    if CHOICE.random() < 0.3:
        sock.setsockopt(SOL_PACKET, PACKET_VERSION, CHOICE.randrange(3))
    for option in AUXDATA, ORIGDEV, LOSS, COPY_THRESHOLD:
        if CHOICE.random() < 0.3:
            sock.setsockopt(SOL_PACKET, option, CHOICE.randrange(2))
    if CHOICE.random() < 0.3:
        blocks = CHOICE.randrange(1, 5)
        sock.setsockopt(SOL_PACKET, CHOICE.choice([RX_RING, TX_RING]), struct.pack("IIII", 8192, blocks, 2048, blocks * 4))
    if CHOICE.random() < 0.6:
        sock.bind(("lo", frames))
    return [sock]


def netlink():
    sock = socket.socket(socket.AF_NETLINK, CHOICE.choice([socket.SOCK_RAW, socket.SOCK_DGRAM]),
                         CHOICE.choice([0, 15, 16, 6]))
    sock.bind((CHOICE.choice([0, 100000 + len(kept)]), CHOICE.choice([0, 1])))
    if CHOICE.random() < 0.3 and sock.proto == 0:
        sock.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, CHOICE.randrange(1, 33))
    if CHOICE.random() < 0.2:
        sock.connect((0, 0))
        connected.append(sock)
    return [sock]


def internet():
    family, address = CHOICE.choice([(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
    kind, protocol = CHOICE.choice([(socket.SOCK_RAW, CHOICE.randrange(1, 255)), (socket.SOCK_DGRAM, UDPLITE),
                                    (socket.SOCK_DGRAM, 1 if family == socket.AF_INET else 58)])
    sock = socket.socket(family, kind, protocol)
    if CHOICE.random() < 0.7 or kind == socket.SOCK_DGRAM:
        sock.bind((address, 0))
    if CHOICE.random() < 0.3:
        sock.connect((address, 9))
    return [sock]


def mptcp():
    family, address = CHOICE.choice([(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
    server = socket.socket(family, socket.SOCK_STREAM, MPTCP)
    server.bind((address, 0))
    server.listen(CHOICE.randrange(1, 50))
    client = socket.socket(family, socket.SOCK_STREAM, MPTCP)
    client.connect(server.getsockname())
    if CHOICE.random() < 0.3:
        return [server, client]
    accepted = server.accept()[0]
    accepted.send(b"z" * CHOICE.randrange(1, 3000))
    return [server, client, accepted]


KINDS = [unix_listener, unix_connection, unix_connection, unix_connection, unix_datagrams, packet, netlink, internet, mptcp]


def make():
    impossible = set()
    while len(kept) < COUNT:
        kind = CHOICE.choice(KINDS)
        try:
            kept.extend(kind())
        except (PermissionError, OSError) as error:
            # This kernel or this namespace has none of those.
            if len(impossible) > COUNT:
                raise
            impossible.add((kind.__name__, error.errno, len(kept)))
    for name in sorted({name for name, _, _ in impossible}):
        print("# not all of", name, "could be made")


# --- asking -----------------------------------------------------------------------------------

def natu(*options):
    done = subprocess.run([NATU, "--ndjson", *options], capture_output=True, text=True, check=False)
    check("natu " + " ".join(options[:2]), done.returncode == 0, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def by_inode(rows):
    return {row["inode"]: row for row in rows if row["inode"]}


def ss(table):
    done = subprocess.run(["ss", "-HOaneimp", "-A", table], capture_output=True, text=True, check=True,
                          errors="surrogateescape")
    return done.stdout.splitlines()


def proc(name):
    """The lines of /proc/net/NAME but its first, in fields; a name may not be there."""
    try:
        with open(f"/proc/net/{name}", "rb") as file:
            return [line.split() for line in file.read().split(b"\n")[1:] if line]
    except FileNotFoundError:
        return []


def skmem(line):
    """ss's, in natu's words."""
    found = re.search(r"skmem:\(r(\d+),rb(\d+),t(\d+),tb(\d+),f(\d+),w(\d+),o(\d+),bl(\d+),d(\d+)\)", line)
    return sorted(zip(MEMORY, map(int, found.groups()))) if found else None


def ring(line, name):
    found = re.search(rf"ring_{name}\(blk_size:(\d+),blk_nr:(\d+)", line)
    return int(found[1]) * int(found[2]) if found else None


def memory(row):
    return sorted(row["memory"].items()) if row["memory"] else None


def held_by_us(line):
    return sorted(int(fd) for pid, fd in re.findall(r"pid=(\d+),fd=(\d+)", line) if int(pid) == os.getpid())


def our_fds(row):
    return sorted(one["fd"] for one in row["processes"] or [] if one["pid"] == os.getpid())


def differ(name, pairs):
    """Of each pair, what is told and what is wanted, those that are not the same."""
    wrong = [f"{told} is not {wanted}" for told, wanted in pairs if told != wanted]
    check(f"{name} ({len(pairs)} rows)", pairs and not wrong, *wrong, *([] if pairs else ["no rows"]))


def ours(family):
    return [sock for sock in kept if sock.family == family]


# --- comparing --------------------------------------------------------------------------------

def path_as_shown(group):
    """As /proc and ss write it: a NUL is @."""
    if not group or group.get("path") is None:
        return None
    return re.sub("\0", "@", group["path"])


def valid(text):
    return text.encode(errors="surrogateescape").decode(errors="replace")


def compare_unix():
    columns = ("inode,state,type,recv_q,send_q,listener.queue,listener.limit,local.path,peer.inode,memory,shutdown,"
               "process.pid,process.fd,refcount,flags,cookie,uid")
    rows = by_inode(natu("-x", "--columns", columns))
    socks = ours(socket.AF_UNIX)
    check("each UNIX socket once", sorted(rows) == sorted(map(inode, socks)), len(rows), len(socks))
    states = {"LISTENING": "LISTEN", "CONNECTED": "ESTAB", None: "UNCONN"}
    arrows = {(False, False): "<->", (True, False): "-->", (False, True): "<--", (True, True): "---"}
    pairs = []
    for line in ss("unix"):
        # The path can have blanks: from both sides.
        words, rest = line.split(None, 4)[:4], line.split(None, 4)[4]
        path, number, peer, tail = re.match(r"(.*?) +(\d+) +\S+ +(\d+) *(.*)", rest).groups()
        row = rows[int(number)]
        listens = row["listener"] or {"queue": row["recv_q"], "limit": row["send_q"]}
        shut = row["shutdown"] or {"read": False, "write": False}
        pairs.append((
            [dict((name, short) for name, short in UNIX_TYPES.values())[row["type"]], states[row["state"]],
             listens["queue"], listens["limit"], path_as_shown(row["local"]) or "*",
             (row["peer"] or {}).get("inode") or 0, memory(row), arrows[shut["read"], shut["write"]], our_fds(row)],
            [words[0], words[1], int(words[2]), int(words[3]), valid(path), int(peer), skmem(tail),
             re.search(r"(<->|-->|<--|---)", tail)[1], held_by_us(tail)]))
    differ("UNIX sockets as ss has them", pairs)
    pairs = []
    for line in proc("unix"):
        if int(line[6]) not in rows:
            continue
        row = rows[int(line[6])]
        path = b" ".join(line[7:]).decode(errors="replace") or None
        state = {"LISTENING": 1, "CONNECTED": 3, None: 1}[row["state"]]
        kind = next(number for number, names in UNIX_TYPES.items() if names[0] == row["type"])
        pairs.append(([row["refcount"], int(row["flags"], 16), kind, state, path_as_shown(row["local"])],
                      [int(line[1], 16), int(line[3], 16), int(line[4], 16), int(line[5]), path]))
    differ("UNIX sockets as /proc has them", pairs)
    waiting = [row for row in natu("-x", "--state", "connecting") if row["inode"] is None]
    check("as many that wait as /proc has", len(waiting) == sum(line[6] == b"0" for line in proc("unix")), len(waiting))


def compare_packet():
    columns = "inode,type,packet,interface,recv_q,send_q,memory,process.pid,process.fd,cookie,uid"
    rows = by_inode(natu("-0", "--columns", columns))
    socks = ours(socket.AF_PACKET)
    check("each packet socket once", sorted(rows) == sorted(map(inode, socks)), len(rows), len(socks))
    pairs = []
    for line in ss("packet"):
        words = line.split()
        number = int(re.search(r"ino:(\d+)", line)[1])
        row = rows[number]
        frames = int(row["packet"]["protocol"], 16)
        pairs.append((
            [{"RAW": "p_raw", "DGRAM": "p_dgr"}[row["type"]], row["recv_q"], row["send_q"],
             f"{'*' if frames == 3 else f'[{frames}]'}:{row['interface'] or '*'}", row["cookie"],
             row["packet"]["version"] - 1, row["packet"]["copy_threshold"],
             [name for name in ("running", "auxdata", "origdev", "vnethdr", "loss") if row["packet"][name]],
             [row["packet"][name] for name in ("receive_ring", "send_ring")], memory(row), our_fds(row)],
            [words[0], int(words[2]), int(words[3]), words[4], "0x" + re.search(r"sk:(\w+)", line)[1],
             int(re.search(r"ver:(\d+)", line)[1]), int(re.search(r"cpy_thresh:(\d+)", line)[1]),
             [word for word in re.search(r"flags\((.*?)\)", line)[1].split() if word != "0"],
             [ring(line, name) for name in ("rx", "tx")], skmem(line), held_by_us(line)]))
    differ("packet sockets as ss has them", pairs)
    references = by_inode(natu("-0", "--source", "proc", "--columns", "inode,refcount,uid,interface,packet.protocol"))
    names = {0: None, **{index: name for index, name in socket.if_nameindex()}}
    differ("packet sockets as /proc has them", [
        ([references[int(line[8])]["refcount"], rows[int(line[8])]["uid"], rows[int(line[8])]["recv_q"],
          rows[int(line[8])]["interface"], references[int(line[8])]["packet"]["protocol"]],
         [int(line[1]), int(line[7]), int(line[6]), names[int(line[4])], hex(int(line[3], 16))])
        for line in proc("packet")])


def compare_netlink():
    columns = "inode,type,state,netlink,recv_q,send_q,memory,process.pid,process.fd"
    rows = by_inode(natu("--netlink", "--columns", columns))
    socks = ours(socket.AF_NETLINK)
    numbers = set(map(inode, socks))
    lines = {int(line[9]) for line in proc("netlink")}
    # natu is a socket itself, and ends with it.
    check("each netlink socket once", numbers <= lines <= set(rows) and len(rows) == len(lines) + 1, lines ^ set(rows))
    # Some of ss's sockets are of ss, and it shows those that are in groups twice. The kernel leaves one out where
    # an answer is full, which ss does not notice.
    # It takes port ids for numbers with a sign, and no socket for connected.
    theirs = {(int(line.split()[3].split(":")[0]), int(line.split()[3].split(":")[1]) & 0xffffffff,
               *map(int, line.split()[1:3]), int(re.search("groups=(0x[0-9a-f]+)", line)[1], 16),
               str(skmem(line))) for line in ss("netlink")}
    told = [(row["netlink"]["protocol_number"], row["netlink"]["portid"],
             row["recv_q"], row["send_q"], int(row["netlink"]["groups"] or "0", 16) & 0xffffffff, str(memory(row)))
            for number, row in rows.items() if number in numbers]
    names = {one[:2] for one in theirs}
    differ("netlink sockets as ss has them", [(one, one if one in theirs else [t for t in theirs if t[:2] == one[:2]])
                                              for one in told if one[:2] in names])
    check("nearly all that ss has", sum(one[:2] not in names for one in told) <= 1 + len(told) // 10, len(names), len(told))
    differ("netlink sockets that are connected", [
        (rows[inode(sock)]["state"], "ESTABLISHED" if sock in connected else None) for sock in socks])
    differ("netlink sockets as /proc has them", [
        ([rows[int(line[9])]["netlink"]["protocol_number"], rows[int(line[9])]["netlink"]["portid"],
          int(rows[int(line[9])]["netlink"]["groups"] or "0", 16) & 0xffffffff, rows[int(line[9])]["recv_q"],
          rows[int(line[9])]["send_q"], rows[int(line[9])]["memory"]["drops"], bool(our_fds(rows[int(line[9])]))],
         [int(line[1]), int(line[2]), int(line[3], 16), int(line[4]), int(line[5]), int(line[8]), True])
        for line in proc("netlink") if int(line[9]) in numbers])


def ends_of(line, family):
    """The two ends of a line of /proc/net/raw and its like."""
    for end in line[1], line[2]:
        address, port = end.split(b":")
        data = bytes.fromhex(address.decode())
        data = b"".join(data[i:i + 4][::-1] for i in range(0, len(data), 4))
        yield socket.inet_ntop(family, data), int(port, 16) or None


def compare_internet():
    for option, name, protocols in (("-w", "raw", range(256)), ("-U", "udplite", [UDPLITE]), ("--icmp", "icmp", [1, 58])):
        rows = by_inode(natu(option, "--columns", "inode,local.address,local.port,peer.address,peer.port,recv_q,send_q,uid,"
                             "state_number,memory.drops,process.pid,process.fd"))
        pairs = []
        for file, family in ((name, socket.AF_INET), (name + "6", socket.AF_INET6)):
            for line in proc(file):
                row = rows[int(line[9])]
                send, receive = (int(part, 16) for part in line[4].split(b":"))
                pairs.append((
                    [(row["local"]["address"], row["local"]["port"]), (row["peer"]["address"], row["peer"]["port"]),
                     row["state_number"], row["recv_q"], row["send_q"], row["uid"], row["memory"]["drops"], len(our_fds(row))],
                    [*ends_of(line, family), int(line[3], 16), receive, send, int(line[7]), int(line[12]), 1]))
        numbers = {inode(sock) for sock in kept if sock.proto in protocols and sock.family in (socket.AF_INET, socket.AF_INET6)
                   and (sock.type == socket.SOCK_RAW) == (name == "raw")}
        if pairs:
            differ(f"{name} sockets as /proc has them", pairs)
        check(f"each {name} socket once", set(rows) == numbers, set(rows) ^ numbers)


def compare_mptcp():
    rows = by_inode(natu("-M", "--columns", "inode,cookie,state,local.port,peer.port,recv_q,send_q,listener.queue,"
                         "listener.limit,memory,mptcp,process.pid,process.fd"))
    pairs = []
    for line in ss("mptcp"):
        words = line.split()
        cookie = "0x" + re.search(r"sk:(\w+)", line)[1]
        row = next((row for row in rows.values() if row["cookie"] == cookie), None)
        if not row:
            # Not accepted yet.
            continue
        listens = row["listener"] or {"queue": row["recv_q"], "limit": row["send_q"]}
        subflows = re.search(r" subflows:(\d+)", line)
        pairs.append((
            [{"LISTEN": "LISTEN", "ESTABLISHED": "ESTAB"}[row["state"]], listens["queue"], listens["limit"], row["local"]["port"],
             str(row["peer"]["port"] or "*"), row["inode"], memory(row), our_fds(row),
             (row["mptcp"] or {}).get("subflows") or 0],
            [words[0], int(words[1]), int(words[2]), int(words[3].rsplit(":", 1)[1]), words[4].rsplit(":", 1)[1],
             int(re.search(r"ino:(\d+)", line)[1]), skmem(line), held_by_us(line), int(subflows[1]) if subflows else 0]))
    if pairs:
        differ("MPTCP sockets as ss has them", pairs)
    check("each MPTCP socket once", set(rows) == {inode(sock) for sock in kept if sock.type == socket.SOCK_STREAM and sock.proto == MPTCP})


def main():
    try:
        with open("/proc/sys/net/ipv4/ping_group_range", "w", encoding="ascii") as allowed:
            allowed.write(f"{os.getgid()} {os.getgid()}")
    except OSError:
        pass
    make()
    print("#", len(kept), "sockets, seed", SEED)
    compare_unix()
    compare_packet()
    compare_netlink()
    compare_internet()
    compare_mptcp()


main()
finish()
