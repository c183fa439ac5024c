# SPDX-License-Identifier: MIT
"""schema.py SCHEMA valid FILE...	every document is what the schema says, and nothing besides
schema.py SCHEMA lines FILE...	the same for each line of NDJSON
schema.py SCHEMA wrong FILE	the document with one mistake at a time: none may pass
schema.py SCHEMA names	the columns that the schema describes, one per line"""

import copy
import json
import sys

import jsonschema


def close(schema):
    """A copy in which nothing is allowed that the schema does not name."""
    if isinstance(schema, list):
        return [close(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: close(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        closed["additionalProperties"] = False
    return closed


def strict(text):
    """Reads JSON as RFC 8259 has it: no name twice, no NaN."""

    def members(pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise ValueError(f"a name stands twice: {names}")
        return dict(pairs)

    def constant(word):
        raise ValueError(word)

    return json.loads(text, object_pairs_hook=members, parse_constant=constant)


def explain(path, error):
    where = "/".join(map(str, error.absolute_path))
    sys.exit(f"{path}: at {where}: {error.message[:300]}")


def check(validator, path, document):
    for error in validator.iter_errors(document):
        explain(path, error)


# (where, what is put there); ... takes it away.
MISTAKES = [
    ((), []),
    (("schema",), "natu/2"),
    (("schema",), ...),
    (("time",), "yesterday"),
    (("time",), ...),
    (("host",), 7),
    (("sources",), []),
    (("sources", "tcp"), "guess"),
    (("sockets",), {}),
    (("sockets",), ...),
    (("groups",), []),
    (("complete",), ...),
    (("complete", "sockets"), None),
    (("complete", "processes"), "yes"),
    (("warnings",), None),
    (("warnings",), [1]),
    (("sockets", 0), None),
    (("sockets", 0, "proto"), None),
    (("sockets", 0, "state"), 10),
    (("sockets", 0, "local"), []),
    (("sockets", 0, "local", "address"), "localhost"),
    (("sockets", 0, "local", "address"), "[::1]"),
    (("sockets", 0, "local", "port"), "22"),
    (("sockets", 0, "local", "port"), 0),
    (("sockets", 0, "local", "port"), 65536),
    (("sockets", 0, "recv_q"), -1),
    (("sockets", 0, "recv_q"), 1.5),
    (("sockets", 0, "recv_q"), "0"),
    (("sockets", 0, "cookie"), 17),
    (("sockets", 0, "cookie"), "17"),
    (("sockets", 0, "interface"), 3),
    (("sockets", 0, "listener"), 0),
    (("sockets", 0, "processes"), {}),
    (("sockets", 0, "processes"), [None]),
    (("sockets", 0, "processes"), [{"pid": None}]),
    (("sockets", 0, "processes"), [{"name_base64": "?"}]),
]
# A later natu/1 may gain members: only a closed schema refuses these.
STRANGERS = [
    (("news",), 1),
    (("sockets", 0, "news"), 1),
    (("sockets", 0, "local", "news"), 1),
    (("complete", "news"), True),
]


def spoil(document, where, value):
    spoilt = copy.deepcopy(document)
    if not where:
        return value
    at = spoilt
    for step in where[:-1]:
        at = at[step]
    if value is ...:
        del at[where[-1]]
    else:
        at[where[-1]] = value
    return spoilt


def check_mistakes(schema, path):
    opened = jsonschema.Draft202012Validator(schema)
    closed = jsonschema.Draft202012Validator(close(schema))
    with open(path, encoding="utf-8") as file:
        document = strict(file.read())
    check(closed, path, document)
    for where, value in MISTAKES:
        if opened.is_valid(spoil(document, where, value)):
            sys.exit(f"taken for good: {value!r} at {where}")
    for where, value in STRANGERS:
        spoilt = spoil(document, where, value)
        if closed.is_valid(spoilt) or not opened.is_valid(spoilt):
            sys.exit(f"a stranger at {where}")


# What holds many has the plural of its columns' group.
PLURALS = {"processes": "process", "clients": "client"}


def print_names(members, before=""):
    for name, member in members.items():
        array = member.get("items", {}).get("properties")
        inner = array or member.get("properties")
        if inner:
            print_names(inner, f"{before}{PLURALS[name] if array else name}.")
        elif not name.endswith("_base64"):
            print(before + name)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = strict(file.read())
    jsonschema.Draft202012Validator.check_schema(schema)
    how, paths = sys.argv[2], sys.argv[3:]
    if how == "names":
        print_names(schema["$defs"]["socket"]["properties"])
    elif how == "wrong":
        check_mistakes(schema, paths[0])
    else:
        closed = close(schema)
        if how == "lines":
            closed = {**closed, **closed["$defs"]["socket"]}
            del closed["oneOf"], closed["required"]
        validator = jsonschema.Draft202012Validator(closed)
        for path in paths:
            with open(path, encoding="utf-8") as file:
                texts = file.read().splitlines() if how == "lines" else [file.read()]
            if not texts:
                sys.exit(f"{path} is empty")
            for text in texts:
                check(validator, path, strict(text))


main()
