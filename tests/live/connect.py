# SPDX-License-Identifier: MIT
"""`natu connect` against servers that know nothing of it."""

import os
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import (Listener, NATU, Natu, PATIENCE, PRIVATE, SCRATCH, check, equal, has_ipv6, natu,
                  raise_descriptor_limit, read_all, run_tests, setting, skip, tcp_rows, wait_for)

ESTABLISHED, FIN_WAIT2 = 1, 5


class Server:
    """Runs `serve(connection)` in a thread for each connection; keeps where they came from."""

    def __init__(self, serve, address="127.0.0.1", kind=socket.SOCK_STREAM):
        family = (socket.AF_UNIX if "/" in address else
                  socket.AF_INET6 if ":" in address else socket.AF_INET)
        self.socket = socket.socket(family, kind)
        self.socket.bind(address if family == socket.AF_UNIX else (address, 0))
        self.socket.listen(4096)
        self.name = self.socket.getsockname()
        self.serve, self.peers, self.kept = serve, [], []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, peer = self.socket.accept()
            except OSError:
                return
            self.peers.append(peer)
            self.kept.append(connection)
            if self.serve:
                threading.Thread(target=self.run, args=[connection], daemon=True).start()

    def run(self, connection):
        try:
            self.serve(connection)
        except OSError:  # the client has gone, or the test is over
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for connection in self.kept:
            connection.close()

    @property
    def port(self):
        return self.name[1]


def echo(connection):
    while data := connection.recv(1 << 20):
        connection.sendall(data)
    connection.close()


def answer_wrongly(connection):
    data = connection.recv(1 << 20)
    connection.sendall(data[:-1] + b"?")


def collect(into):
    def serve(connection):
        into.append(read_all(connection))
        connection.close()
    return serve


def last_line(output):
    return output.splitlines()[-1] if output else ""


def test_reaches_a_server():
    with Server(None) as server:
        status, out, err = natu("connect", server.port)
        equal((status, err), (0, ""))
        equal(out.splitlines()[0], f"connected tcp 127.0.0.1:{server.port}: 1")
        check(last_line(out).startswith("1 connected, 0 failed in "), out)
    if not has_ipv6():
        return
    with Server(None, "::1") as server:
        equal(natu("connect", f"[::1]:{server.port}")[0], 0)
        equal(natu("connect", "-6", server.port)[0], 0)


def test_sends_a_text():
    texts = []
    with Server(collect(texts)) as server:
        status, out, _ = natu("connect", "--half-close", "--send", "hello", server.port)
        equal((status, texts), (0, [b"hello"]))
        check("sent 5 bytes, received 0 bytes" in out, out)


def test_checks_an_echo():
    with Server(echo) as server:
        for size, count in (("1", 1), ("70000", 3), ("100M", 1)):
            status, out, err = natu("connect", "--send", size, "--count", count, "--verify",
                                    server.port)
            equal((status, err), (0, ""))
            check(f"echoed exactly: {count} of {count}" in out, out)
        status, out, _ = natu("connect", "--send", "3M", "--half-close", "--verify", server.port)
        equal(status, 0, out)
        check("received 3145728 bytes" in out, out)


def test_notices_another_answer():
    with Server(answer_wrongly) as server:
        status, out, _ = natu("connect", "--send", "1000", "--verify", server.port)
        equal(status, 1)
        check("echoed exactly: 0 of 1" in out, out)
        equal(natu("connect", "--send", "1000", server.port)[0], 0)  # it may answer what it likes


def test_says_where_an_answer_differs():
    def answer_with(change):
        def serve(connection):
            data = bytearray(read_all(connection))
            change(data)
            connection.sendall(data)
            connection.close()
        return serve

    def spoil(data):
        data[70001] ^= 1

    for change, words in ((spoil, "something else after 70001 of 100000 bytes"),
                          (lambda data: data.append(1), "more than the 100000 bytes that it got"),
                          (lambda data: data.pop(), "only 99999 of 100000 bytes"),
                          (lambda data: data.clear(), "only 0 of 100000 bytes")):
        with Server(answer_with(change)) as server:
            status, _, err = natu("connect", "--send", 100000, "--half-close", "--verify",
                                  server.port)
            equal((status, err), (1, f"natu: 127.0.0.1:{server.port} sent back {words}\n"))


def test_sends_what_differs_everywhere():
    texts = []
    with Server(collect(texts)) as server:
        natu("connect", "--half-close", "--send", "1M", server.port)
    data, size = texts[0], 4096
    equal(len(data), 1 << 20)
    # No aligned block, of any size that buffers have, could stand for another.
    for size in (512, 4096, 65536):
        blocks = [data[i:i + size] for i in range(0, len(data), size)]
        equal(len(set(blocks)), len(blocks), f"blocks of {size}")


def test_spreads_its_sources():
    with Server(None) as server:
        natu("connect", "--count", 500, "--from", "127.9.0.0/24", server.port)
        wait_for(lambda: len(server.peers) == 500, "500 clients")
        equal({peer[0] for peer in server.peers}, {f"127.9.0.{n}" for n in range(1, 255)})
        equal(natu("connect", "--from", "127.9.9.9", server.port)[0], 0)
        wait_for(lambda: len(server.peers) == 501, "one more")
        equal(server.peers[-1][0], "127.9.9.9")


def test_spreads_its_sources_over_an_ipv6_prefix():
    if not has_ipv6() or not PRIVATE or not shutil.which("ip"):
        skip("no IPv6, no network of our own or no ip here")
    subprocess.run(["ip", "-6", "route", "add", "local", "2001:db8::/64", "dev", "lo"], check=True)
    with Server(None, "::1") as server:
        arguments = ["connect", "--count", 500, "--from", "2001:db8::/64", f"[::1]:{server.port}"]
        status, _, err = natu(*arguments)
        equal(status, 1)
        check("no interface of this machine has that address" in err, err)
        check("'ip -6 route add local PREFIX dev lo'" in err, err)
        setting("../ipv6/ip_nonlocal_bind", "1")  # as it says
        try:
            equal(natu(*arguments)[0], 0)
        finally:
            setting("../ipv6/ip_nonlocal_bind", "0")
        wait_for(lambda: len(server.peers) == 500, "500 clients")
        equal({peer[0] for peer in server.peers}, {f"2001:db8::{n:x}" for n in range(1, 501)})


def test_holds_many():
    if raise_descriptor_limit() < 11000:
        skip("too few descriptors here")
    with Listener("--hold", 0) as listener:
        reader, writer = os.pipe()
        with Natu("connect", "--count", 5000, "--hold", "--from", "127.9.0.0/24", "--ready-fd",
                  writer, listener.port, pass_fds=[writer]) as client:
            os.close(writer)
            with os.fdopen(reader) as f:
                equal(f.read(), f"connected tcp 127.0.0.1:{listener.port}: 5000\n")
            equal(len(tcp_rows(ESTABLISHED, peer_port=listener.port)), 5000)
            status, summary = client.end(signal.SIGINT)
            equal(status, 0)
            check(summary.startswith("5000 connected, 0 failed"), summary)


def test_holds_half_closed():
    with Server(None) as server:
        with Natu("connect", "--hold", "--half-close", server.port) as client:
            wait_for(lambda: tcp_rows(FIN_WAIT2, peer_port=server.port), "FIN_WAIT2")
            equal(client.end()[0], 0)


def test_keeps_the_rate():
    with Server(None) as server:
        began = time.monotonic()
        equal(natu("connect", "--count", 21, "--rate", 40, server.port)[0], 0)
        check(time.monotonic() - began >= 0.5, "20 connections came sooner than 40 a second allow")


def test_keeps_the_rate_after_a_stall():
    go_on = threading.Event()

    def echo_later(connection):
        go_on.wait(PATIENCE)
        echo(connection)

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    with Server(echo_later) as server:
        threading.Timer(1, go_on.set).start()
        began = time.monotonic()
        status, out, _ = natu("connect", "--count", 30, "--rate", 20, "--send", "x", server.port,
                              preexec_fn=few)
        equal(status, 0, out)
        # Fewer than 16 before the stall of a second, and 20 a second after it.
        check(time.monotonic() - began >= 1 + 14 / 20, "what had waited came all at once")


def test_tells_who_refuses():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
        status, out, err = natu("connect", "--count", 3, port)
        equal(status, 1)
        equal(err, f"natu: connecting to 127.0.0.1:{port}: Connection refused\n")
        check(last_line(out).startswith("0 connected, 3 failed"), out)
        equal(natu("connect", "--hold", port)[0], 1)  # nothing to wait for


def test_gives_up_after_the_timeout():
    with Server(None) as server:
        status, out, err = natu("connect", "--send", "x", "--timeout", "0.3", server.port)
        equal(status, 1)
        check("1 connected, 1 failed" in out, out)
        equal(err, "natu: ended by --timeout before all was done: 1 waiting for the server\n")
        status, _, err = natu("connect", "--hold", "--timeout", "0.3", server.port)
        equal((status, err), (0, ""))
        status, _, err = natu("connect", "--hold", "--count", 3, "--rate", 1, "--timeout", "0.3",
                              server.port)
        equal((status, err), (1, "natu: ended by --timeout before all was done: 2 not begun\n"))
    with socket.socket() as silent:  # its queue is full: it answers no SYN
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        status, out, err = natu("connect", "--hold", "--count", 3, "--timeout", "0.3",
                                silent.getsockname()[1])
        equal(status, 1)
        check(out.startswith("1 connected, 2 failed"), out)
        equal(err, "natu: ended by --timeout before all was done: 2 without an answer\n")


def test_ends_by_a_signal():
    with Server(None) as server, Natu("connect", "--send", "x", server.port) as client:
        equal(client.end(signal.SIGINT)[0], 1)
        check("ended by SIGINT before all was done: 1 waiting for the server" in client.said(),
              client.said())
    with Server(None) as server, Natu("connect", "--hold", server.port) as client:
        equal((client.end(signal.SIGTERM)[0], client.said()), (0, ""))


def test_server_that_ends_or_resets():
    def end(connection):
        connection.shutdown(socket.SHUT_WR)
        time.sleep(1)

    def reset(connection):
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    with Server(end) as server:
        status, out, err = natu("connect", "--send", "100M", server.port)
        equal(status, 1, out)
        check("the server has ended after" in err, err)
    with Server(reset) as server:
        status, out, err = natu("connect", "--send", "100M", server.port)
        equal(status, 1, out)
        check("Connection reset by peer" in err or "Broken pipe" in err, err)


def test_goes_on_after_a_server_that_only_ends_its_side():
    sizes = []

    def end_and_read(connection):
        connection.shutdown(socket.SHUT_WR)
        sizes.append(len(read_all(connection)))
        connection.close()
    path = os.path.join(SCRATCH, "ends-first")
    for address, place in (("127.0.0.1", []), (path, ["--unix", path])):
        with Server(end_and_read, address) as server:
            status, out, err = natu("connect", "--half-close", "--send", "10M",
                                    *(place or [server.port]))
            equal((status, err), (0, ""), out)
            check("sent 10485760 bytes, received 0 bytes" in out, out)
            wait_for(lambda: sizes, "all of it")
            equal(sizes.pop(), 10 << 20)


def test_is_not_connected_to_itself():
    """A SYN from the very port that it is sent to makes a connection (RFC 9293, 3.5)."""
    setting("ip_local_port_range", "40000 40003")
    try:
        status, out, err = natu("connect", "-v", "--count", 8, "--send", "x", "--verify", 40000)
    finally:
        setting("ip_local_port_range", "32768 60999")
    equal(status, 1)
    check(last_line(out).startswith("0 connected, 8 failed"), out)
    check("the kernel lent that very port to the connection, which has met itself" in err, err)
    equal(tcp_rows(local_port=40000, peer_port=40000), [])  # nothing is in anybody's way


def test_udp():
    with socket.socket(type=socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]

        def serve():
            for _ in range(3):
                data, peer = server.recvfrom(65536)
                server.sendto(data, peer)
        threading.Thread(target=serve, daemon=True).start()
        status, out, err = natu("connect", "-u", "--count", 3, "--send", 60000, "--verify", port)
        equal((status, err), (0, ""), out)
        check("received 180000 bytes; echoed exactly: 3 of 3" in out, out)
    if has_ipv6():
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
            server.bind(("::1", 0))
            name = f"[::1]:{server.getsockname()[1]}"
            threading.Thread(target=lambda: server.sendto(*server.recvfrom(65536)),
                             daemon=True).start()
            status, out, err = natu("connect", "-u", "--send", 65527, "--verify", name)
            equal((status, err), (0, ""), out)
    status, _, err = natu("connect", "-u", "--send", "x", port)
    equal(status, 1)
    check("Connection refused" in err, err)


def test_unix():
    path = os.path.join(SCRATCH, "server")
    with Server(echo, path):
        status, out, err = natu("connect", "--unix", path, "--send", "5M", "--verify")
        equal((status, err), (0, ""), out)
        status, _, err = natu("connect", "--unix", path, "--type", "datagram")
        equal(status, 1)
        check("of another type" in err, err)
    status, _, err = natu("connect", "--unix", path)
    equal(status, 1)
    check("nobody listens" in err, err)
    for kind in ("seqpacket", "datagram"):
        with Natu("listen", "--unix", path + kind, "--type", kind):
            status, out, err = natu("connect", "--unix", path + kind, "--type", kind, "--send",
                                    "50000", "--count", 20, "--verify")
            equal((status, err), (0, ""), out)


def test_an_empty_message_is_no_end():
    def echo_after_nothing(connection):
        for message in (b"", connection.recv(100), b""):
            connection.send(message)
    path = os.path.join(SCRATCH, "empty")
    with Server(echo_after_nothing, path, socket.SOCK_SEQPACKET):
        status, out, err = natu("connect", "-v", "--unix", path, "--type", "seqpacket", "--send",
                                "hello", "--verify")
        equal(status, 0, out)
        check("ended its side" not in err, err)
    with Server(lambda connection: connection.close(), path + "2", socket.SOCK_SEQPACKET):
        status, _, err = natu("connect", "-v", "--unix", path + "2", "--type", "seqpacket",
                              "--half-close")
        equal(status, 0)
        check("recv() = 0: the server has ended its side" in err, err)


def test_unix_queue_that_is_full():
    path = os.path.join(SCRATCH, "full")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(0)
        with Natu.__new__(Natu) as client:
            start(client, "connect", "--unix", path, "--count", 5)
            time.sleep(0.2)
            ticks = client.cpu_ticks()
            time.sleep(0.5)
            check(client.cpu_ticks() - ticks < 20, "it spins while it waits")
            accepted = [server.accept()[0] for _ in range(5)]
            equal(client.end(0)[0], 0)
            for s in accepted:
                s.close()
        status, _, err = natu("connect", "-v", "--unix", path, "--count", 3, "--hold",
                              "--timeout", "0.3")
        equal(status, 1)
        equal(err.count("the listener's queue is full, and so it is tried again"), 1, err)
        check("before all was done: 2 not begun, as the listener's queue is full" in err, err)


def start(client, *arguments):
    """One whose first line only comes later."""
    client.line = lambda: None
    client.__init__(*arguments)


def test_says_each_step():
    with Server(echo) as server:
        _, _, err = natu("connect", "-v", "--send", "hello", "--from", "127.0.0.7", server.port)
        place = 0
        for step in ("socket(AF_INET, SOCK_STREAM)", "bind(127.0.0.7:0)", f"connect(127.0.0.1:{server.port}): a SYN",
                     "connected: 127.0.0.7:", "send() = 5 of 5", "recv() = 5",
                     "close(): done; the first FIN is from here: TIME_WAIT is on this side"):
            at = err.find(step, place)
            check(at >= 0, step, "is missing or out of order in:\n" + err)
            place = at


def test_says_on_whose_side_time_wait_is():
    """The words against the kernel's own list."""
    def leave(connection):
        connection.recv(1)
        connection.close()
    with Server(leave) as server:
        _, _, err = natu("connect", "-v", "--send", "x", server.port)
        check("the server's FIN was the first: TIME_WAIT is on its side" in err, err)
        wait_for(lambda: tcp_rows(6, server.port), "TIME_WAIT there")
        equal(tcp_rows(6, peer_port=server.port), [])
    with Server(echo) as server:
        _, _, err = natu("connect", "-v", "--send", "1", server.port)
        check("TIME_WAIT is on this side" in err, err)
        wait_for(lambda: tcp_rows(6, peer_port=server.port), "TIME_WAIT here")
        equal(tcp_rows(6, server.port), [])

    def leave_at_once(connection):
        connection.sendall(connection.recv(1))
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)
        connection.close()
    for more in ([], ["--half-close"]):
        with Server(leave_at_once) as server:
            _, _, err = natu("connect", "-v", "--send", "x", *more, server.port)
            here = "TIME_WAIT is on this side" in err
            check(here or "TIME_WAIT is on its side" in err, err)
            wait_for(lambda: tcp_rows(6), "TIME_WAIT")
            wait_for(lambda: tcp_rows(6, peer_port=server.port) if here else
                     tcp_rows(6, server.port), "TIME_WAIT where it was said")


def test_explains_bad_places():
    path = os.path.join(SCRATCH, "plain")
    with open(path, "w", encoding="ascii"):
        pass
    for arguments, words in (
            (["-u", "--send", "x", "127.255.255.255:9"], "a broadcast address"),
            (["--unix", path], "a regular file by that name"),
            (["--unix", "@natu-nobody"], "nobody listens by that name in the abstract space"),
            (["--from", "192.0.2.1", "1"], "no interface of this machine has that address")):
        status, out, err = natu("connect", *arguments)
        equal(status, 1)
        check(words in err, err)
        check(out.startswith("0 connected, 1 failed"), out)
    if has_ipv6():
        check("one of each link" in natu("connect", "[fe80::1]:80")[2], "no word of the link")


def test_too_few_descriptors_to_begin_with():
    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))
    status, out, err = natu("connect", 1, preexec_fn=few)
    equal((status, out), (1, ""))
    check("Too many open files" in err, err)


def test_waits_for_no_descriptor_that_it_holds_itself():
    """Nobody else can give it one: without these ends there would be none."""
    def too_few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (7, 7))

    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
    with Server(None) as server:
        status, out, err = natu("connect", "--count", 2, server.port, preexec_fn=too_few)
        equal((status, out[:21]), (1, "0 connected, 2 failed"))
        check("Too many open files" in err, err)
        status, out, err = natu("connect", "--hold", "--count", 19, server.port, preexec_fn=few)
        equal(status, 1)
        check("Too many open files" in err, err)


def outside(*arguments, ready=""):
    """natu in a network of its own, in which everything is down."""
    done = subprocess.run(["unshare", "-n", "sh", "-c", f'{ready}exec "$@"', "sh", NATU,
                           *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=PATIENCE, check=False)
    equal(done.returncode, 1, done.stderr)
    check("no port is free" not in done.stderr, done.stderr)
    return done.stderr


def test_explains_a_network_that_is_down():
    if not PRIVATE:
        skip("no network namespace can be made here")
    check("the loopback interface is down" in outside("connect", 9), "no word of it")
    check("the loopback interface is down" not in natu("connect", 9)[2], "it is up")
    if not has_ipv6():
        return
    for command in ("connect", "listen"):
        err = outside(command, "-6", 9)
        check("the loopback interface is down" in err, err)
        err = outside(command, "[2001:db8::1]:9")
        check("is down" not in err, err)
        off = "ip link set lo up; echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; "
        if shutil.which("ip") and os.access("/proc/sys/net", os.W_OK):
            err = outside(command, "-6", 9, ready=off)
            check("IPv6 is switched off" in err, err)


def test_explains_when_ports_run_out():
    with Server(None) as server:
        setting("ip_local_port_range", "40000 40003")
        try:
            status, out, err = natu("connect", "--hold", "--count", 10, server.port)
        finally:
            setting("ip_local_port_range", "32768 60999")
        equal(status, 1, out)
        check("no port is free" in err and "40000-40003" in err and "--from" in err, err)
    # A port of UDP is taken whatever the destination, and the kernel calls it EAGAIN.
    setting("ip_local_port_range", "40000 40003")
    try:
        status, out, err = natu("connect", "-u", "--hold", "--count", 10, 9)
    finally:
        setting("ip_local_port_range", "32768 60999")
    equal(status, 1, out)
    check(last_line(out).startswith("4 connected, 6 failed"), out)
    check("no port is free" in err and "40000-40003" in err, err)
    check("has each of them once: --from" in err, err)


def test_usage_errors():
    for arguments, words in (
            ([], "a port is missing"), (["0"], "port 0"), (["x.example:80"], "not looked up"),
            (["--count", "0", "1"], "from 1"), (["--from", "127.0.0.0/33", "1"], "0 to 32"),
            (["--from", "127.0.0.0/", "1"], "0 to 32"), (["--from", "::1", "1"], "not an IPv4"),
            (["--from", "nope", "1"], "not an address"), (["--verify", "1"], "--send"),
            (["--unix", "x", "--from", "127.0.0.1"], "UNIX"),
            (["-u", "--half-close", "1"], "datagrams do not have"),
            (["-u", "--send", "65508", "1"], "65507"),
            (["-6", "-u", "--send", "65528", "1"], "65527"),
            (["--unix", "x", "--type", "datagram", "--send", "65K"], "65536"),
            (["-4", "-6", "1"], "exclude each other"),
            (["--send", "99999999999G", "1"], "no number can hold")):
        status, out, err = natu("connect", *arguments)
        equal((status, out), (2, ""), " ".join(arguments))
        check(words in err, f"{arguments}: {err}")
    status, _, err = natu("connect", "--hold", "--count", 100000000, 1)
    equal(status, 1)
    check("this process may have" in err, err)


if __name__ == "__main__":
    run_tests(dict(globals()))
