#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long somebody waits for `seriesguard browse`: for the first screen after the analysis, and for each key after it.

usage: first_screen.py PROGRAM INPUT [KEY...]      KEY: enter, left, down, end, or a letter

A terminal of 120 columns and 40 lines is made (a pty, nobody draws it), and the times at which its bytes come are noted.
The analysis ends no later than the screen is taken over and no earlier than the last word of progress before it: both
differences are printed, the truth lies between. A key's time ends with the last byte before half a second of silence; a key
that takes longer than eight seconds before its first byte is not seen.
Measures and judges nothing; docs/browse.md quotes it.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

BYTES = {"enter": b"\r", "down": b"\x1bOB", "left": b"\x1bOD", "end": b"\x1bOF"}


def last_byte(terminal, patience_s):
    """When the last byte came of what a key makes the program write; None when nothing came."""
    last, wait_s = None, patience_s
    while select.select([terminal], [], [], wait_s)[0]:
        os.read(terminal, 1 << 16)
        last, wait_s = time.monotonic(), 0.5
    return last


def main(program, dump, keys):
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        os.execv(program, [program, "browse", dump])
    start = time.monotonic()
    seen, progress, taken = b"", start, None
    while b"? help" not in seen:
        seen += os.read(terminal, 1 << 16)
        now = time.monotonic()
        if b"\x1b[?1049h" not in seen:
            progress = now
        elif taken is None:
            taken = now
    first = time.monotonic()
    print("first screen %.0f ms after the start, %.0f ms after the last word of progress, %.0f ms after the screen was taken"
          % tuple(1000 * (first - since) for since in (start, progress, taken)))
    last_byte(terminal, 0.5)
    for key in keys:
        pressed = time.monotonic()
        os.write(terminal, BYTES.get(key, key.encode()))
        answered = last_byte(terminal, 8)
        print("%-6s %s" % (key, "nothing" if answered is None else "%.0f ms" % (1000 * (answered - pressed))))
    os.close(terminal)  # a terminal that goes away ends the view
    os.waitpid(child, 0)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
