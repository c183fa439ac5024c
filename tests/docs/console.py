# SPDX-License-Identifier: MIT
"""Runs what a document shows in its ```console blocks: lines "$ COMMAND", each with its output below.

	python3 console.py FILE			compares, and prints results as tests do
	python3 console.py --update FILE	writes what the commands print now into the file

Rows have no order that lasts: lines are compared sorted. What is another number each time (process ids,
durations) counts as the same.
"""

import os
import re
import subprocess
import sys

CHANGES = [
    (r"\b\d+/(?=[a-z])", "PID/"),
    (r"\b\d+\.\d{3} s\b", "TIME s"),
    (r" +$", ""),
    # Padding to the width of a number that changes.
    (r"(?<=PID/)(\S+) +", r"\1 "),
]


def normal(text):
    lines = []
    for line in text.splitlines():
        for pattern, replacement in CHANGES:
            line = re.sub(pattern, replacement, line)
        lines.append(line)
    return sorted(lines)


def run(command):
    done = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


def parts(text):
    """The document in pieces: (None, text), or (command, output)."""
    for block in re.split(r"(?ms)^(```console\n.*?^```\n)", text):
        if not block.startswith("```console\n"):
            yield None, block
            continue
        yield None, "```console\n"
        for piece in re.findall(r"(?ms)^\$ .*?(?=^\$ |^```\n)", block):
            command, _, output = piece.partition("\n")
            # An empty line before the next command is for the eye.
            yield command[2:], output
        yield None, "```\n"


def update(path, text):
    with open(path, "w") as file:
        for command, part in parts(text):
            if command is None:
                file.write(part)
                continue
            space = "\n" if part.endswith("\n\n") or part == "\n" else ""
            file.write(f"$ {command}\n{run(command)}{space}")


def compare(text):
    good, count = True, 0
    for command, part in parts(text):
        if command is None:
            continue
        count += 1
        said = run(command)
        same = normal(said) == normal(part[:-1] if part.endswith("\n\n") or part == "\n" else part)
        if not same:
            print(f"it prints\n{said}and not\n{part}")
        print("ok" if same else "not ok", "$", command)
        good &= same
    print("ok" if count >= 10 else "not ok", "there are ten examples")
    return good and count >= 10


def main():
    path = sys.argv[-1]
    with open(path) as file:
        text = file.read()
    if sys.argv[1] == "--update":
        update(path, text)
        return 0
    return 0 if compare(text) else 1


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    sys.exit(main())
