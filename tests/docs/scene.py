# SPDX-License-Identifier: MIT
"""A small server to look at: the sockets that the examples of the manual and of the README show.

Runs in a network namespace that a test has made, and makes a second one for the rest of the world. Prints
"ready", and keeps everything until its stdin ends. Services are copies of natu under other names: their
names are what --process and -p show.

	python3 scene.py FOLDER		FOLDER/bin gets the copies, and natu itself
"""

import ctypes
import os
import shutil
import socket
import subprocess
import sys

CLONE_NEWNET = 0x40000000
HERE, HERE6 = "192.0.2.10", "2001:db8::10"
WORLD = ["192.0.2.1/24", "203.0.113.5/32", "203.0.113.6/32", "203.0.113.77/32",
         "198.51.100.23/32", "10.1.2.3/32"]
SYN_RETRIES = 60

# The services of this machine: a name, and the arguments of `natu listen`.
SERVICES = [
    ("sshd", ["--hold", "0.0.0.0:22"]),
    ("nginx", ["--hold", "0.0.0.0:80"]),
    ("nginx", ["--hold", "[::]:443"]),
    ("postgres", ["--hold", "127.0.0.1:5432"]),
    ("chronyd", ["--udp", "127.0.0.1:323"]),
    ("dhclient", ["--udp", "0.0.0.0:68"]),
]

# Who in the world is connected to a service: its address and port, the service, what it has sent.
CLIENTS = [
    ("203.0.113.5", 51234, HERE, 443, 0),
    ("203.0.113.5", 51240, HERE, 443, 1200),
    ("203.0.113.77", 40022, HERE, 443, 0),
    ("2001:db8::77", 39910, HERE6, 443, 0),
    ("10.1.2.3", 50022, HERE, 22, 0),
]
GONE = ("203.0.113.6", 40412, HERE, 443)	# has closed, and nginx does not mind
SERVER = ("198.51.100.23", 5671)		# a program of this machine is connected to it
DEAF = ("198.51.100.99", 443)			# nobody answers there


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def connection(near, far, retries=None):
    family = socket.AF_INET6 if ":" in far[0] else socket.AF_INET
    end = socket.socket(family)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    end.bind(near)
    if retries:
        end.setblocking(False)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, retries)
    end.connect_ex(far) if retries else end.connect(far)
    return end


def world(ready, go):
    """The process that is the rest of the world: its own namespace, then its connections."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        sys.exit("unshare: " + os.strerror(ctypes.get_errno()))
    os.write(ready, b"1")
    os.read(go, 1)
    ip("link", "set", "lo", "up")
    ip("link", "set", "world", "up")
    for address in WORLD:
        ip("address", "add", address, "dev", "world")
    ip("-6", "address", "add", "2001:db8::77/64", "dev", "world", "nodad")
    server = socket.create_server(SERVER)
    os.write(ready, b"1")
    os.read(go, 1)
    ends = [server]
    for address, port, to, service, size in CLIENTS:
        ends.append(connection((address, port), (to, service)))
        if size:
            ends[-1].sendall(bytes(size))
    connection(GONE[:2], GONE[2:]).close()
    os.write(ready, b"1")
    os.read(go, 1)


def start_services(folder, processes):
    for name, arguments in SERVICES:
        program = os.path.join(folder, "bin", name)
        if not os.path.exists(program):
            shutil.copy(os.environ["NATU"], program)
        processes.append(subprocess.Popen([program, "listen", *arguments],
                                          stdout=subprocess.PIPE, stdin=subprocess.DEVNULL))
    for process in processes:
        line = process.stdout.readline()
        if not line.startswith(b"listening "):
            sys.exit(f"{process.args}: {line!r}")


def set_up_network(pid):
    """One device here, the other in the namespace of that process."""
    ip("link", "add", "eth0", "type", "veth", "peer", "name", "world", "netns", str(pid))
    ip("link", "set", "eth0", "up")
    ip("address", "add", HERE + "/24", "dev", "eth0")
    ip("-6", "address", "add", HERE6 + "/64", "dev", "eth0", "nodad")
    ip("route", "add", "default", "via", "192.0.2.1")


def main():
    folder = sys.argv[1]
    os.makedirs(os.path.join(folder, "bin"))
    os.symlink(os.environ["NATU"], os.path.join(folder, "bin", "natu"))
    ip("link", "set", "lo", "up")
    from_world, ready = os.pipe()
    go, to_world = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(to_world)
        world(ready, go)
        os._exit(0)
    os.close(ready)
    services = []
    try:
        os.read(from_world, 1)
        set_up_network(pid)
        os.write(to_world, b"1")
        os.read(from_world, 1)
        start_services(folder, services)
        ends = [connection((HERE, 38822), SERVER), connection((HERE, 38900), DEAF, SYN_RETRIES),
                connection(("127.0.0.1", 40404), ("127.0.0.1", 5432))]
        os.write(to_world, b"1")
        if os.read(from_world, 1):
            print("ready", flush=True)
            sys.stdin.read()
        del ends
    finally:
        os.close(to_world)
        for process in services:
            process.kill()
            process.wait()
        os.waitpid(pid, 0)


main()
