# SPDX-License-Identifier: MIT
"""What `natu listen` says of the sockets that are in its way, made by ends that know nothing of it."""

import os
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import (Listener, PRIVATE, SCRATCH, check, equal, has_ipv6, ipv6_setting, natu, run_tests,
                  setting, skip, tcp_rows, wait_for)

NOBODY = 65534


def path_of(name):
    return os.path.join(SCRATCH, name)


def refused(*arguments):
    status, out, err = natu("listen", *arguments)
    equal((status, out), (1, ""), " ".join(map(str, arguments)))
    return err


def test_explains_a_listener_in_the_way():
    with Listener(0) as listener:
        err = refused(listener.port)
        check("Address already in use" in err, err)
        check(f"in the way: a listener at 127.0.0.1:{listener.port}" in err, err)
        err = refused(f"*:{listener.port}")
        check(f"in the way: a listener at 127.0.0.1:{listener.port}" in err, err)
        if has_ipv6():
            err = refused(f"[::]:{listener.port}")
            check(f"in the way: a listener at 127.0.0.1:{listener.port}" in err, err)
        err = refused("-v", listener.port)
        check("close(): the socket" in err and "close(): the listener" not in err, err)
    with Listener("-u", 0) as listener:
        err = refused("-u", listener.port)
        check(f"in the way: a socket at 127.0.0.1:{listener.port}" in err, err)


def test_explains_listeners_of_the_other_family():
    if not has_ipv6():
        skip("no IPv6 here")
    with Listener(0) as listener:
        err = refused(f"[::ffff:127.0.0.1]:{listener.port}")
        check(f"in the way: a listener at 127.0.0.1:{listener.port}" in err, err)
    with Listener("[::ffff:127.0.0.1]:0") as listener:
        for place in ("127.0.0.1", "*", "[::]"):
            err = refused(f"{place}:{listener.port}")
            check(f"in the way: a listener at [::ffff:127.0.0.1]:{listener.port}" in err, err)
    with Listener("[::]:0") as listener:
        err = refused(listener.port)
        check(f"in the way: a listener at [::]:{listener.port}" in err, err)
    with socket.socket(socket.AF_INET6) as six, socket.socket() as four:
        six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        six.bind(("::", 0))
        six.listen()
        port = six.getsockname()[1]
        four.bind(("127.0.0.1", port))
        four.listen()
        err = refused(f"*:{port}")
        check(f"a listener at 127.0.0.1:{port}" in err and "::" not in err, err)
        # And the other way round: what is only for IPv6 is not hindered by IPv4.
        ipv6_setting("bindv6only", "1")
        try:
            err = refused(f"[::]:{port}")
        finally:
            ipv6_setting("bindv6only", "0")
        check(f"a listener at [::]:{port}" in err and "127.0.0.1" not in err, err)


def test_says_for_which_families_it_listens():
    if not has_ipv6():
        skip("no IPv6 here")
    for only in ("0", "1"):
        ipv6_setting("bindv6only", only)
        try:
            with Listener("-v", "[::]:0") as listener, socket.socket() as s:
                refuses = s.connect_ex(("127.0.0.1", listener.port)) != 0
                equal(refuses, only == "1")
                equal("is there for IPv4 too" in listener.said(), not refuses)
        finally:
            ipv6_setting("bindv6only", "0")


def test_explains_a_bound_socket_in_the_way():
    if tuple(map(int, os.uname().release.split("-")[0].split(".")[:2])) < (6, 8):
        skip("this kernel does not list bound sockets")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
        err = refused(port)
        check(f"in the way: a socket bound to 127.0.0.1:{port}" in err, err)


def test_explains_connections_in_the_way():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        own, (_, port) = client.getsockname()[1], server.getsockname()
        accepted, _ = server.accept()
        err = refused(own)
        check(f"in the way: a connection of 127.0.0.1:{own} with 127.0.0.1:{port}, ESTABLISHED"
              in err, err)
        check("outgoing connections get their ports" in err, err)
        client.close()
        accepted.close()
        wait_for(lambda: tcp_rows(6, own), "TIME_WAIT")
        err = refused("--no-reuse", own)
        check(f"a connection of 127.0.0.1:{own} with 127.0.0.1:{port} in TIME_WAIT" in err, err)


def test_explains_connections_that_their_process_has_closed():
    """The kernel still ends them; the uid 0 that it tells of them is nobody's."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        for bytes_left, state, number in ((10 << 20, "FIN_WAIT1", 4), (0, "FIN_WAIT2", 5)):
            client = socket.create_connection(server.getsockname())
            accepted, (_, own) = server.accept()
            client.setblocking(False)
            if bytes_left:
                check(client.send(b"x" * bytes_left) < bytes_left, "it has taken everything")
            client.close()
            wait_for(lambda: tcp_rows(number, own), state)  # pylint: disable=cell-var-from-loop
            err = refused(own)
            check(f", {state}, which no process holds any more\n" in err, err)
            accepted.close()


def test_names_the_link_of_what_is_in_the_way():
    if not PRIVATE or not has_ipv6() or subprocess.run(
            ["ip", "address", "add", "fe80::5/64", "dev", "lo"], check=False).returncode:
        skip("no IPv6 here")
    with Listener("[fe80::5%lo]:0") as listener:
        check(listener.name.startswith("[fe80::5%lo]:"), listener.name)
        err = refused(listener.name)
        check(f"in the way: a listener at {listener.name}, held by" in err, err)


def without_privileges():
    import ctypes
    ctypes.CDLL(None).prctl(24, 10, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE


def test_explains_a_privileged_port():
    setting("ip_unprivileged_port_start", "1024")
    status, _, err = natu("listen", 80, preexec_fn=without_privileges)
    equal(status, 1)
    check("Permission denied" in err and "ports below 1024 are privileged" in err, err)


def test_explains_when_no_port_is_free():
    setting("ip_local_port_range", "40000 40003")
    setting("ip_local_reserved_ports", "40000-40003")
    try:
        err = refused(0)
        check("no port is free" in err and "40000-40003" in err, err)
    finally:
        setting("ip_local_port_range", "32768 60999")
        setting("ip_local_reserved_ports", "")


def test_tells_of_a_reserved_port():
    setting("ip_local_reserved_ports", "45000-45009")
    try:
        with Listener("-v", 45003) as listener:
            check("port 45003 is reserved" in listener.said(), listener.said())
    finally:
        setting("ip_local_reserved_ports", "")


def test_explains_an_address_that_is_not_here():
    err = refused("192.0.2.1:0")
    check("no interface of this machine has that address" in err, err)


def test_explains_a_link_local_address_without_its_link():
    if not has_ipv6():
        skip("no IPv6 here")
    check("one of each link" in refused("[fe80::1]:0"), "no word")
    check("one of each link" in refused("-u", "[ff02::1]:0"), "no word")
    check("multicast" in refused("[ff02::1]:0"), "no word")


# --- UNIX sockets -----------------------------------------------------------------------------

def can_be_nobody():
    """Root can, if this user namespace has that user."""
    with open("/proc/self/uid_map", encoding="ascii") as f:
        ranges = [tuple(map(int, line.split())) for line in f]
    return os.getuid() == 0 and any(first <= NOBODY < first + count for first, _, count in ranges)


def as_nobody():
    os.setgroups([])
    os.setuid(NOBODY)


def test_unix_names_who_is_in_the_way():
    path = path_of("bound")
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_UNIX, kind) as s:
            s.bind(path)
            err = natu("listen", "--unix", path)[2]
            check(f"in the way: a socket at {path}, held by python" in err, err)
        os.unlink(path)
    name = f"natu-way-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as s, socket.socket(socket.AF_UNIX) as longer:
        s.bind("\0" + name)
        s.listen()
        longer.bind("\0" + name + "x")
        err = natu("listen", "--unix", "@" + name)[2]
        check(f"in the way: a listener at @{name}, held by python" in err, err)
        equal(err.count("in the way"), 1)


def test_unix_does_not_say_what_it_cannot_know():
    """One who may not write to a socket's file is not told whether anybody has it."""
    if not can_be_nobody():
        skip("only for root")
    path = path_of("not-yours")
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(path)
    os.chmod(path, 0o700)
    os.chmod(SCRATCH, 0o777)
    try:
        status, _, err = natu("listen", "--unix", path, preexec_fn=as_nobody)
    except PermissionError:
        skip("the program is where only root can run it")
    equal(status, 1)
    check("a socket has that name; whether it is in use shows only" in err, err)
    check("in use has that name" not in err and "can be removed" not in err, err)


if __name__ == "__main__":
    run_tests(dict(globals()))
