# SPDX-License-Identifier: MIT
"""Every manner of `natu listen`, against clients that know nothing of it."""

import fcntl
import hashlib
import os
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
from ends import (Listener, NATU, PATIENCE, PRIVATE, SANITIZED, SCRATCH, check, equal, has_ipv6, natu,
                  raise_descriptor_limit, read_all, read_exactly, run_tests, skip,
                  tcp_rows, wait_for)

FIN_WAIT2, TIME_WAIT, CLOSE_WAIT, LISTEN = 5, 6, 8, 10
MANY = 5000


def echoes(s, data):
    s.sendall(data)
    equal(read_exactly(s, len(data)), data, "echo")


def path_of(name):
    return os.path.join(SCRATCH, name)


# --- how it begins and ends -------------------------------------------------------------------

def test_announces_the_port_that_the_kernel_chose():
    with Listener(0) as listener:
        equal(listener.first, f"listening tcp 127.0.0.1:{listener.port}")
        check(listener.port > 0, "port 0")
        equal([row[0] for row in tcp_rows(LISTEN, listener.port)], [listener.port])


def test_announces_to_the_ready_descriptor():
    reader, writer = os.pipe()
    with Listener("--ready-fd", writer, 0, pass_fds=[writer]) as listener:
        os.close(writer)
        with os.fdopen(reader) as f:
            equal(f.read(), listener.first + "\n")  # to its end: it has been closed


def test_ipv6():
    if not has_ipv6():
        skip("no IPv6 here")
    with Listener("-6", 0) as listener:
        equal(listener.first, f"listening tcp [::1]:{listener.port}")
        with socket.create_connection(("::1", listener.port)) as s:
            echoes(s, b"six")
    with Listener("[::]:0") as listener:
        equal(listener.first, f"listening tcp [::]:{listener.port}")


def test_ends_with_a_summary_on_signals():
    for number, word in ((signal.SIGINT, "SIGINT"), (signal.SIGTERM, "SIGTERM")):
        with Listener(0) as listener:
            with listener.client() as s:
                echoes(s, b"x" * 1000)
            wait_for(lambda: not tcp_rows(CLOSE_WAIT, listener.port), "the close")
            status, summary = listener.end(number)
            equal(status, 0)
            check(summary.startswith(f"ended by {word} after "), summary)
            check("1 clients, at most 1 at once" in summary, summary)
            check("received 1000 bytes, sent 1000 bytes; 0 reset, 0 failed" in summary, summary)


def test_ends_after_max_clients():
    with Listener("--max", 2, 0) as listener:
        first, second = listener.client(), listener.client()
        echoes(second, b"two")
        second.close()
        echoes(first, b"one")  # who is there is served to the end
        try:
            listener.client()
            check(False, "a third client was let in")
        except ConnectionRefusedError:
            pass
        first.close()
        status, summary = listener.end(0)
        equal(status, 0)
        check(summary.startswith("ended by --max") and "2 clients" in summary, summary)


def test_ends_after_the_timeout():
    with Listener("--timeout", "0.3", 0) as listener:
        held = listener.client()
        status, summary = listener.end(0)
        equal(status, 0)
        check(summary.startswith("ended by --timeout"), summary)
        held.close()


def test_says_each_step():
    with Listener("-v", "--max", 1, 0) as listener:
        with listener.client() as s:
            own = "%s:%d" % s.getsockname()
            echoes(s, b"step")
        equal(listener.end(0)[0], 0)
        told = listener.said()
        place = 0
        for step in ("socket(AF_INET, SOCK_STREAM)", "bind(127.0.0.1:0)",
                     f"getsockname() = {listener.name}", "listen(4096)",
                     f"{own} -> {listener.name}", "recv() = 4 bytes", "send() = 4 of 4 bytes",
                     "recv() = 0", "shutdown(SHUT_WR)", "TIME_WAIT is on the client's side",
                     "close()"):
            at = told.find(step, place)
            check(at >= 0, step, "is missing or out of order in:\n" + told)
            place = at


# --- echo -------------------------------------------------------------------------------------

def test_echoes_100_mb_to_python():
    total = 100 << 20
    block = hashlib.sha512(b"natu").digest() * 1024
    sent, got = hashlib.sha256(), hashlib.sha256()
    with Listener(0) as listener, listener.client() as s:
        def send():
            left, number = total, 0
            while left:
                piece = (struct.pack("!Q", number) + block)[:min(left, len(block))]
                sent.update(piece)
                s.sendall(piece)
                left -= len(piece)
                number += 1
            s.shutdown(socket.SHUT_WR)
        sender = threading.Thread(target=send)
        sender.start()
        count = 0
        while part := s.recv(1 << 20):
            got.update(part)
            count += len(part)
        sender.join()
        equal(count, total)
        equal(got.hexdigest(), sent.hexdigest())
        status, summary = listener.end()
        check(f"received {total} bytes, sent {total} bytes; 0 reset, 0 failed" in summary,
              summary)


def through(command, data):
    done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)
    equal(done.returncode, 0, done.stderr)
    return done.stdout


def test_echoes_100_mb_to_socat():
    if not shutil.which("socat"):
        skip("no socat here")
    data = os.urandom(1 << 20) * 100
    with Listener(0) as listener:
        check(through(["socat", "-t", "60", "-", f"TCP:127.0.0.1:{listener.port}"], data) == data,
              "other bytes came back")
    path = path_of("big")
    with Listener("--unix", path):
        check(through(["socat", "-t", "60", "-", f"UNIX-CONNECT:{path}"], data) == data,
              "other bytes came back")


def test_echoes_to_nc():
    # The one of OpenBSD ends its sending side with -N; others do not know it.
    if not shutil.which("nc") or "-N" not in subprocess.run(
            ["nc", "-h"], capture_output=True, text=True, check=False).stderr:
        skip("no OpenBSD nc here")
    data = os.urandom(3 << 20)
    with Listener(0) as listener:
        check(through(["nc", "-N", "127.0.0.1", str(listener.port)], data) == data,
              "other bytes came back")


def test_many_clients_at_once():
    limit = raise_descriptor_limit()
    if limit < MANY + 100:
        skip(f"only {limit} descriptors here")
    with Listener(0) as listener:
        clients = []
        for number in range(MANY):
            # One source has too few ports for all of them beside other tests.
            clients.append(listener.client(source_address=(f"127.0.1.{number % 250 + 1}", 0)))
        for number, s in enumerate(clients):
            s.sendall(b"%08d" % number * (number % 50 + 1))
        for number, s in enumerate(clients):
            wanted = b"%08d" % number * (number % 50 + 1)
            equal(read_exactly(s, len(wanted)), wanted, f"client {number}")
        if not SANITIZED:
            memory = listener.memory_kib()
            check(memory < 16 << 10, f"{memory} KiB for {MANY} idle clients")
        for s in clients:
            s.close()
        status, summary = listener.end()
        equal(status, 0)
        check(f"{MANY} clients, at most {MANY} at once" in summary, summary)


def test_does_not_read_while_the_client_does_not():
    data = os.urandom(1 << 20) * 64
    with Listener(0) as listener, listener.client() as s:
        s.settimeout(0)
        sent, quiet = 0, 0
        while quiet < 20 and sent < len(data):
            try:
                sent += s.send(data[sent:sent + (1 << 20)])
                quiet = 0
            except BlockingIOError:
                quiet += 1
                time.sleep(0.02)
        check(sent < len(data), "64 MiB went into a client's void")
        ticks = listener.cpu_ticks()
        time.sleep(0.5)
        check(listener.cpu_ticks() - ticks < 20, "it spins while it waits")
        with listener.client() as other:
            echoes(other, b"not held up")
        s.settimeout(PATIENCE)
        equal(hashlib.sha1(read_exactly(s, sent)).digest(), hashlib.sha1(data[:sent]).digest())


# --- the other manners ------------------------------------------------------------------------

def test_discards():
    with Listener("--discard", 0) as listener, listener.client() as s:
        s.sendall(b"x" * 1000000)
        s.shutdown(socket.SHUT_WR)
        equal(read_all(s), b"")
        _, summary = listener.end()
        check("received 1000000 bytes, sent 0 bytes" in summary, summary)


def test_holds():
    with Listener("--hold", 0) as listener, listener.client() as s:
        s.sendall(b"x" * 1000)
        own = s.getsockname()[1]
        wait_for(lambda: tcp_rows(1, listener.port, own)[0][3] == 1000, "a queue of 1000 bytes")
        s.shutdown(socket.SHUT_WR)
        wait_for(lambda: tcp_rows(CLOSE_WAIT, listener.port, own), "CLOSE_WAIT")
        time.sleep(0.1)
        equal(len(tcp_rows(CLOSE_WAIT, listener.port, own)), 1)
        equal(tcp_rows(CLOSE_WAIT, listener.port, own)[0][3], 1001)  # its FIN counts


def test_leaves_clients_in_the_queue():
    with Listener("--no-accept", "--backlog", 3, 0) as listener:
        clients = [listener.client() for _ in range(3)]
        wait_for(lambda: tcp_rows(LISTEN, listener.port)[0][3] == 3, "a queue of 3")
        status, summary = listener.end()
        check("0 clients" in summary, summary)
        for s in clients:
            s.close()


def test_half_closes():
    with Listener("--half-close", 0) as listener, listener.client() as s:
        equal(s.recv(1), b"")
        own = s.getsockname()[1]
        wait_for(lambda: tcp_rows(FIN_WAIT2, listener.port, own), "FIN_WAIT2")
        s.sendall(b"x" * 5000)
        s.shutdown(socket.SHUT_WR)
        wait_for(lambda: not tcp_rows(FIN_WAIT2, listener.port, own), "the end")
        _, summary = listener.end()
        check("received 5000 bytes, sent 0 bytes; 0 reset" in summary, summary)


def test_half_closes_what_is_reset_already():
    """shutdown() fails after a RST: the client has done that, and nothing else is wrong."""
    with Listener("--half-close", 0) as listener:
        for _ in range(100):
            s = listener.client()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
        with listener.client() as s:
            equal(read_all(s), b"")
        status, summary = listener.end()
        equal(status, 0)
        check("101 clients" in summary and "100 reset, 0 failed" in summary, summary)


def test_says_on_whose_side_time_wait_is():
    """The words against the kernel's own list: a client that ends before the server, and after."""
    for delay, client_first in ((200, True), (0, False)):
        with Listener("-v", "--half-close", "--delay", delay, 0) as listener:
            with listener.client() as s:
                own = s.getsockname()[1]
                if not client_first:
                    equal(s.recv(1), b"")
            wait_for(lambda: "close(): both sides" in listener.said(), "the end")
            check(("on the client's side" if client_first else "on this side")
                  in listener.said(), listener.said())
            wait_for(lambda: tcp_rows(TIME_WAIT, listener.port, own) or
                     tcp_rows(TIME_WAIT, own, listener.port), "TIME_WAIT")
            equal(bool(tcp_rows(TIME_WAIT, own, listener.port)), client_first)


def test_delays_a_farewell():
    for manner in ([], ["--discard"]):
        with Listener("--half-close", "--delay", 300, *manner, 0) as listener:
            with listener.client() as s:
                began = time.monotonic()
                s.sendall(b"x")
                equal(s.recv(1), b"")
                check(time.monotonic() - began >= 0.25, f"{manner}: the FIN came early")


def test_half_closes_a_unix_socket():
    path = path_of("half")
    for kind, name in ((socket.SOCK_STREAM, "stream"), (socket.SOCK_SEQPACKET, "seqpacket")):
        with Listener("-v", "--half-close", "--unix", path, "--type", name) as listener:
            with unix(kind, path) as s:
                equal(s.recv(1), b"")
                s.send(b"x" * 5000)
            wait_for(lambda: "recv() = 5000 bytes" in listener.said(), "what was sent")
            check("FIN" not in listener.said(), "only TCP has one:", listener.said())
            equal(listener.end()[0], 0)


def test_half_closes_after_an_answer():
    with Listener("--half-close", "--echo", 0) as listener, listener.client() as s:
        s.sendall(b"question")
        equal(read_all(s), b"question")


def is_reset(s):
    try:
        return s.recv(1) != b"" and is_reset(s)
    except ConnectionResetError:
        return True


def test_resets():
    with Listener("--reset", 0) as listener, listener.client() as s:
        check(is_reset(s), "no reset")
    with Listener("--reset", "--echo", 0) as listener, listener.client() as s:
        s.settimeout(0.2)
        try:
            s.recv(1)
            check(False, "it did not wait for a question")
        except socket.timeout:
            s.settimeout(PATIENCE)
        s.sendall(b"question")
        check(is_reset(s), "no reset")


def test_delays_each_answer_and_nobody_else():
    with Listener("--delay", 700, 0) as listener, listener.client() as slow:
        began = time.monotonic()
        slow.sendall(b"question")
        # Another client comes and goes while the answer of the first waits.
        with listener.client() as quick:
            quick.shutdown(socket.SHUT_WR)
            equal(quick.recv(1), b"")
        equal(select.select([slow], [], [], 0)[0], [], "an answer that came early")
        equal(read_exactly(slow, 8), b"question")
        check(time.monotonic() - began >= 0.7, "the answer came early")


# --- datagrams --------------------------------------------------------------------------------

def test_udp():
    with Listener("-u", 0) as listener, socket.socket(type=socket.SOCK_DGRAM) as s:
        equal(listener.first, f"listening udp 127.0.0.1:{listener.port}")
        s.settimeout(PATIENCE)
        s.connect(("127.0.0.1", listener.port))
        for data in (b"", b"a", b"b" * 1400, os.urandom(65507)):
            s.send(data)
            equal(s.recv(65536), data)
        _, summary = listener.end()
        check("4 datagrams; received 66908 bytes, sent 66908 bytes; 0 unanswered, 0 failed"
              in summary, summary)


def test_udp_answers_from_where_it_was_asked():
    with Listener("-u", "*:0") as listener, socket.socket(type=socket.SOCK_DGRAM) as s:
        s.settimeout(PATIENCE)
        s.sendto(b"to five", ("127.0.0.5", listener.port))
        equal(s.recvfrom(100), (b"to five", ("127.0.0.5", listener.port)))
    if not has_ipv6():
        return
    with Listener("-u", "[::]:0") as listener, socket.socket(type=socket.SOCK_DGRAM) as s:
        s.settimeout(PATIENCE)
        s.sendto(b"mapped", ("127.0.0.6", listener.port))
        equal(s.recvfrom(100), (b"mapped", ("127.0.0.6", listener.port)))


def test_udp_answers_broadcast_and_multicast():
    """From an address of its own: none that was asked can be the source of an answer."""
    for place in ("*:0", "[::]:0") if has_ipv6() else ("*:0",):
        with Listener("-u", place) as listener, socket.socket(type=socket.SOCK_DGRAM) as s:
            s.settimeout(PATIENCE)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            s.sendto(b"to all", ("127.255.255.255", listener.port))
            equal(s.recvfrom(100), (b"to all", ("127.0.0.1", listener.port)))
    link = ["ip", "link", "add", "natu0", "multicast", "on", "up", "type", "dummy"]
    if not has_ipv6() or not PRIVATE or not shutil.which("ip") or subprocess.run(
            link, capture_output=True, check=False).returncode:
        return  # a link with multicast cannot be made here
    subprocess.run(["ip", "addr", "add", "fe80::5/64", "dev", "natu0", "nodad"], check=True)
    with Listener("-u", "[::]:0") as listener:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
            s.settimeout(PATIENCE)
            s.sendto(b"to all", ("ff02::1", listener.port, 0, socket.if_nametoindex("natu0")))
            equal(s.recvfrom(100)[0], b"to all")
    subprocess.run(["ip", "link", "del", "natu0"], check=True)


def test_udp_tells_what_the_kernel_dropped():
    with Listener("-u", "--hold", 0) as listener, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for _ in range(2000):
            s.sendto(b"x" * 1000, ("127.0.0.1", listener.port))
        with open("/proc/thread-self/net/udp", encoding="ascii") as f:
            row = next(line.split() for line in f if f":{listener.port:04X} " in line)
        check(int(row[12]) > 0, "nothing is dropped")
        status, summary = listener.end()
        equal(status, 0)
        check(summary.endswith(f"; {row[12]} dropped by the kernel: the queue was full"), summary)


def test_udp_with_delay_and_max():
    with Listener("-u", "--delay", 200, "--max", 3, 0) as listener:
        with socket.socket(type=socket.SOCK_DGRAM) as s:
            s.settimeout(PATIENCE)
            s.connect(("127.0.0.1", listener.port))
            for data in (b"1", b"22", b"333"):
                s.send(data)
            equal([s.recv(10) for _ in range(3)], [b"1", b"22", b"333"])
        status, summary = listener.end(0)
        equal(status, 0)
        check("3 datagrams" in summary, summary)


# --- UNIX sockets -----------------------------------------------------------------------------

def unix(kind, path):
    s = socket.socket(socket.AF_UNIX, kind)
    s.settimeout(PATIENCE)
    s.connect("\0" + path[1:] if path.startswith("@") else path)
    return s


def test_unix_stream():
    path = path_of("stream")
    with Listener("--unix", path) as listener:
        equal(listener.first, f"listening unix {path}")
        with unix(socket.SOCK_STREAM, path) as s:
            echoes(s, b"local")
        equal(listener.end()[0], 0)
        check(not os.path.exists(path), "its file is still there")
    with Listener("-v", "--unix", path) as listener:
        listener.end()
        check(f"unlink({path}): the file that bind() made" in listener.said(), listener.said())


def test_unix_abstract():
    name = f"@natu-{os.getpid()}"
    with Listener("--unix", name) as listener:
        equal(listener.first, f"listening unix {name}")
        with unix(socket.SOCK_STREAM, name) as s:
            echoes(s, b"no file")


def test_unix_seqpacket_keeps_borders():
    path = path_of("seqpacket")
    with Listener("--unix", path, "--type", "seqpacket") as listener:
        with unix(socket.SOCK_SEQPACKET, path) as s:
            for data in (b"one", b"", b"three", os.urandom(100000), b"", b"end"):
                s.send(data)
                equal(s.recv(1 << 20), data)
            s.send(b"last")
            s.shutdown(socket.SHUT_WR)
            equal(s.recv(100), b"last")
            equal(s.recv(100), b"")
        check("received 100015 bytes, sent 100015 bytes; 0 reset, 0 failed" in listener.end()[1],
              "a message was lost")


def test_unix_datagram():
    path, own = path_of("datagram"), path_of("own")
    with Listener("--unix", path, "--type", "datagram") as listener:
        with unix(socket.SOCK_DGRAM, path) as nameless:
            nameless.send(b"who?")  # cannot be answered
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.bind(own)
            s.settimeout(PATIENCE)
            s.connect(path)
            for data in (b"one", b"", os.urandom(150000)):
                s.send(data)
                equal(s.recv(1 << 20), data)
            # More than its queue holds, before any is read.
            count = 200
            sender = threading.Thread(
                target=lambda: [s.send(b"%d" % n) for n in range(count)])
            sender.start()
            time.sleep(0.3)
            got = [s.recv(100) for _ in range(count)]
            sender.join()
            equal(sorted(got), sorted(b"%d" % n for n in range(count)))
        check("1 unanswered, 0 failed" in listener.end()[1], "a message was lost")


def test_unix_datagram_answers_keep_their_order():
    count = 3000
    for number, options in enumerate(([], ["--delay", 5])):
        path, own = path_of(f"order{number}"), path_of(f"orderly{number}")
        with Listener("--unix", path, "--type", "datagram", *options):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
                s.bind(own)
                s.settimeout(PATIENCE)
                s.connect(path)
                sender = threading.Thread(
                    target=lambda s=s: [s.send(b"%d" % n) for n in range(count)])
                sender.start()
                time.sleep(0.1)  # its queue is full: answers wait while others come
                got = []
                while len(got) < count:
                    got.append(int(s.recv(100)))
                    if len(got) % 7 == 0:
                        time.sleep(0.0005)
                sender.join()
                equal(got, list(range(count)), f"order with {options}")


def test_unix_leaves_what_is_not_its_own():
    path = path_of("taken")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(path)
        other.listen()
        status, out, err = natu("listen", "--unix", path)
        equal((status, out), (1, ""))
        check("Address already in use" in err, err)
        check(f"in the way: a listener at {path}, held by python" in err, err)
        check(f"pid {os.getpid()}\n" in err, err)
        status, _, err = natu("listen", "--unix", os.path.relpath(path))  # by another name
        check(f"in the way: a listener at {os.path.relpath(path)}, held by python" in err, err)
    status, _, err = natu("listen", "--unix", path)
    equal(status, 1)
    check("has left that file behind" in err, err)
    check(os.path.exists(path), "it was removed")
    file = path_of("file")
    with open(file, "w", encoding="ascii") as f:
        f.write("precious")
    status, _, err = natu("listen", "--unix", file)
    equal(status, 1)
    check("a regular file by that name" in err, err)
    check(open(file, encoding="ascii").read() == "precious", "it was touched")
    os.mkfifo(path_of("pipe"))
    check("a named pipe by that name" in natu("listen", "--unix", path_of("pipe"))[2], "no word")
    mine = path_of("mine")
    with Listener("--unix", mine) as listener:
        os.unlink(mine)
        with open(mine, "w", encoding="ascii"):
            pass
        equal(listener.end()[0], 0)
        check(os.path.exists(mine), "another's file was removed")


def test_removes_its_file_when_nobody_looks_on():
    path = path_of("unseen")
    with Listener("--unix", path) as listener:
        status, summary = listener.end(signal.SIGHUP)
        equal(status, 0)
        check(summary.startswith("ended by SIGHUP"), summary)
    check(not os.path.exists(path), "SIGHUP left its file behind")
    for closed in ("stdout", "stderr"):
        reader, writer = os.pipe()
        os.close(reader)
        with subprocess.Popen([NATU, "listen", "-v", "--unix", path], stdin=subprocess.DEVNULL,
                              **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
                                 closed: writer}) as process:
            os.close(writer)
            equal(process.wait(PATIENCE), -signal.SIGPIPE, closed)
        check(not os.path.exists(path), f"a closed {closed} left its file behind")


def test_ends_while_nobody_reads_what_it_says():
    """A pipe that is full, as less leaves it, keeps no signal from ending it."""
    for number, word in ((signal.SIGTERM, "SIGTERM"), (signal.SIGINT, "SIGINT")):
        read_end, write_end = os.pipe()
        fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 8192)
        path = path_of("stalled")
        with subprocess.Popen([NATU, "listen", "-v", "--unix", path], stderr=write_end,
                              stdout=subprocess.PIPE, text=True) as listener:
            equal(listener.stdout.readline(), f"listening unix {path}\n")
            clients = []
            for _ in range(200):  # each one makes it say about 100 bytes
                clients.append(socket.socket(socket.AF_UNIX))
                clients[-1].connect(path)
                clients[-1].send(b"x")
            wait_for(lambda: not select.select([], [write_end], [], 0)[1], "a pipe that is full")
            time.sleep(0.1)
            listener.send_signal(number)
            try:
                out, _ = listener.communicate(timeout=PATIENCE)
            finally:
                listener.kill()
            equal(listener.returncode, 0, word)
            check(f"ended by {word} after" in out, out)
            check(not os.path.exists(path), "the file is still there")
        for s in clients:
            s.close()
        os.close(read_end)
        os.close(write_end)


def test_nohup_keeps_it():
    with Listener(0, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as listener:
        listener.process.send_signal(signal.SIGHUP)
        with listener.client() as s:
            echoes(s, b"still here")
        equal(listener.end()[0], 0)


def test_keeps_no_descriptors_that_are_sent():
    path = path_of("rights")
    for kind, name in ((socket.SOCK_DGRAM, "datagram"), (socket.SOCK_STREAM, "stream"),
                       (socket.SOCK_SEQPACKET, "seqpacket")):
        with Listener("--unix", path, "--type", name) as listener:
            own = path_of("rights-" + name)
            with socket.socket(socket.AF_UNIX, kind) as s:
                s.bind(own)
                s.settimeout(PATIENCE)
                s.connect(path)
                s.send(b"first")
                s.recv(100)
                before = len(os.listdir(f"/proc/{listener.pid}/fd"))
                for _ in range(5):
                    socket.send_fds(s, [b"here"], [0, 1, 2])
                    equal(s.recv(100), b"here")
                equal(len(os.listdir(f"/proc/{listener.pid}/fd")), before, name)
            equal(listener.end()[0], 0)


def test_unix_bad_paths():
    status, _, err = natu("listen", "--unix", "/" + "x" * 200)
    equal(status, 2)
    check("at most 107 bytes, this one 201" in err, err)
    status, _, err = natu("listen", "--unix", path_of("no/where"))
    equal(status, 1)
    check("does not exist" in err, err)


# --- trouble ----------------------------------------------------------------------------------

def test_clients_that_misbehave():
    with Listener(0) as listener:
        silent = listener.client()
        stalled = listener.client()
        stalled.settimeout(0)
        try:
            while True:
                stalled.send(b"y" * 65536)
        except BlockingIOError:
            pass
        rude = listener.client()
        rude.send(b"z")
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        rude.close()
        with listener.client() as good:
            echoes(good, b"still here")
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stalled.close()
        silent.close()
        status, summary = listener.end()
        equal(status, 0)
        check("4 clients" in summary and "0 failed" in summary, summary)


def test_waits_when_out_of_descriptors():
    def few():
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    with Listener(0, preexec_fn=few) as listener:
        clients = [listener.client() for _ in range(60)]
        wait_for(lambda: "Too many open files" in listener.said(), "a word about it")
        ticks = listener.cpu_ticks()
        time.sleep(1)
        check(listener.cpu_ticks() - ticks < 20, "it spins while it waits")
        equal(listener.said().count("Too many open files"), 1)
        for number in range(60):  # each one that goes lets another in
            echoes(clients[number], b"%d" % number)
            clients[number].close()
        status, summary = listener.end()
        equal(status, 0)
        check("60 clients" in summary, summary)


def test_says_when_no_client_can_be_let_in():
    for limit in range(5, 20):
        def few(limit=limit):
            import resource
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        with Listener(0, preexec_fn=few) as listener:
            if not listener.port:  # too few to begin with
                continue
            with listener.client():
                wait_for(lambda: "Too many open files" in listener.said(), "a word about it")
                check("not even one can be let in" in listener.said(), listener.said())
            return
    check(False, "it never listens")


def test_queue_of_backlog_0():
    with Listener("-v", "--no-accept", "--backlog", 0, 0) as listener, listener.client():
        check("listen(0): the kernel completes connections; 1 may wait" in listener.said(),
              listener.said())
        with socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(("127.0.0.1", listener.port))
            time.sleep(0.2)
            equal(len(tcp_rows(2, peer_port=listener.port)), 1)  # SYN_SENT: it is not let in


def test_usage_errors():
    for arguments, words in (
            ([], "a port is missing"), ([""], "a port is missing"),
            (["70000"], "out of range"), (["99999999999999999999"], "out of range"),
            (["nope"], "neither a port nor the name"), (["127.0.0.1"], "a port is missing"),
            (["1.2.3:80"], "not an address"), (["::1:80"], "[ADDRESS]:PORT"),
            (["[::1]80"], "[ADDRESS]:PORT"), (["[fe80::1%nowhere]:80"], "no interface"),
            (["-6", "127.0.0.1:80"], "not an IPv6 address"), (["1", "2"], "takes one"),
            (["--backlog", "x", "1"], "a number"), (["--backlog", "2147483648", "1"], "2147483647"),
            (["--max", "0", "1"], "from 1"), (["--max", "x", "1"], "from 1"),
            (["--delay", "-1", "1"], "milliseconds"), (["--timeout", "0", "1"], "seconds"),
            (["--timeout", ".", "1"], "seconds"), (["--timeout", "1e9", "1"], "seconds"),
            (["--ready-fd", "77", "1"], "no such descriptor"),
            (["--ready-fd", "0", "1"], "a descriptor's number"),
            (["--udp", "--no-accept", "1"], "datagrams do not have"),
            (["--udp", "--half-close", "1"], "datagrams do not have"),
            (["--udp", "--backlog", "1", "1"], "datagrams do not have"),
            (["--udp", "--no-reuse", "1"], "for TCP"),
            (["--unix", "x", "--no-reuse"], "for TCP"), (["--unix", "x", "--reset"], "for TCP"),
            (["--echo", "--discard", "1"], "--echo and --discard exclude each other"),
            (["--hold", "--echo", "1"], "--hold and --echo exclude each other"),
            (["--reset", "--half-close", "1"], "--reset and --half-close exclude each other"),
            (["--reset", "--hold", "1"], "--reset ends"),
            (["--discard", "--delay", "1", "1"], "for answers"),
            (["--hold", "--delay", "1", "1"], "for answers"),
            (["--no-accept", "--max", "1", "1"], "no client"),
            (["--no-accept", "--echo", "1"], "no client"),
            (["--udp", "--hold", "--max", "1", "1"], "none to count"),
            (["-4", "-6", "1"], "exclude each other"),
            (["--unix", "x", "1"], "no address or port"), (["--unix", ""], "needs a path"),
            (["--unix", "@"], "needs a path"), (["--type", "stream", "1"], "UNIX"),
            (["--type", "nope", "--unix", "x"], "seqpacket"), (["--nope", "1"], "unknown")):
        status, out, err = natu("listen", *arguments)
        equal((status, out), (2, ""), " ".join(arguments))
        check(words in err, f"{arguments}: {err}")
        check(err.startswith("natu: ") and err.count("\n") == 1, err)


if __name__ == "__main__":
    run_tests(dict(globals()))
