# SPDX-License-Identifier: MIT
"""What the runs of a benchmark mean: medians, ratios of runs of the same round, a table."""

import os
import platform
import statistics
import struct
import subprocess
import sys
from collections import defaultdict

REQUEST = 1  # NLM_F_REQUEST


def requests_in(recording):
    """The bytes of the requests alone."""
    requests, at = [], 0
    while at + 16 <= len(recording):
        length, _, flags = struct.unpack_from("=IHH", recording, at)
        if length < 16:
            break
        if flags & REQUEST:
            requests.append(recording[at:at + length])
        at += (length + 3) & ~3
    return b"".join(requests)


def parse(output):
    """measure's lines: {label: {round: run}}."""
    runs = defaultdict(dict)
    for line in output.splitlines():
        number, label, *values = line.split()
        wall, user, system, peak, status = map(int, values)
        runs[label][int(number)] = {"ms": wall / 1e6, "cpu_ms": (user + system) / 1e3,
                                    "user_ms": user / 1e3, "peak_kib": peak, "status": status}
    return runs


def quartiles(values):
    if len(values) < 2:
        return [values[0]] * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def ratio(runs, label, base, what="ms"):
    """Median and quartiles of the ratios of the two in the same round."""
    pairs = [runs[label][n][what] / runs[base][n][what] for n in runs[label]
             if n in runs[base] and runs[base][n][what]]
    if not pairs:
        return None
    low, middle, high = quartiles(pairs)
    return {"median": middle, "quartiles": [low, high], "pairs": len(pairs)}


def calls_in(path):
    """The total of `strace -c`."""
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            total = [line.split() for line in f if line.rstrip().endswith("total")]
        return int(total[-1][3])
    except (OSError, IndexError, ValueError):
        return None


def summarize(runs, commands, floor_of, calls):
    rows = []
    for label, sink, words in commands:
        mine = list(runs[label].values())
        low, middle, high = quartiles([run["ms"] for run in mine])
        floor = floor_of.get(label)
        rows.append({
            "label": label, "sink": sink,
            "command": " ".join([os.path.basename(words[0]), *words[1:]]),
            "ms": middle, "ms_quartiles": [low, high],
            "cpu_ms": statistics.median(run["cpu_ms"] for run in mine),
            "user_ms": statistics.median(run["user_ms"] for run in mine),
            "system_ms": statistics.median(run["cpu_ms"] - run["user_ms"] for run in mine),
            "peak_kib": max(run["peak_kib"] for run in mine),
            "system_calls": calls.get(label),
            "statuses": sorted({run["status"] for run in mine}),
            "compared_with": floor,
            "against": ratio(runs, label, floor) if floor else None,
            "cpu_against": ratio(runs, label, floor, "cpu_ms") if floor else None,
            "against_table": ratio(runs, label, "table") if "table" in runs else None,
        })
    return rows


def faster(runs, label, rival):
    """How many times as long the rival takes, by the clock and by the processors."""
    return {"label": label, "rival": rival, "times": ratio(runs, rival, label),
            "cpu_times": ratio(runs, rival, label, "cpu_ms")}


def bytes_more(runs, label, base, sockets):
    """The memory that one takes more than the other at its peak, for each socket."""
    peaks = [min(run["peak_kib"] for run in runs[name].values()) for name in (label, base)]
    return (peaks[0] - peaks[1]) * 1024 / sockets


def per_row(runs, label, base, rows):
    """Nanoseconds a row, by the clock: what the same costs without rows is subtracted."""
    spent = [(runs[label][n]["ms"] - runs[base][n]["ms"]) * 1e6 / rows for n in runs[label]
             if n in runs[base]]
    low, middle, high = quartiles(spent)
    return {"median": middle, "quartiles": [low, high], "least": min(spent)}


def text_of(value):
    if not value:
        return ""
    low, high = value["quartiles"]
    return f"{value['median']:.2f} [{low:.2f}-{high:.2f}]"


def print_result(result):
    print(f"\n{result['title']}: {result['rows']} rows, {result['rounds']} rounds")
    if result["twins"]:
        print(f"the floor against itself: {text_of(result['twins'])}")
    names = {row["compared_with"] for row in result["commands"]} - {None}
    base = "/ " + next(iter(names)) if len(names) == 1 else "/ floor" if names else ""
    table = "/ table" if any(row["against_table"] for row in result["commands"]) else ""
    print(f"{'':18}{'ms':>9}  {base:<20}{'cpu ' + base if base else '':<20}{table:<20}"
          f"{'peak KiB':>8}{'calls':>8}")
    for row in result["commands"]:
        print(f"{row['label']:18}{row['ms']:9.2f}  {text_of(row['against']):20}"
              f"{text_of(row['cpu_against']):20}{text_of(row['against_table']):20}"
              f"{row['peak_kib']:8}{row['system_calls'] or '':>8}"
              + ("" if row["statuses"] == [0] else f"  exit {row['statuses']}"))
    for more in result.get("faster", []):
        print(f"{more['rival']} takes {text_of(more['times'])} times as long as {more['label']}, "
              f"and {text_of(more['cpu_times'])} times the processor time")
    for label, spent in result.get("ns_per_row", {}).items():
        low, high = spent["quartiles"]
        if low <= 0:
            print(f"{label}: what a row takes is lost in the noise of so few")
            continue
        print(f"{label} takes {spent['median']:.0f} ns a row [{low:.0f}-{high:.0f}], at best "
              f"{spent['least']:.0f}")
    for label, count in result.get("bytes_per_socket", {}).items():
        print(f"{label} takes {count:.1f} bytes a socket more than the table alone")


def version_of(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.stdout or done.stderr).splitlines()[0]
    except (OSError, IndexError):
        return None


def machine(natu):
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        models = [line.split(":", 1)[1].strip() for line in f if line.startswith("model name")]
    with open("/proc/meminfo", encoding="utf-8") as f:
        memory = int(f.readline().split()[1]) >> 20
    return {"kernel": platform.release(), "processors": os.cpu_count(),
            "processor": models[0] if models else platform.machine(), "memory_gib": memory,
            "natu": version_of(natu, "--version"), "ss": version_of("ss", "-V"),
            "netstat": version_of("netstat", "-V")}


def print_document(document):
    about = document["machine"]
    versions = [about[name] or f"no {name}" for name in ("natu", "ss", "netstat")]
    print(f"{about['processors']} x {about['processor']}, {about['memory_gib']} GiB, "
          f"Linux {about['kernel']}; {'; '.join(versions)}")
    print("Medians; ratios are of runs of the same round, with quartiles. Output goes to /dev/null "
          "unless said.")
    for result in document["results"]:
        print_result(result)


def open_sockets():
    """`used` is of this network namespace alone; `alloc` is of TCP, in all of them."""
    with open("/proc/net/sockstat", encoding="ascii") as f:
        words = f.read().split()
    return max(int(words[words.index(name) + 1]) for name in ("used", "alloc"))


def warn_of_foreign_sockets(most=2000):
    """Sockets elsewhere cost too: caches and, without tables of its own, the walk."""
    used = open_sockets()
    load = os.getloadavg()[0]
    if used > most:
        print(f"bench: {used} sockets are already open on this machine", file=sys.stderr)
    if load > 0.5:
        print(f"bench: the load is {load:.1f} before it begins: the numbers will be noisy",
              file=sys.stderr)
