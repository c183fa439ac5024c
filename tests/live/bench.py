# SPDX-License-Identifier: MIT
"""`make bench`: what it writes, and what it leaves behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ends import PATIENCE, SANITIZED, SCRATCH, check, equal, run_tests, skip

RUN = ["tests/bench/run", "--sizes", "100", "--rounds", "1", "--no-ipv6", "--no-udp",
       "--no-instructions"]


def bench(*arguments, **more):
    done = subprocess.run([*RUN, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=4 * PATIENCE, check=False, **more)
    return done.returncode, done.stdout, done.stderr


def document_of(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def test_writes_a_table_and_json():
    if SANITIZED:
        skip("it would measure the sanitizer")
    path = os.path.join(SCRATCH, "bench.json")
    status, out, err = bench("--json", path)
    equal(status, 0, err)
    check("100 TCP sockets: 101 rows, 1 rounds" in out, out)  # and their listener
    document = document_of(path)
    rows = {row["label"]: row for row in document["results"][1]["commands"]}
    for label, row in rows.items():
        equal(row["statuses"], [0], label)
        check(row["ms"] > 0 and row["peak_kib"] > 0, label)
    check(rows["table"]["compared_with"] == "floor" and rows["table"]["against"]["pairs"] == 1,
          rows["table"])
    check("floor" in rows and "json>pipe" in rows, list(rows))
    recording = document["results"][2]
    equal((recording["title"], recording["rows"]), ("a recording of 100 TCP sockets", 101))
    for row in recording["commands"]:
        equal(row["statuses"], [0], row["label"])
    equal(sorted(recording["ns_per_row"]), ["replay", "replay-json"])


def test_does_without_its_rivals():
    if SANITIZED:
        skip("it would measure the sanitizer")
    tools = os.path.join(SCRATCH, "tools")
    os.mkdir(tools)
    for name in ("sh", "true", "env", "bash", "pyenv"):
        if shutil.which(name):
            os.symlink(shutil.which(name), os.path.join(tools, name))
    path = os.path.join(SCRATCH, "alone.json")
    done = subprocess.run([sys.executable, *RUN, "--json", path], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=4 * PATIENCE, check=False,
                          env={**os.environ, "PATH": f"{tools}:{os.path.dirname(sys.executable)}"})
    if any(shutil.which(name, path=os.path.dirname(sys.executable)) for name in ("ss", "netstat")):
        skip("they are beside python3")
    equal(done.returncode, 0, done.stderr)
    check("no ss; no netstat" in done.stdout, done.stdout)
    labels = {row["label"] for row in document_of(path)["results"][1]["commands"]}
    check("table" in labels and "floor" in labels and "ss" not in labels, labels)


def descendants(pid):
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as f:
                if int(f.read().rsplit(")", 1)[1].split()[1]) == pid:
                    found += [int(name), *descendants(int(name))]
        except (OSError, ValueError, IndexError):
            pass
    return found


def ends_with_all_its_children(command, least, number):
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, start_new_session=True) as process:
        end = time.monotonic() + PATIENCE
        while len(children := descendants(process.pid)) < least:
            check(time.monotonic() < end, "it starts nothing")
            time.sleep(0.05)
        os.killpg(process.pid, number)  # as ^C does
        equal(process.wait(PATIENCE), 128 + number)
    end = time.monotonic() + PATIENCE
    while left := [pid for pid in children if os.path.exists(f"/proc/{pid}/exe")]:
        check(time.monotonic() < end, f"{signal.Signals(number).name} leaves {left}")
        time.sleep(0.05)


def test_puts_away_what_it_starts():
    for number in (signal.SIGINT, signal.SIGTERM):
        ends_with_all_its_children([*RUN, "--rounds", "100000", "--json", "/dev/null"], 2, number)
        # A listener, its clients, and what looks at them.
        ends_with_all_its_children(["tests/bench/populate", "--tcp", "100", "--", "sleep", "1000"],
                                   3, number)


def test_sees_the_sockets_of_other_namespaces():
    """Of TCP the kernel counts them over all; here there are next to none."""
    sys.path.insert(0, "tests/bench")
    import report
    with open("/proc/net/sockstat", encoding="ascii") as f:
        check(int(f.readline().split()[2]) < 1000, "this namespace is not empty")
    with subprocess.Popen(["tests/bench/populate", "--tcp", "3000", "--", "cat"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(b"full\n")
        process.stdin.flush()
        equal(process.stdout.readline(), b"full\n")
        check(report.open_sockets() >= 3000, f"only {report.open_sockets()} are seen")
        process.stdin.close()
        equal(process.wait(PATIENCE), 0)


def test_mistakes():
    for arguments, words in ((["--sizes", "x"], "expected a number from 2"),
                             (["--sizes", "100,"], "expected a number from 2"),
                             (["--rounds", "-1"], "expected"), (["--nope"], "unrecognized"),
                             (["--json", "/nowhere/x"], "No such file or directory")):
        status, _, err = bench(*arguments)
        check(status in (1, 2) and words in err and "Traceback" not in err, err)


if __name__ == "__main__":
    run_tests(dict(globals()))
