# SPDX-License-Identifier: MIT
"""consumers.py WHAT ARGUMENT...: natu's formats, read by what others wrote; $NATU lists with the arguments.

agree		JSON, NDJSON, CSV, TSV and the table have the same value of every column
hostile PORT	... and of the socket at that port, whose process has the name, title and command of hostile()
sqlite		sqlite3 imports the CSV, and has what is in it
unix FOLDER	... and of UNIX sockets there, whose names are all that they can be
make FILE	writes an executable with that name, and becomes it"""

import base64
import csv
import io
import json
import os
import re
import socket
import subprocess
import sys

NATU = os.environ["NATU"]


def run(*arguments):
    done = subprocess.run([NATU, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def columns():
    return json.loads(run("--columns", "help", "--json"))["columns"]


def exact(holder, key):
    """A value of JSON; texts as bytes."""
    value = holder[key]
    if key + "_base64" in holder:
        return base64.b64decode(holder[key + "_base64"], validate=True)
    return value.encode() if isinstance(value, str) else value


def of_json(row, column):
    """A column's value, None if it is absent, or a list of them."""
    *groups, key = column["name"].split(".")
    for group in groups:
        plural = group + ("es" if group.endswith("s") else "s")
        row = row[group if group in row else plural]
        if row is None:
            return None
    if isinstance(row, list):  # one group for each holder
        return [exact(holder, key) for holder in row]
    value = exact(row, key)
    return [text.encode() for text in value] if isinstance(value, list) else value


ESCAPES = {"n": b"\n", "r": b"\r", "t": b"\t"}


def unescape(text):
    """Undoes the escapes of tables, CSV and TSV."""

    def part(escape):
        if escape[:1] != "\\":
            return escape.encode()
        if escape[1] == "x":
            return bytes([int(escape[2:], 16)])
        if escape[1] == "u":
            return chr(int(escape[2:], 16)).encode()
        return ESCAPES.get(escape[1], escape[1].encode())

    return b"".join(map(part, re.split(r"(\\x..|\\u....|\\.)", text)))


def typed(text, column):
    if text == "":
        return None
    if column["type"] == "boolean":
        return {"true": True, "false": False, "yes": True, "no": False}[text]
    if column["type"] == "number":
        return float(text) if re.search("[.e]", text) else int(text)
    return unescape(text)


def of_text(text, column):
    if not column["many"]:
        return typed(text, column)
    items = [""]
    for part in re.findall(r"\\.|[^;\\]+|;", text):
        if part == ";":
            items.append("")
        else:
            items[-1] += part
    return [typed(item, column) for item in items] if text else []


def same(a, b):
    # A field says neither whether nobody was found, nor whether the only holder lacks it.
    a, b = (None if value == [None] else value for value in (a, b))
    if a == b or (not a and not b and not isinstance(a, (int, float)) and not isinstance(b, (int, float))):
        return True
    if isinstance(a, float) or isinstance(b, float):
        return a is not None and b is not None and abs(a - b) <= 1e-5 * max(abs(a), abs(b))
    return False


def compare(rows, table, names, what):
    """JSON's rows against a table of texts, by columns."""
    if len(rows) != len(table):
        sys.exit(f"{what}: {len(table)} rows, JSON has {len(rows)}")
    for number, (row, cells) in enumerate(zip(rows, table)):
        if len(cells) != len(names):
            sys.exit(f"{what}: row {number} has {len(cells)} fields: {cells}")
        for column, cell in zip(names, cells):
            if not same(of_json(row, column), of_text(cell, column)):
                wanted = repr(of_json(row, column))[:300]
                sys.exit(f"{what}: {column['name']} of row {number}: {cell[:300]!r}, not {wanted}")


def read_csv(text):
    # A line end in a field would be a second line: every record has one.
    records = list(csv.reader(io.StringIO(text.decode(), newline=""), strict=True))
    lines = text.count(b"\n")
    if len(records) != lines:
        sys.exit(f"{len(records)} records on {lines} lines")
    return records


def read_tsv(text):
    return [line.split("\t") for line in text.decode().split("\n")[:-1]]


def read_all(arguments):
    """The rows of JSON, after a comparison with all other formats."""
    names = columns()
    listed = ",".join(column["name"] for column in names)
    rows = json.loads(run(*arguments, "--columns", listed, "--json"))["sockets"]
    lines = [json.loads(line) for line in run(*arguments, "--columns", listed, "--ndjson").decode().splitlines()]
    if lines != rows:
        sys.exit("NDJSON is not JSON")
    for what, read in (("--csv", read_csv), ("--tsv", read_tsv)):
        heading, *table = read(run(*arguments, "--columns", listed, what))
        if heading != [column["name"] for column in names]:
            sys.exit(f"{what}: {heading}")
        compare(rows, table, names, what)
    return names, rows


def sort_key(value):
    if value in (None, [], [None]):
        return True, ""
    return False, f"{value:.5g}" if isinstance(value, float) else str(value)


def agree(arguments):
    names, rows = read_all(arguments)
    if len(rows) < 2:
        sys.exit("too few rows")
    # The table has its values between blanks, signs for what is not there, and an order of its own.
    for column in names:
        text = run(*arguments, "-H", "--columns", column["name"]).decode()
        table = [[line.strip()] for line in text.split("\n")[:-1]]
        table = [["" if cell in ("-", "*") else cell] for (cell,) in table]
        texts = sorted((of_text(cell, column) for (cell,) in table), key=sort_key)
        wanted = sorted((of_json(row, column) for row in rows), key=sort_key)
        for text, value in zip(texts, wanted, strict=True):
            if not same(text, value):
                sys.exit(f"table: {column['name']}: {text!r}, not {value!r}")


def hostile():
    """A name of 255 bytes, a title of 15, and arguments with 4 KiB."""
    nasty = b"\"a';,|\\\t\n\r\x1b[31m\x01\x7f\xff\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xed\xa0\x80\xc3\xa9%s{}$(x)=-+@"
    name = (nasty * 9)[:255].replace(b"/", b"_")
    return name, b"=\"\n\x1b\xff,;\\\xe2\x80\xae|a", [nasty, b"", nasty * (4096 // len(nasty)), b";"]


def become(folder, port):
    name, title, command = hostile()
    path = os.fsencode(folder) + b"/" + name
    # A copy of python can give itself a title.
    with open(os.path.realpath("/proc/self/exe"), "rb") as source, open(path, "wb") as copy:
        copy.write(source.read())
    os.chmod(path, 0o755)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(port)))
    listener.listen(1)
    listener.set_inheritable(True)
    # Not as bytes of its own, which a shell or python would have to decode.
    program = f"open('/proc/self/comm','wb').write({title!r}); open({folder + '/ready'!r}, 'w'); __import__('time').sleep(600)"
    os.execv(path, [b"python3", b"-c", program.encode(), *command])


def check_hostile(port):
    names, rows = read_all(["-t", "--sport", port])
    by_name = {column["name"]: column for column in names}
    name, title, command = hostile()
    if len(rows) != 1 or len(rows[0]["processes"]) != 1:
        sys.exit(f"{len(rows)} rows")
    found = {key: of_json(rows[0], by_name["process." + key])[0] for key in ("name", "title", "command")}
    if found["name"] != name or found["title"] != title:
        sys.exit(f"{found['name']!r} {found['title']!r}")
    # The command can be cut, and never changed; blanks stand between its arguments.
    wanted = b" ".join(command)
    start = found["command"].find(command[0])
    if start < 0 or not wanted.startswith(found["command"][start:].rstrip(b".")) or len(found["command"]) < 1000:
        sys.exit(f"{found['command'][:500]!r}")
    # In a table nothing of it reaches a terminal.
    for arguments in (["-p"], ["--columns", "process.name,process.title,process.command,program,state"]):
        text = run("-tH", "--sport", port, *arguments).decode()
        if text.count("\n") != 1 or re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text):
            sys.exit(f"{text!r}")


def check_unix(folder):
    """UNIX sockets whose names hold anything; an abstract one's first NUL is shown as @."""
    nasty = b"\"a';,|\\\t\n\r\x1b[31m\x01\x7f\xff\xc2\x9b\xe2\x80\xae\xed\xa0\x80\xc3\xa9"
    paths = [nasty, b",,", b"\n", b";\\;", b"-", b"*", b"x" * 107, b"\0" + nasty + b"\0\0;", b"\0" + b"\xfe" * 107]
    os.chdir(folder)
    held = []
    for path in paths:
        held.append(socket.socket(socket.AF_UNIX))
        held[-1].bind(path)
        held[-1].listen(1)
    names, rows = read_all(["-x"])
    column = [one for one in names if one["name"] == "local.path"][0]
    found = sorted(filter(None, (of_json(row, column) for row in rows)))
    wanted = sorted(re.sub(b"^\\0", b"@", path) for path in paths)
    if found != wanted:
        sys.exit(f"{found}, not {wanted}")
    text = run("-xH").decode()
    if text.count("\n") != len(rows) or re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text):
        sys.exit(f"{text!r}")


def sqlite(arguments):
    names, rows = read_all(arguments)
    listed = ",".join(column["name"] for column in names)
    with open(f"{os.environ['TMPDIR']}/import.csv", "wb") as file:
        file.write(run(*arguments, "--columns", listed, "--csv"))
    questions = [f".mode csv\n.import {file.name} sockets\n.mode list\n", "select count(*) from sockets;\n"]
    questions += [f'select hex("{column["name"]}") from sockets;\n' for column in names]
    done = subprocess.run(["sqlite3", "-batch", ":memory:"], input="".join(questions).encode(), check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.stderr:
        sys.exit(done.stderr.decode())
    count, *cells = done.stdout.decode().splitlines()
    if int(count) != len(rows) or len(cells) != len(rows) * len(names):
        sys.exit(f"{count} rows, {len(cells)} values")
    for at, column in enumerate(names):
        mine = cells[at * len(rows):(at + 1) * len(rows)]
        compare(rows, [[bytes.fromhex(cell).decode()] for cell in mine], [column], "sqlite3")


def main():
    what, *arguments = sys.argv[1:]
    if what == "agree":
        agree(arguments)
    elif what == "hostile":
        check_hostile(*arguments)
    elif what == "sqlite":
        sqlite(arguments)
    elif what == "unix":
        check_unix(*arguments)
    elif what == "make":
        become(*arguments)


main()
