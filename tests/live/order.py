# SPDX-License-Identifier: MIT
"""IPv4 before IPv6: the order, and which dumps natu asked the kernel for to give it."""

import os
import re
import socket
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import PRIVATE, SCRATCH, check, equal, has_ipv6, natu, raise_descriptor_limit, \
    run_tests, skip

TCPDIAG_GETSOCK, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, REQ_PROTOCOL = 18, 20, 1, 3
BOTH = "both"
# 4 MiB of messages as they are, at 400 bytes, are held back.
MANY = 10700


def dumps_of_udp(path):
    """The requests in a recording: the address family of each, or BOTH."""
    with open(path, "rb") as f:
        text = f.read()
    asked, at = [], 0
    while at < len(text):
        length, kind, flags = struct.unpack_from("=IHH", text, at)
        if flags & NLM_F_REQUEST and kind == SOCK_DIAG_BY_FAMILY:
            family, protocol = struct.unpack_from("=BB", text, at + 16)
            equal(protocol, socket.IPPROTO_UDP, "protocol")
            asked.append(family)
        elif flags & NLM_F_REQUEST:
            equal(kind, TCPDIAG_GETSOCK, "request")
            # Behind struct inet_diag_req, and before the bytecode, if there is any.
            attribute, protocol = struct.unpack_from("=HI", text, at + 16 + 60 + 2)
            equal(attribute, REQ_PROTOCOL, "attribute")
            # Another one was to find out whether the kernel reads the attribute.
            if protocol == socket.IPPROTO_UDP:
                asked.append(BOTH)
        at += length + 3 & ~3
    return asked


def udp(family, count):
    sockets = []
    for _ in range(count):
        sockets.append(socket.socket(family, socket.SOCK_DGRAM))
        sockets[-1].bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
    return sockets


def close(sockets):
    for s in sockets:
        s.close()


def listed(sockets, *arguments):
    """Compares the list with the sockets, and gives the dumps that were asked for."""
    path = os.path.join(SCRATCH, "recording")
    status, out, err = natu("-uH", "--record", path, *arguments)
    equal((status, err), (0, ""), "natu")
    rows = [line.split()[:5] for line in out.splitlines() if line.startswith("udp")]
    families = [row[0] for row in rows]
    equal(families, sorted(families), "order")
    wanted = [s.getsockname()[1] for s in sockets]
    equal(sorted(int(row[3].rsplit(":", 1)[1]) for row in rows), sorted(wanted), "ports")
    return dumps_of_udp(path)


def need_ipv6():
    if not PRIVATE:
        skip("no network namespace can be made here")
    if not has_ipv6():
        skip("no IPv6 here")
    if tuple(int(n) for n in re.findall(r"\d+", os.uname().release)[:2]) < (5, 9):
        skip("before Linux 5.9 UDP takes two walks in any case")


def test_few_in_one_walk():
    need_ipv6()
    sockets = udp(socket.AF_INET6, 7) + udp(socket.AF_INET, 3)
    equal(listed(sockets), [BOTH], "dumps")
    equal(listed(sockets, "-m"), [BOTH], "dumps")
    close(sockets)


def test_more_than_one_answer_in_one_walk():
    need_ipv6()
    sockets = udp(socket.AF_INET6, 700) + udp(socket.AF_INET, 300)
    equal(listed(sockets), [BOTH], "dumps")
    equal(listed(sockets, "-m"), [BOTH], "dumps")
    close(sockets)


def test_too_many_to_hold_back_in_two_walks():
    need_ipv6()
    if raise_descriptor_limit() < MANY + 300:
        skip("not enough descriptors")
    sockets = udp(socket.AF_INET6, MANY) + udp(socket.AF_INET, 100)
    equal(listed(sockets, "-m"), [socket.AF_INET, socket.AF_INET6], "dumps")
    # Without their attributes they take a tenth.
    equal(listed(sockets), [BOTH], "dumps")
    close(sockets)


run_tests(dict(globals()))
