# SPDX-License-Identifier: MIT
"""tcp_info, congestion control, options, marks, ...: the oracle is getsockopt() on the sockets."""

import json
import os
import socket
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import PRIVATE, check, equal, has_ipv6, natu, run_tests, skip, wait_for

TCP_INFO, TCP_CONGESTION, TCP_ULP, TCP_CC_INFO, TCP_MD5SIG = 11, 13, 31, 26, 14
IP_RECVERR, IP_FREEBIND, IP_TRANSPARENT, IP_MULTICAST_ALL = 11, 15, 19, 49
IP_NODEFRAG, IP_BIND_ADDRESS_NO_PORT, IP_RECVERR_RFC4884 = 22, 24, 26
SO_MEMINFO, SO_MARK = 55, 36
IPPROTO_MPTCP, SOL_MPTCP, MPTCP_INFO = 262, 284, 1

# Where include/uapi/linux/tcp.h has the members of struct tcp_info.
MEMBERS = {
    "backoff": (4, "B"), "rto_us": (8, "I"), "ato_us": (12, "I"), "mss": (16, "I"),
    "rcv_mss": (20, "I"), "unacked": (24, "I"), "sacked": (28, "I"), "lost": (32, "I"),
    "retransmitting": (36, "I"), "pmtu": (60, "I"), "rcv_ssthresh": (64, "I"),
    "rtt_us": (68, "I"), "rttvar_us": (72, "I"), "cwnd": (80, "I"), "adv_mss": (84, "I"),
    "reordering": (88, "I"), "rcv_space": (96, "I"), "retransmits": (100, "I"),
    "pacing_rate": (104, "Q"), "bytes_acked": (120, "Q"), "bytes_received": (128, "Q"),
    "segments_sent": (136, "I"), "segments_received": (140, "I"), "notsent": (144, "I"),
    "min_rtt_us": (148, "I"), "data_segments_received": (152, "I"),
    "data_segments_sent": (156, "I"), "delivery_rate": (160, "Q"), "busy_us": (168, "Q"),
    "rwnd_limited_us": (176, "Q"), "sndbuf_limited_us": (184, "Q"), "delivered": (192, "I"),
    "delivered_ce": (196, "I"), "bytes_sent": (200, "Q"), "bytes_retransmitted": (208, "Q"),
    "dsack_dups": (216, "I"), "reordering_seen": (220, "I"), "out_of_order": (224, "I"),
    "snd_wnd": (228, "I"), "rcv_wnd": (232, "I"), "rehashes": (236, "I"),
    "timeouts": (240, "H"), "timeout_recoveries": (242, "H"), "timeout_ms": (244, "I"),
    "received_ce": (248, "I"), "delivered_ect1": (252, "I"), "delivered_ect0": (256, "I"),
    "delivered_ce_bytes": (260, "I"), "received_ect1": (264, "I"), "received_ect0": (268, "I"),
    "received_ce_bytes": (272, "I"),
}
TIMES = {"last_data_sent_ms": 44, "last_data_received_ms": 52, "last_ack_received_ms": 56}


def pair(host="127.0.0.1", family=socket.AF_INET):
    """A connection: the listener, the side that connected, the side that was accepted."""
    listener = socket.socket(family)
    listener.bind((host, 0))
    listener.listen()
    client = socket.create_connection(listener.getsockname()[:2])
    accepted = listener.accept()[0]
    return listener, client, accepted


def row_of(s, columns, *options):
    """natu's row of a socket, found by its inode."""
    inode = os.fstat(s.fileno()).st_ino
    status, out, err = natu("-tuj", f"inode = {inode}", "--columns", columns, *options)
    equal((status, err), (0, ""))
    rows = json.loads(out)["sockets"]
    equal(len(rows), 1, "rows")
    return rows[0]


def info_of(s):
    return s.getsockopt(socket.IPPROTO_TCP, TCP_INFO, 512)


def test_tcp_info():
    _, client, accepted = pair()
    client.sendall(b"x" * 300000)
    left = 300000
    while left:
        left -= len(accepted.recv(left))
    accepted.sendall(b"y" * 10)
    wait_for(lambda: client.recv(10, socket.MSG_PEEK) == b"y" * 10, "data")
    for s in (client, accepted):
        for _ in range(100):
            before, row, after = info_of(s), row_of(s, "tcp")["tcp"], info_of(s)
            # The times go on; all else has to stand still for a moment.
            still = [(o, f) for o, f in MEMBERS.values() if o + struct.calcsize(f) <= len(before)]
            if all(struct.unpack_from(f, before, o) == struct.unpack_from(f, after, o)
                   for o, f in still):
                break
        for name, (offset, form) in MEMBERS.items():
            there = offset + struct.calcsize(form) <= len(before)
            value = struct.unpack_from(form, before, offset)[0] if there else None
            if name == "pacing_rate" and value == 2**64 - 1:
                value = None
            equal(row[name], value, name)
        for name, offset in TIMES.items():
            low, high = (struct.unpack_from("I", i, offset)[0] for i in (before, after))
            check(low <= row[name] <= high, name, low, row[name], high)
        options = before[5]
        equal([row["timestamps"], row["sack"], row["ecn"]],
              [bool(options & 1), bool(options & 2), bool(options & 8)])
        equal([row["snd_wscale"], row["rcv_wscale"]], [before[6] & 15, before[6] >> 4])
        by_hand(row)


def by_hand(row):
    """What is computed, once more."""
    six = lambda number: float(f"{number:.6g}")
    equal(six(row["retransmit_percent"]),
          six(row["bytes_retransmitted"] * 100 / row["bytes_sent"]), "retransmit_percent")
    equal(row["window_rate"], int(row["cwnd"] * row["mss"] / row["rtt_us"] * 1e6), "window_rate")
    equal(row["idle_ms"], min(row["last_data_sent_ms"], row["last_data_received_ms"]), "idle_ms")
    check(row["age_at_least_ms"] >= max(row["last_data_sent_ms"], row["last_data_received_ms"]))
    equal(row["age_is_exact"], not row["bytes_sent"] or not row["bytes_received"])


def test_age_is_a_lower_bound():
    import time
    start = time.monotonic()
    _, client, accepted = pair()
    middle = time.monotonic()
    accepted.sendall(b"x")
    wait_for(lambda: client.recv(1, socket.MSG_PEEK), "data")
    time.sleep(0.3)
    row = row_of(client, "tcp")["tcp"]
    end = time.monotonic()
    # The kernel's clock of 1, 4 or 10 ms.
    check(row["age_at_least_ms"] <= (end - start) * 1000 + 20, row["age_at_least_ms"])
    check(row["age_is_exact"], "nothing was ever sent")
    check(row["age_at_least_ms"] >= 300 - 20, row["age_at_least_ms"], middle)


def test_no_times_before_the_first_answer():
    if not PRIVATE:
        skip("no network namespace can be made here")
    # Nobody takes what a full queue leaves, so the connection stays in SYN_SENT.
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = []
    for _ in range(4):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(listener.getsockname())
        waiting.append(s)
    wait_for(lambda: any(info_of(s)[0] == 2 for s in waiting), "SYN_SENT")
    s = next(s for s in waiting if info_of(s)[0] == 2)
    row = row_of(s, "state,tcp")
    equal(row["state"], "SYN_SENT")
    for name in [*TIMES, "idle_ms", "age_at_least_ms", "age_is_exact"]:
        equal(row["tcp"][name], None, name)


def test_listeners():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(3)
    clients = [socket.create_connection(listener.getsockname()) for _ in range(2)]
    row = row_of(listener, "tcp,congestion.algorithm,listener.queue,listener.full_percent")
    equal((row["tcp"], row["listener"]), (None, {"queue": 2, "full_percent": 50}))
    check(row["congestion"]["algorithm"], "a listener has an algorithm")
    equal(len(clients), 2)


def algorithms():
    with open("/proc/sys/net/ipv4/tcp_available_congestion_control", encoding="ascii") as f:
        return f.read().split()


def test_congestion_control():
    _, client, accepted = pair()
    for name in algorithms():
        client.setsockopt(socket.IPPROTO_TCP, TCP_CONGESTION, name.encode())
        client.sendall(b"x" * 1000)
        accepted.recv(1000, socket.MSG_WAITALL)
        said = client.getsockopt(socket.IPPROTO_TCP, TCP_CONGESTION, 16)
        row = row_of(client, "congestion")["congestion"]
        equal(row["algorithm"], said.rstrip(b"\0").decode())
        equal(row["bbr_bandwidth"] is not None, name == "bbr", name)
        status, out, _ = natu("-tH", f"congestion.algorithm = {name}", "--columns", "inode")
        equal(status, 0)
        check(str(os.fstat(client.fileno()).st_ino) in out.split(), name, out)


def test_bbr():
    if "bbr" not in algorithms():
        skip("this kernel has no bbr")
    _, client, accepted = pair()
    client.setsockopt(socket.IPPROTO_TCP, TCP_CONGESTION, b"bbr")
    client.sendall(b"x" * 100000)
    accepted.recv(100000, socket.MSG_WAITALL)
    for _ in range(100):
        before = client.getsockopt(socket.IPPROTO_TCP, TCP_CC_INFO, 64)
        row = row_of(client, "congestion")["congestion"]
        if before == client.getsockopt(socket.IPPROTO_TCP, TCP_CC_INFO, 64):
            break
    low, high, rtt, pacing, cwnd = struct.unpack_from("5I", before)
    equal(row["bbr_bandwidth"], high << 32 | low)
    equal(row["bbr_min_rtt_us"], None if rtt == 2**32 - 1 else rtt)
    equal((row["bbr_pacing_gain"], row["bbr_cwnd_gain"]),
          (float(f"{pacing / 256:.6g}"), float(f"{cwnd / 256:.6g}")))


def test_type_of_service():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as s:
            s.bind(("127.0.0.1", 0))
            if kind == socket.SOCK_STREAM:
                s.listen()
            s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0xb8)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, 5)
            equal(row_of(s, "qos")["qos"],
                  {"tos": "0xb8", "traffic_class": None, "dscp": 46, "dscp_name": "ef",
                   "class_id": "0x5"}, kind)


def test_traffic_class():
    if not has_ipv6():
        skip("no IPv6 here")
    with socket.socket(socket.AF_INET6) as s:
        s.bind(("::1", 0))
        s.listen()
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, 0x28)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x10)
        row = row_of(s, "qos")["qos"]
        equal((row["tos"], row["traffic_class"], row["dscp"], row["dscp_name"]),
              ("0x10", "0x28", 10, "af11"))


def test_v6only():
    if not has_ipv6():
        skip("no IPv6 here")
    for only in (0, 1):
        with socket.socket(socket.AF_INET6) as s:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only)
            s.bind(("::", 0))
            s.listen()
            equal(row_of(s, "v6only"), {"v6only": bool(only)})


def test_mark():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        try:
            s.setsockopt(socket.SOL_SOCKET, SO_MARK, 0x2a)
        except PermissionError:
            skip("no right to set a mark")
        row = row_of(s, "mark")
        equal(row["mark"], "0x2a")


OPTIONS = [
    ("recverr", socket.IPPROTO_IP, IP_RECVERR, 1),
    ("freebind", socket.IPPROTO_IP, IP_FREEBIND, 1),
    ("mc_loop", socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0),
    ("transparent", socket.IPPROTO_IP, IP_TRANSPARENT, 1),
    ("mc_all", socket.IPPROTO_IP, IP_MULTICAST_ALL, 0),
    ("bind_address_no_port", socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1),
    ("recverr_rfc4884", socket.IPPROTO_IP, IP_RECVERR_RFC4884, 1),
]


def test_options():
    """Each option alone: it changes, and no other does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        usual = row_of(s, "options")["options"]
        if usual is None:
            skip("Linux before 5.10 does not tell of options")
        equal(len(usual), 11)
        for name, level, option, value in OPTIONS:
            try:
                s.setsockopt(level, option, value)
            except OSError:
                continue
            equal(row_of(s, "options")["options"], {**usual, name: bool(value)}, name)
            s.setsockopt(level, option, 1 - value)
            equal(row_of(s, "options")["options"], usual, name)


def test_shutdown():
    _, client, accepted = pair()
    none = {"read": False, "write": False}
    equal((row_of(client, "shutdown")["shutdown"], row_of(accepted, "shutdown")["shutdown"]),
          (none, none))
    client.shutdown(socket.SHUT_WR)
    wait_for(lambda: accepted.recv(1) == b"", "the end")
    equal(row_of(client, "shutdown")["shutdown"], {"read": False, "write": True})
    equal(row_of(accepted, "shutdown")["shutdown"], {"read": True, "write": False})


def test_memory():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(20):
                sender.sendto(b"x" * 1000, s.getsockname())
        said = struct.unpack("9I", s.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))
        names = ["receive", "receive_limit", "send", "send_limit", "forward", "queued", "options",
                 "backlog", "drops"]
        row = row_of(s, "memory")["memory"]
        equal([row[name] for name in names], list(said))
        check(row["drops"] > 0, "the queue was too small for all")


def test_keys_are_not_shown():
    key = b"a-very-secret-key"
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        address = struct.pack("=HH4s120s", socket.AF_INET, 0, socket.inet_aton("127.0.0.2"), b"")
        try:
            s.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG,
                         address + struct.pack("=BBHi80s", 0, 0, len(key), 0, key))
        except OSError as trouble:
            skip(f"no TCP MD5 signatures here ({trouble.strerror})")
        s.listen()
        every = ",".join(line.split()[0] for line in natu("--columns", "help")[1].splitlines())
        for options in (["--columns", every, "-j"], ["-i"], ["-ij"], ["-imeo", "--csv"]):
            status, out, err = natu("-t", *options)
            equal(status, 0)
            check("secret" not in out + err, options)


def test_mptcp_subflows():
    try:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
        client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
    except OSError:
        skip("no MPTCP here")
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    client.connect(listener.getsockname())
    accepted = listener.accept()[0]
    port = client.getsockname()[1]
    _, out, _ = natu("-tj", "--columns", "ulp,local.port", "--port", port)
    rows = {row["local"]["port"]: row["ulp"] for row in json.loads(out)["sockets"]}
    equal(len(rows), 2)
    for ulp in rows.values():
        if not ulp:
            skip("this kernel tells it to root alone")
        equal(ulp["name"], "mptcp")
    for end, s in ((port, client), (client.getpeername()[1], accepted)):
        info = s.getsockopt(SOL_MPTCP, MPTCP_INFO, 128)
        equal(rows[end]["mptcp_token"], f"{struct.unpack_from('I', info, 12)[0]:#x}", end)
    accepted.close()


def asked_of_the_kernel(*options):
    """The idiag_ext of the requests for TCP, from a recording of natu's own."""
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"natu-facts-{os.getpid()}")
    try:
        equal(natu("-t", "--record", path, *options)[0], 0)
        with open(path, "rb") as f:
            data = f.read()
    finally:
        if os.path.exists(path):
            os.unlink(path)
    asked, at = set(), 0
    while at + 16 <= len(data):
        length, kind, flags = struct.unpack_from("=IHH", data, at)
        if kind == 18 and flags & 1:
            asked.add(data[at + 16 + 3])  # struct inet_diag_req: idiag_ext
        at += (length + 3) & ~3
    return asked


def test_nothing_is_asked_for_that_is_not_shown():
    wanted = {
        (): 0, ("-e",): 0, ("--columns", "mark,shutdown,options,v6only"): 0,
        ("-o",): 0x02, ("--columns", "tcp.rtt_us"): 0x02, ("--columns", "ulp.name"): 0x02,
        ("--columns", "congestion.algorithm"): 0x08, ("--columns", "congestion.bbr_bandwidth"): 4,
        ("--columns", "qos.class_id"): 0x20, ("--columns", "qos.dscp"): 0x30,
        ("--columns", "memory"): 0x40, ("-m",): 0x40, ("-i",): 0x0a, ("-ij",): 0x0e,
        ("-im",): 0x4a,
        ("--tos",): 0x30, ("--inet-sockopt",): 0, ("congestion.algorithm = cubic",): 0x08,
    }
    for options, bits in wanted.items():
        equal(asked_of_the_kernel(*options), {bits}, options)


def test_marks_are_for_the_administrator():
    if not PRIVATE:
        skip("no network namespace can be made here")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        s.setsockopt(socket.SOL_SOCKET, SO_MARK, 7)
        done = subprocess.run(
            ["setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin",
             os.environ["NATU"], "-tlj", "--columns", "mark,shutdown",
             f"sport = {s.getsockname()[1]}"],
            capture_output=True, text=True, check=False)
        row = json.loads(done.stdout)["sockets"][0]
        equal(row, {"mark": None, "shutdown": {"read": False, "write": False}})
        check("CAP_NET_ADMIN" in done.stderr, done.stderr)


run_tests(dict(globals()))
