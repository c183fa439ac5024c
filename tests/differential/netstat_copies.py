# SPDX-License-Identifier: MIT
"""Writes copies of /proc for tests/differential/netstat_copies: netstat_copies.py DIRECTORY."""

import ipaddress
import os
import re
import socket
import sys

INET = ("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"
        "   uid  timeout inode\n")
UNIX = "Num       RefCount Protocol Flags    Type St Inode Path\n"


def ipv4(address):
    return socket.inet_aton(address)[::-1].hex().upper()


def ipv6(address):
    data = socket.inet_pton(socket.AF_INET6, address)
    return "".join(data[i:i + 4][::-1].hex().upper() for i in range(0, 16, 4))


def line(encode, local, peer, state, *, queues=(0, 0), timer=(0, 0), retransmits=0, uid=0, probes=0, inode=0):
    return (f"   0: {encode(local[0])}:{local[1]:04X} {encode(peer[0])}:{peer[1]:04X} {state:02X} "
            f"{queues[0]:08X}:{queues[1]:08X} {timer[0]:02X}:{timer[1]:08X} {retransmits:08X} "
            f"{uid:5d} {probes:8d} {inode} 1 0000000000000000 20 4 24 10 -1\n")


def write(root, files):
    # By this natu takes it for a /proc. Sanitizers read their options here, and look for leaks in a real one only.
    if "self/environ" not in files and not os.path.exists(os.path.join(root, "self")):
        write(root, {"self/environ": "ASAN_OPTIONS=detect_leaks=0\0"})
        os.symlink("/bin/true", os.path.join(root, "self/exe"))
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())


EVERY_IPV4 = [
    ("127.0.0.1", 80), ("0.0.0.0", 0), ("255.255.255.255", 65535), ("192.0.2.0", 53), ("192.0.2.1", 1234),
    ("10.0.0.0", 77), ("198.51.100.7", 8080), ("203.0.113.255", 22), ("1.2.3.4", 9), ("192.0.2.9", 40000),
]
EVERY_IPV6 = [
    ("::1", 80), ("::", 0), ("::", 443), ("::ffff:127.0.0.1", 443), ("::ffff:192.0.2.1", 1), ("::192.0.2.1", 5),
    ("fe80::1", 1), ("::ffff:0.0.0.0", 0), ("2001:db8:1111:2222:3333:4444:5555:6666", 40000),
    ("2001:db8::ffff:1", 11111), ("2001:db8::1", 53), ("fd00:1234:5678:9a::1", 6), ("64:ff9b::1", 60000),
    ("2001:db8:1:2:3:4:5:6", 7), ("2001:db8:0:0:1::", 65535),
]


def pairs(ends):
    return [(ends[i], ends[(i * 7 + 1) % len(ends)]) for i in range(len(ends))]


def is_any(end):
    return end[0] in ("0.0.0.0", "::")


def sockets(root):
    files = {}
    for version, encode, ends in (("", ipv4, EVERY_IPV4), ("6", ipv6, EVERY_IPV6)):
        some = pairs(ends)
        tcp = [line(encode, a, b, 1 if b[1] else 10, inode=1000 + i) for i, (a, b) in enumerate(some)]
        tcp += [line(encode, ends[0], ends[4], state, uid=0 if state == 6 else state, inode=2000 + state)
                for state in range(1, 12) if state != 10]
        tcp += [line(encode, ends[0], (ends[1][0], 0), 10, queues=(0, 5), inode=2100)]
        tcp += [line(encode, ends[0], ends[4], 1, timer=(kind, when), retransmits=kind, probes=7 - kind, inode=2200)
                for kind in range(5) for when in (0, 1, 99, 12345)]
        tcp += [line(encode, ends[0], ends[4], 1, queues=size, inode=2300)
                for size in ((1, 2), (999999, 1000000), (0x7fffffff, 0x80000000), (0xffffffff, 0xffffffff))]
        tcp += [line(encode, ends[0], ends[4], 1, uid=uid, inode=inode)
                for uid, inode in ((65534, 99), (1234567, 4294967295), (2147483647, 2400), (2147483648, 2401),
                                   (4294967295, 2402), (1000000000, 2403))]
        files[f"net/tcp{version}"] = INET + "".join(tcp)
        for name in ("udp", "udplite"):
            files[f"net/{name}{version}"] = INET + "".join(
                line(encode, a, b, 7 if is_any(b) else 1, queues=(0, 213), uid=uid, inode=3000)
                for uid, (a, b) in enumerate(some))
        files[f"net/raw{version}"] = INET + "".join(
            line(encode, (ends[0][0], number), (ends[1][0], 0), 7, inode=3100) for number in (1, 6, 17, 58, 77, 132, 255))
    files["net/unix"] = UNIX
    write(root, files)


ENDPOINTS = " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS\n"
ASSOCIATIONS = (" ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT "
                "LADDRS <-> RADDRS HBINT INS OUTS MAXRT T1X T2X RTXC wmema wmemq sndbuf rcvbuf\n")
ANY6 = "0000:0000:0000:0000:0000:0000:0000:0000"


def whole6(address):
    return ipaddress.ip_address(address).exploded


def endpoint(addresses, port=7001, *, state=10, uid=0, inode=200):
    return f"14f9148c 9460187a {2:<3} {state:<3} {51:<4} {port:<5} {uid:5} {inode:5} {''.join(a + ' ' for a in addresses)}\n"


def association(local, peer, ports=(7001, 7101), *, states=(1, 3), queues=(0, 0), uid=0, inode=201):
    return (f"52b0a41f 680e8f8b {2:<3} {states[0]:<3} {states[1]:<2} {0:<4} {3:4} {queues[1]:8} {queues[0]:8} {uid:7} {inode:5} "
            f"{ports[0]:<5} {ports[1]:5}  {''.join(a + ' ' for a in local)}<-> {''.join(a + ' ' for a in peer)}"
            f"\t{7500:8} {10:5} {10:5} {10:4} {0:4} {0:4} {0:8} {1:8} {0:8} {212992:8} {212992:8}\n")


def sctp(root):
    four = ["127.0.0.1", "192.0.2.1", "255.255.255.255", "10.0.0.0", "0.0.0.0"]
    six = [whole6(a) for a in ("::1", "2001:db8:1111:2222:3333:4444:5555:6666", "::ffff:192.0.2.1", "fe80::1", "::192.0.2.1")]
    lists = [[a] for a in four + six + [ANY6]] + [four[:2], six[:2], [four[0], six[1]], [six[1], four[0]], four + six]
    eps = [endpoint(addresses, 7000 + i, uid=i, inode=200 + i) for i, addresses in enumerate(lists)]
    eps += [endpoint(four[:1], port) for port in (0, 1, 80, 65535)]
    eps += [endpoint(four[:1], uid=uid, inode=inode)
            for uid, inode in ((65534, 99), (1000, 0), (2147483647, 4294967295), (1234567890, 1))]
    assocs = [association(a, b, (7000 + i, 7100 + i), uid=i, inode=300 + i)
              for i, a in enumerate(lists) for b in (lists[(i * 7 + 1) % len(lists)], lists[-1 - i])]
    assocs += [association(four[:2], ["*" + four[0], four[1]]), association(four[:2], [four[0], "*" + four[1], "*" + six[0]]),
               association(six[:1], ["*" + address for address in six])]
    assocs += [association(four[:1], four[1:2], states=(socket, state)) for socket in range(1, 12) for state in range(8)]
    assocs += [association(four[:1], four[1:2], ports) for ports in ((0, 1), (65535, 65535), (80, 443))]
    assocs += [association(four[:1], four[1:2], queues=queues)
               for queues in ((1, 2), (999999, 1000000), (2147483647, 2147483648), (4294967295, 4294967295))]
    assocs += [association(four[:1], four[1:2], uid=uid, inode=inode) for uid, inode in ((65534, 99), (2147483647, 4294967295))]
    # The kernel has listeners there alone.
    states = [endpoint(four[:1], 9000 + state, state=state) for state in range(1, 12)]
    copies = {"sctp": (eps, assocs), "sctp_endpoints": (eps[:3], []), "sctp_nothing": ([], []), "sctp_states": (states, [])}
    for name, files in copies.items():
        copy = os.path.join(root, name)
        empty = {f"net/{name}{version}": INET for name in ("tcp", "udp", "udplite", "raw") for version in ("", "6")}
        write(copy, {**empty, "net/unix": UNIX, "net/sctp/eps": ENDPOINTS + "".join(files[0]),
                     "net/sctp/assocs": ASSOCIATIONS + "".join(files[1])})
        process(copy, 100, b"/usr/sbin/server\0-D\0", [200, 201, 300])


def unix(root):
    def row(refcount, flags, kind, state, inode, path=None):
        path = b"" if path is None else b" " + path
        return f"0000000000000000: {refcount:08X} 00000000 {flags:08X} {kind:04X} {state:02X} {inode:5d}".encode() + path + b"\n"

    accepting = 0x10000
    rows = [
        row(2, accepting, 1, 1, 1100, b"/run/listener"),
        row(3, 0, 1, 3, 1101),
        row(3, 0, 1, 3, 1102, b"/run/listener"),
        row(2, 0, 2, 1, 1103, b"@abstract"),
        row(2, 0, 2, 1, 1104),
        row(4, 0, 5, 3, 1105, b"@"),
        row(2, accepting, 5, 1, 1106, b"/tmp/" + b"x" * 100),
        row(3, 0, 1, 2, 0),
        row(3, 0, 1, 2, 0, b"/run/listener"),
        row(0x7fffffff, 0, 2, 1, 4294967295, b"/large"),
        row(2, 0, 2, 3, 1107, b"/run/with a blank"),
        row(2, 0, 2, 3, 1108, b"/run/with\ta tab"),
        row(2, 0, 2, 3, 1112, b"  /run/behind blanks"),
        row(2, 0, 2, 3, 1113, b"\t \r/run/behind\vother blanks"),
        row(2, 0, 2, 3, 1114, b"   "),
        row(2, 0, 9, 1, 1115, b"/run/of another type"),
        row(2, 0, 1, 9, 1116, b"/run/in another state"),
        row(2, accepting, 1, 0x80, 1117, b"/run/in another one"),
        row(2, 0x70000, 1, 1, 1118),
        row(2, 0, 2, 3, 1109, "/run/größe".encode()),
        row(2, 0, 1, 4, 1110, b"/run/going"),
        row(2, accepting, 1, 1, 1111, b"%s%n%d"),
    ]
    empty = {f"net/{name}{version}": INET for name in ("tcp", "udp", "udplite", "raw") for version in ("", "6")}
    write(root, {**empty, "net/unix": UNIX.encode() + b"".join(rows)})
    process(root, 100, b"/usr/sbin/server\0-D\0", [1100, 1101])
    process(root, 200, b"client: with a title", [1102, 1103])
    process(root, 300, b"", [1105])


def process(root, pid, command, inodes):
    # With few files open, natu looks for processes nowhere else.
    if not os.path.lexists(os.path.join(root, "sys")):
        write(root, {"sys/fs/file-nr": "100\t0\t1000\n"})
    directory = os.path.join(root, str(pid), "fd")
    os.makedirs(directory, exist_ok=True)
    if command is not None:
        write(root, {f"{pid}/cmdline": command})
    for fd, inode in enumerate(inodes):
        os.symlink(f"socket:[{inode}]", os.path.join(directory, str(fd)))


def programs(root):
    commands = [
        b"/usr/sbin/sshd\0-D\0", b"sshd: /usr/sbin/sshd [listener]\0", b"", None, b"relative/path\0", b"-bash\0",
        b"/usr/bin/\0x", b"x" * 600, b"/" + b"y" * 600 + b"/zz", b"\0\0x\0", b"%s%n\0", b"/bin/abcdefghijklmnopq\0",
        "größe\0".encode(), b"no end", b"/bin/no end", b"two words\0third\0", b"/\0", b"//\0", b"/a/b/\0",
    ]
    write(root, {"net/tcp": INET + "".join(
        line(ipv4, ("127.0.0.1", 80 + i), ("0.0.0.0", 0), 10, inode=5000 + i) for i in range(len(commands) + 1))})
    for i, command in enumerate(commands):
        process(root, 10 ** (i % 7) + 3 * i, command, [5000 + i])


def section(title, names, value):
    return f"{title}: {' '.join(names)}\n{title}: {' '.join([str(value)] * len(names))}\n"


def statistics(root, value):
    """All counters that anyone knows, in each section."""
    known = re.findall(r'\{ "(\w+)", ', open("src/cli/netstat/counters.c").read())
    kernel = []
    for name in ("snmp", "netstat", "snmp6"):
        try:
            kernel += re.findall(r"\b[A-Z]\w+\b", open(f"/proc/net/{name}").read())
        except OSError:
            pass
    names = [name for name in dict.fromkeys(known + kernel + ["Unknown", "TW", "TCPLoss"]) if "6" not in name]
    long = [name for name in dict.fromkeys(known + kernel) if "6" in name and not name.endswith("6")]
    for name in ("Ip", "Icmp", "Udp", "UdpLite", "Tcp", "New"):
        long += [f"{name}6{counter}" for counter in ("Unknown", "InMsgs", "InErrors", "InEchos", "RcvbufErrors")]
    long.sort(key=lambda name: name.split("6")[0])
    first = ("Ip", "Icmp", "IcmpMsg", "Tcp", "Udp", "UdpLite", "New")
    write(root, {
        "net/snmp": "".join(section(title, names, value) for title in first),
        "net/netstat": "".join(section(title, names, value) for title in ("TcpExt", "IpExt", "MPTcpExt")),
        "net/snmp6": "".join(f"{name:32}\t{value}\n" for name in long),
        "net/sctp/snmp": "".join(f"{name:32}\t{value}\n" for name in known + ["SctpUnknown"]),
    })


def odd_statistics(root):
    texts = {
        "short": "Ip: InReceives OutRequests\nIp: 1\n",
        "long": "Ip: InReceives\nIp: 1 2 3\n",
        "half": "Ip: InReceives OutRequests\n",
        "no_colon": "Ip InReceives\nIp 1\nTcp: InSegs\nTcp: 1\n",
        "negative": "Ip: InReceives Unknown\nIp: -1 -2\n",
        "huge": "Ip: InReceives OutRequests\nIp: 18446744073709551615 99999999999999999999\n",
        "words": "Ip: InReceives\nIp: abc\n",
        "nothing": "Ip:\nIp:\nTcp: InSegs\nTcp: 4\n",
        "blanks": "Ip:  InReceives   OutRequests\nIp:   4 \t 5\n",
        "no_end": "Ip: InReceives\nIp: 5",
        "empty": "",
        "wide": "Ip: " + "A" * 3000 + " InReceives\nIp: 5 6\n",
        "many": "Ip: " + " ".join(f"N{i}" for i in range(700)) + " InReceives\nIp: " + " ".join(["5"] * 701) + "\n",
        "places": "Icmp: InMsgs New InEchos Other OutMsgs OutEchos InEchos X OutErrors InEchos\nIcmp: 1 2 3 4 5 6 7 8 9 1\n"
                  "New: X\nNew: 3\nTcp: New\nTcp: 1\n",
    }
    for name, text in texts.items():
        write(os.path.join(root, name), {"net/snmp": text, "net/snmp6": "Ip6InReceives 5\nIp6Odd 7 8\nUdp6NoPorts -1\n"})
        write(os.path.join(root, name), {"net/netstat": "TcpExt: TW\nTcpExt: 4\n"})


def missing(root):
    """The same sockets on a machine that lacks some files."""
    whole = {}
    for version, encode, any_address in (("", ipv4, "0.0.0.0"), ("6", ipv6, "::")):
        whole[f"net/tcp{version}"] = INET + line(encode, (any_address, 22), (any_address, 0), 10, inode=9000)
        for name in ("udp", "udplite", "raw"):
            whole[f"net/{name}{version}"] = INET + line(encode, (any_address, 22), (any_address, 0), 7, inode=9001)
    whole["net/unix"] = UNIX
    lacks = {
        "nothing": [], "ipv6": [name for name in whole if name.endswith("6")], "udplite": ["net/udplite", "net/udplite6"],
        "tcp": ["net/tcp"], "raw6": ["net/raw6"], "everything": list(whole), "unix": ["net/unix"],
    }
    for name, without in lacks.items():
        os.makedirs(os.path.join(root, name, "net"))
        write(os.path.join(root, name), {key: text for key, text in whole.items() if key not in without})


def names(root):
    """What names of hosts, ports and protocols are looked up in."""
    write(root, {
        "hosts": "127.0.0.1 localhost lh\n127.0.0.1 second\n::1 ip6-localhost localhost\n192.0.2.1 one.example.org one\n"
                 "2001:db8::1 a.very.long.host.name.example.org\n192.0.2.0 zero.example.org\n10.0.0.0 ten0\n",
        "services": "http 80/tcp www\nweb 80/tcp\ndomain 53/udp\ndomaint 53/tcp\nssh 22/tcp\none 1/tcp\nnine 9/udp\n"
                    "rawone 77/raw\nicmps 1/raw\naverylongservicename-indeed 40000/tcp\nx80 80/udp\nsctps 80/sctp\n",
        "protocols": "icmp 1 ICMP\ntcp 6 TCP\nothertcp 6 OTHER\nudp 17 UDP\nipv6-icmp 58 X\nlarge 300 L\n",
    })


def main():
    root = sys.argv[1]
    sockets(os.path.join(root, "sockets"))
    unix(os.path.join(root, "unix"))
    sctp(root)
    programs(os.path.join(root, "programs"))
    for value in (0, 1, 123456789012):
        statistics(os.path.join(root, f"statistics_{value}"), value)
    odd_statistics(os.path.join(root, "odd"))
    missing(os.path.join(root, "missing"))
    names(os.path.join(root, "etc"))


main()
