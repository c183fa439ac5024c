# SPDX-License-Identifier: MIT
"""Arguments that nobody thought of, for natu under the name of netstat and for the real one:
netstat_arguments.py SEED COUNT REAL NATU. Both run one after the other, with the same name."""

import random
import subprocess
import sys

# -T is newer than net-tools 2.10, which has a mistake in --tcpip; modes are other tests' business.
LETTERS = "tuUwSx46alnWepvNFC"
LONG = """--tcp --udp --udplite --raw --sctp --unix --inet --inet6 --ip --ipx --ax25 --x25 --netrom --rose --ddp
    --appletalk --all --listening --numeric --wide --extend --programs --verbose --symbolic --fib --cache
    --numeric-hosts --numeric-ports --numeric-users --timers --context --tc --udpl --rawx --inet6x --li --num
    --numeric-h --ext --pro --prot=inet --protocol=unix --protocol=inet,inet6 --wide=1""".split()
FAMILIES = "inet inet6 unix ip ip6 ipx ax25 x25 netrom rose ddp appletalk local foo tcp".split()
WORDS = ["word", "-", "--", "-Z", "-s", "-z", ""]


def arguments(choice):
    made = []
    for _ in range(choice.randint(1, 4)):
        kind = choice.random()
        if kind < 0.6:
            made.append("-" + "".join(choice.choices(LETTERS, k=choice.randint(1, 4))))
        elif kind < 0.85:
            made.append(choice.choice(LONG))
        elif kind < 0.95:
            made += ["-A", ",".join(choice.choices(FAMILIES, k=choice.randint(1, 3)))]
        else:
            made.append(choice.choice(WORDS))
    return made


def run(program, words):
    done = subprocess.run(["netstat", *words], executable=program, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)
    # The text behind a mistake is natu's own.
    return done.returncode, done.stdout, done.stderr.split(b"usage:")[0]


def main():
    seed, count, real, natu = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
    choice = random.Random(seed)
    compared = wrong = 0
    for _ in range(count):
        words = arguments(choice)
        before, ours, after = (run(program, words) for program in (real, natu, real))
        if before != after:
            continue
        compared += 1
        if before != ours:
            wrong += 1
            print(f"# netstat {words}:", *(f"# {part!r:.300}, not {wanted!r:.300}" for part, wanted
                                           in zip(ours, before) if part != wanted), sep="\n")
    # What moves by itself cannot be compared; most does not.
    print(f"# {compared} of {count} compared, {wrong} differ, seed {seed}")
    sys.exit(wrong > 0 or compared < count * 3 // 4)


main()
