# SPDX-License-Identifier: MIT
"""agree.py all|inet|text OPTION...: compares every value of every column in all formats.

JSON is read by json, CSV by csv, TSV and the table by their own rules; what they make of a value
must be the same value: of all columns at once, and of each alone in a table. `inet` leaves UNIX
sockets out, `text` all columns but those of text.
"""

import base64
import csv
import io
import json
import os
import re
import subprocess
import sys

NATU = os.environ["NATU"]


def run(*arguments):
    done = subprocess.run([NATU, *arguments], capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{arguments}: {done.returncode}, {done.stderr.decode()}")
    return done.stdout


def columns():
    described = json.loads(run("--columns", "help", "--json"))
    return {c["name"]: c["type"] for c in described["columns"]}


def in_json(row, name, raw=False):
    """A value by its path; the exact bytes of a text that is no UTF-8."""
    *groups, last = name.split(".")
    for group in groups:
        row = row.get(group)
        if row is None:
            return None
    value = row[last]
    if raw and isinstance(value, str):
        mended = row.get(f"{last}_base64")
        return base64.b64decode(mended) if mended else value.encode()
    return value


def unescape(text):
    """Takes natu's escapes back."""
    names = {"n": b"\n", "t": b"\t", "r": b"\r", "\\": b"\\", "b": b"\b", "f": b"\f", "a": b"\a",
             "v": b"\v", "e": b"\x1b", ";": b";"}
    out = b""
    for part in re.findall(rb"\\x..|\\u....|\\U.{8}|\\.|[^\\]", text.encode("utf-8", "surrogateescape"),
                           re.S):
        if part[:2] == b"\\x":
            out += bytes([int(part[2:], 16)])
        elif part[:2] in (b"\\u", b"\\U"):
            out += chr(int(part[2:], 16)).encode()
        elif part[:1] == b"\\":
            out += names[part[1:].decode()]
        else:
            out += part
    return out


def same(value, text, kind, absent):
    """Whether a format's text is the value that JSON has."""
    if value is None or value == []:
        return text in absent
    if isinstance(value, list):
        return text == ";".join(value)
    if isinstance(value, bytes):
        return unescape(text) == value
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    return text == str(value) and kind != "text"


def lines(data):
    return data.decode("utf-8", "surrogateescape").split("\n")[:-1]


def check(what, rows, texts, name, kind, absent):
    if len(rows) != len(texts):
        sys.exit(f"{what}, {name}: {len(texts)} rows, not {len(rows)}")
    for row, text in zip(rows, texts):
        value = in_json(row, name, raw=kind == "text")
        if not same(value, text, kind, absent):
            sys.exit(f"{what}, {name}: {text!r}, but JSON has {value!r}")


def table_cells(data, kind):
    """The cells of a table of one column; numbers stand at the right."""
    texts = lines(data)[1:]
    return [t.lstrip() for t in texts] if kind == "number" else texts


def compare(kinds, options):
    names = [n for n in kinds if not n.startswith("process.")]
    every = ",".join(names)
    # Numbers as they are written: nothing is rounded by this test.
    document = json.loads(run(*options, "--json", "--columns", every), parse_int=str, parse_float=str)
    rows = document["sockets"]
    ndjson = [json.loads(line, parse_int=str, parse_float=str)
              for line in lines(run(*options, "--ndjson", "--columns", every))]
    if ndjson != rows:
        sys.exit("NDJSON and JSON differ")
    csv_text = run(*options, "--csv", "--columns", every).decode("utf-8", "surrogateescape")
    in_csv = list(csv.reader(io.StringIO(csv_text, newline="")))
    in_tsv = [line.split("\t") for line in lines(run(*options, "--tsv", "--columns", every))]
    if in_csv[0] != names or in_tsv[0] != names:
        sys.exit("the headings are not the columns")
    values = 0
    for at, (name, kind) in enumerate((n, kinds[n]) for n in names):
        check("CSV", rows, [r[at] for r in in_csv[1:]], name, kind, {""})
        check("TSV", rows, [r[at] for r in in_tsv[1:]], name, kind, {""})
        cells = table_cells(run(*options, "--columns", name), kind)
        check("table", rows, cells, name, kind, {"-", "*"})
        values += sum(in_json(r, name) is not None for r in rows)
    return len(rows), values


def main():
    which, options = sys.argv[1], sys.argv[2:]
    kinds = columns()
    if which == "text":
        kinds = {n: k for n, k in kinds.items() if k == "text"}
    rows = values = 0
    # A table has IPv4 before IPv6, the others as they come.
    for family in ("-4", "-6") + (() if which == "inet" else ("-x",)):
        more_rows, more_values = compare(kinds, [family, *options])
        rows, values = rows + more_rows, values + more_values
    if rows < 5 or (which != "text" and values < 2 * len(kinds)):
        sys.exit(f"only {rows} rows and {values} values: this says nothing")


main()
