#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A DNS server on loopback for names of addresses: it answers, waits, says nothing, and lies.

	dns.py PORT	serves until it is ended; prints "ready"
	dns.py -t	prints what natu has to make of each address, as JSON
"""

import ipaddress
import json
import select
import socket
import struct
import sys
import time

# Address -> (kind, labels, what natu has to show).
ZONE = {
    "10.0.0.1": ("name", [b"one", b"example"], "one.example"),
    "10.0.0.2": ("slow", [b"slow", b"example"], "slow.example"),
    "10.0.0.3": ("silent", [], None),
    "10.0.0.4": ("missing", [], None),
    "10.0.0.5": ("name", [b"\x1b[31mred", b"example"], None),
    "10.0.0.6": ("name", [b"10", b"9", b"9", b"9"], None),
    "10.0.0.7": ("cut", [b"cut", b"example"], None),
    "10.0.0.8": ("failing", [], None),
    "10.0.0.9": ("name", ["\u202egnp".encode(), b"example"], None),
    "10.0.0.10": ("name", [b"a" * 63, b"b" * 63, b"c" * 63, b"d" * 61],
                  ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 61))),
    "10.0.0.11": ("forged", [b"forged", b"example"], None),
    "10.0.0.12": ("name", [b"has blank", b"example"], None),
    "10.0.0.13": ("name", [], None),
    "10.0.0.14": ("name", [b"under_score", b"example"], "under_score.example"),
    "10.0.0.15": ("loop", [], None),
    "10.0.0.16": ("name", [b"new\nline", b"example"], None),
    "10.0.0.17": ("other", [b"other", b"example"], None),
    "2001:db8::1": ("name", [b"six", b"example"], "six.example"),
}
# Many that all take their time: asked one after the other they would take far too long.
for n in range(1, 201):
    ZONE[f"10.0.1.{n}"] = ("slow", [b"host%d" % n, b"example"], f"host{n}.example")

SLOW = 0.2


def owner(address):
    return ipaddress.ip_address(address).reverse_pointer.lower()


ANSWERS = {owner(address): entry for address, entry in ZONE.items()}


def name_of(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    return ".".join(labels).lower(), at + 5


def encode(labels):
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"


def reply(query, kind, labels):
    _, end = name_of(query)
    code = {"missing": 3, "failing": 2}.get(kind, 0)
    count = 0 if code else 1
    identity = struct.unpack("!H", query[:2])[0] ^ (0x5555 if kind == "forged" else 0)
    head = struct.pack("!HHHHHH", identity, 0x8180 | code, 1, count, 0, 0)
    data = b"\xc0" + bytes((end + 12,)) if kind == "loop" else encode(labels)
    record = (b"\xc0\x0c" if kind != "other" else encode([b"elsewhere"])) + \
        struct.pack("!HHIH", 12, 1, 60, len(data)) + data
    message = head + query[12:end] + (record if count else b"")
    return message[:end + 7] if kind == "cut" else message


def serve(port):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    server.bind(("127.0.0.1", port))
    print("ready", flush=True)
    later = []
    while True:
        wait = max(0, later[0][0] - time.monotonic()) if later else None
        if select.select([server], [], [], wait)[0]:
            query, client = server.recvfrom(4096)
            kind, labels, _ = ANSWERS.get(name_of(query)[0], ("missing", [], None))
            when = time.monotonic() + (SLOW if kind == "slow" else 0)
            if kind != "silent":
                later.append((when, reply(query, kind, labels), client))
                later.sort(key=lambda entry: entry[0])
        while later and later[0][0] <= time.monotonic():
            server.sendto(*later.pop(0)[1:])


if sys.argv[1:] == ["-t"]:
    print(json.dumps({address: entry[2] for address, entry in ZONE.items()}))
else:
    serve(int(sys.argv[1]))
