# SPDX-License-Identifier: MIT
"""For tests that look at one scene from top to bottom: a line for everything that is checked."""

import sys

failures = 0


def check(name, truth, *why):
    """Says whether it is true, and if not the first lines of what explains it."""
    global failures
    for line in () if truth else why[:20]:
        print("#", line)
    print("ok" if truth else "not ok", name)
    failures += not truth


def finish():
    sys.exit(failures > 0)
