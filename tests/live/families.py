# SPDX-License-Identifier: MIT
"""Makes packet, netlink and ping sockets in an empty network namespace, and compares natu's JSON with
what the sockets were made as, with the lines of /proc/net, and with ss where it is there."""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from tap import check, finish

NATU = sys.argv[1]
ETH_P_ALL, ETH_P_ARP = 3, 0x806
NETLINK_ROUTE, NETLINK_KOBJECT_UEVENT, NETLINK_GENERIC = 0, 15, 16
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1


def natu(*options):
    done = subprocess.run([NATU, "--ndjson", *options], capture_output=True, text=True, check=False)
    check("natu " + " ".join(options)[:60], done.returncode == 0 and not done.stderr, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def inode(sock):
    return os.fstat(sock.fileno()).st_ino


def proc(name):
    with open(f"/proc/net/{name}", encoding="ascii") as lines:
        return [line.split() for line in lines][1:]


def by_inode(rows):
    return {row["inode"]: row for row in rows}


def packet_sockets():
    everything = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    arp = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ARP))
    arp.bind(("lo", ETH_P_ARP))
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x" * 100, ("127.0.0.1", 9))
    columns = "inode,proto,family,type,state,uid,recv_q,interface,packet.protocol,refcount,process.fd"
    wanted = {
        inode(everything): ["packet", "packet", "RAW", None, os.getuid(), None, "0x3"],
        inode(arp): ["packet", "packet", "DGRAM", None, os.getuid(), "lo", "0x806"],
    }
    for source in "auto", "proc":
        rows = by_inode(natu("-0", "--source", source, "--columns", columns.replace(
            "recv_q,", "" if source == "proc" else "recv_q,").replace(
                ",refcount", "" if source == "auto" else ",refcount")))
        found = {number: [row[key] for key in ("proto", "family", "type", "state", "uid", "interface")]
                 + [row["packet"]["protocol"]] for number, row in rows.items()}
        check(f"packet sockets, {source}", found == wanted, found, wanted)
        fds = {number: [one["fd"] for one in row["processes"]] for number, row in rows.items()}
        check(f"their holders, {source}", fds == {inode(one): [one.fileno()]
                                                  for one in (everything, arp)}, fds)
        lines = {int(line[8]): line for line in proc("packet")}
        if source == "proc":
            check("references", all(row["refcount"] == int(lines[number][1])
                                    for number, row in rows.items()))
        else:
            check("received bytes wait", all(row["recv_q"] == int(lines[number][6])
                                             for number, row in rows.items()) and
                  rows[inode(everything)]["recv_q"] > 100, rows)
    check("-0l", len(natu("-0l")) == 2)
    check("--packet --connected", not natu("--packet", "--connected"))
    check("-A link", len(natu("-A", "link")) == 2)
    check("a filter", [row["inode"] for row in natu("-0", "packet.protocol = 0x806")] == [inode(arp)])
    check("a filter by its interface", [row["inode"] for row in natu("-0", "dev = lo")]
          == [inode(arp)])
    if shutil.which("ss"):
        lines = subprocess.run(["ss", "-0Hna"], capture_output=True, text=True, check=True).stdout
        check("as many as ss", len(lines.splitlines()) == 2, lines)
    return everything, arp


def netlink_sockets():
    route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE)
    route.bind((0, 0x11))
    route.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 33)
    event = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_KOBJECT_UEVENT)
    event.bind((424242, 1))
    plain = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
    plain.bind((0, 0))
    plain.connect((0, 0))
    wanted = {
        inode(route): ["route", route.getsockname()[0], "0x100000011"],
        inode(event): ["kobject_uevent", 424242, "0x1"],
        inode(plain): ["generic", plain.getsockname()[0], None],
    }
    rows = by_inode(natu("--netlink", "--columns", "+process.fd"))
    found = {number: [row["netlink"][key] for key in ("protocol", "portid", "groups")]
             for number, row in rows.items() if number in wanted}
    check("netlink sockets", found == wanted, found, wanted)
    check("their holders", all(rows[inode(one)]["processes"] == [{"fd": one.fileno()}]
                               for one in (route, event, plain)))
    lines = {int(line[9]): line for line in proc("netlink")}
    rows = by_inode(natu("--netlink", "--source", "proc", "--columns",
                         "inode,netlink.protocol_number,netlink.portid,netlink.groups,recv_q,"
                         "send_q,memory.drops,refcount"))
    found = {number: [row["netlink"]["protocol_number"], row["netlink"]["portid"],
                      int(row["netlink"]["groups"], 16), row["recv_q"], row["send_q"],
                      row["refcount"], row["memory"]["drops"]] for number, row in rows.items()}
    told = {number: [int(line[1]), int(line[2]), int(line[3], 16), int(line[4]), int(line[5]),
                     int(line[7]), int(line[8])] for number, line in lines.items()}
    check("from /proc, all that it says", found == told, found, told)
    check("who is connected", [row["inode"] for row in natu("--netlink", "--connected")]
          == [inode(plain)])
    check("-l has the others", inode(plain) not in
          {row["inode"] for row in natu("--netlink", "-l")})
    if shutil.which("ss"):
        lines = subprocess.run(["ss", "-Hna", "-A", "netlink"], capture_output=True, text=True,
                               check=True).stdout.splitlines()
        # ss shows members of groups twice, by numbers of protocols.
        theirs = {tuple(map(int, line.split()[3].split(":"))) for line in lines}
        ours = {(row["netlink"]["protocol_number"], row["netlink"]["portid"])
                for row in natu("--netlink", "--columns", "netlink.*")}
        # Each of the two has a socket of its own to ask by.
        check("as ss", len(theirs - ours) == 1 and len(ours - theirs) == 1, theirs, ours)
    return route, event, plain


def many_netlink_sockets():
    """Where an answer of the kernel is full, the one that did not fit is not in the next."""
    made = []
    for number in range(400):
        one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, [NETLINK_ROUTE, NETLINK_GENERIC][number % 2])
        one.bind((0, number % 2))
        made.append(one)
    for options in ([], ["-m"], ["netlink.protocol = route"]):
        rows = by_inode(natu("--netlink", *options))
        wanted = [one for one in made if not options or options[0] == "-m" or one.proto == NETLINK_ROUTE]
        missing = [inode(one) for one in wanted if inode(one) not in rows]
        check(f"each of {len(wanted)} netlink sockets", not missing, missing)
        check("with all that sock_diag tells", all(rows[inode(one)]["cookie"] for one in wanted))
    for one in made:
        one.close()


def ping_sockets():
    try:
        with open("/proc/sys/net/ipv4/ping_group_range", "w", encoding="ascii") as allowed:
            allowed.write(f"{os.getgid()} {os.getgid()}")
        four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
        four.bind(("127.0.0.1", 4711))
        six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6)
        six.bind(("::1", 4712))
    except OSError as error:
        print("skip ping sockets:", error)
        return
    rows = {row["inode"]: [row["proto"], row["family"], row["local"]["address"],
                           row["local"]["port"]] for row in natu("--icmp")}
    check("ping sockets", rows == {inode(four): ["icmp", "ipv4", "127.0.0.1", 4711],
                                   inode(six): ["icmp6", "ipv6", "::1", 4712]}, rows)
    check("--ping -6", [row["proto"] for row in natu("--ping", "-6")] == ["icmp6"])


def mptcp_sockets():
    try:
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
    except OSError as error:
        print("skip MPTCP sockets:", error)
        return
    server.bind(("127.0.0.1", 0))
    server.listen(7)
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
    client.connect(server.getsockname())
    accepted = server.accept()[0]
    client.send(b"hello")
    accepted.recv(5)
    rows = by_inode(natu("-M", "--columns", "+mptcp.*"))
    ports = {inode(one): one.getsockname()[1] for one in (server, client, accepted)}
    check("MPTCP sockets", {number: row["local"]["port"] for number, row in rows.items()} == ports,
          rows, ports)
    if rows[inode(client)]["mptcp"]["bytes_sent"] is None:
        print("skip bytes of a connection: this kernel does not count them")
    else:
        check("bytes of a connection", rows[inode(client)]["mptcp"]["bytes_sent"] == 5 and
              rows[inode(accepted)]["mptcp"]["bytes_received"] == 5, rows)
    check("a listener has none", rows[inode(server)]["mptcp"] is None and
          rows[inode(server)]["listener"]["limit"] == 7, rows)
    check("a subflow has its connection's inode", {row["inode"] for row in natu("-t")} == set(ports))
    check("-M6", not natu("-M6"))
    server6 = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, 262)
    server6.bind(("::1", 0))
    server6.listen()
    table = subprocess.run([NATU, "-MH"], capture_output=True, text=True, check=True).stdout
    starts = {line.index("127.0.0.1:") if "127" in line else line.index("::1:")
              for line in table.splitlines()}
    check("addresses stand below each other", starts == {len("tcp        0      0 ")}, table)


def mptcp_subflows():
    """Two addresses, so that a connection has a second subflow."""
    try:
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
    except OSError as error:
        print("skip MPTCP subflows:", error)
        return
    for address in "10.1.1.1", "10.1.1.2":
        subprocess.run(["ip", "address", "add", address + "/32", "dev", "lo"], check=True)
    made = [subprocess.run(["ip", "mptcp", *words], capture_output=True, check=False).returncode
            for words in (["limits", "set", "subflow", "4", "add_addr_accepted", "4"],
                          ["endpoint", "add", "10.1.1.2", "dev", "lo", "subflow"])]
    if any(made):
        print("skip MPTCP subflows: ip mptcp cannot set them up")
        return
    server.bind(("10.1.1.1", 0))
    server.listen()
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
    client.connect(server.getsockname())
    accepted = server.accept()[0]
    client.send(b"hello")
    accepted.recv(5)
    columns = ["--columns", "proto,local.address,local.port,peer.address,peer.port,inode,mptcp.token"]
    for _ in range(600):
        flows = natu("-t", *columns, "state = established and inode = %d" % inode(client))
        if len(flows) == 2:
            break
        time.sleep(0.1)
    check("two subflows", sorted(row["local"]["address"] for row in flows) ==
          ["10.1.1.1", "10.1.1.2"], flows)
    for end in client, accepted:
        connection, = natu("-M", *columns, "inode = %d" % inode(end))
        token = connection["mptcp"]["token"]
        check("a token", token and connection["local"]["port"] == end.getsockname()[1], connection)
        joined = natu("-tM", *columns, "mptcp.token = " + token)
        check("a connection and its subflows have one token", len(joined) == 3 and
              {row["inode"] for row in joined} == {inode(end)} and
              sorted(row["proto"] for row in joined) == ["mptcp", "tcp", "tcp"], joined)
    order = [row["mptcp"]["token"] for row in
             natu("-tM", *columns, "--sort", "mptcp.token", "has mptcp.token")]
    check("sorted by tokens", order == sorted(order, key=lambda text: int(text, 16)) and
          len(order) == 6, order)
    plain = natu("-t", *columns, "inode = %d" % inode(server))
    check("a listener has no token", [row["mptcp"] for row in plain] == [None], plain)


def first_answer(protocol):
    """What sock_diag says to a dump of a protocol over IPv4: the errno of its end, or 0."""
    done, error, dump = 3, 2, 0x301
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4) as netlink:
        request = struct.pack("BBBBI48x", socket.AF_INET, protocol, 0, 0, 0xfff)
        netlink.send(struct.pack("IHHII", 16 + len(request), 20, dump, 1, 0) + request)
        answer = netlink.recv(65536)
    kind, = struct.unpack_from("H", answer, 4)
    return -struct.unpack_from("i", answer, 16)[0] if kind in (done, error) else 0


def missing_handlers():
    """A protocol that sock_diag does not know is no empty list."""
    for option, protocol in ("--raw", 255), ("--dccp", 33), ("--sctp", 132), ("--udplite", 136):
        done = subprocess.run([NATU, option, "--source", "diag"], capture_output=True, text=True, check=False)
        if first_answer(protocol):
            check(f"{option}: no handler", done.returncode == 1 and "has no handler for" in done.stderr and
                  done.stderr.count("\n") == 1, done)
        else:
            check(f"{option}: a handler", done.returncode == 0 and not done.stderr, done)


missing_handlers()
packet_sockets()
mptcp_sockets()
mptcp_subflows()
netlink_sockets()
many_netlink_sockets()
ping_sockets()
finish()
