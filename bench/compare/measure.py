# SPDX-License-Identifier: Apache-2.0
"""Runs one command and says what it cost: CPU time, wall time, peak memory, as the kernel counts them (wait4).

The peak of a process that was started from here includes the few MiB that Python itself had at that moment (the kernel
carries the mark over exec), so figures below MEMORY_FLOOR say "no more than that".
"""
import dataclasses
import os
import statistics
import subprocess
import sys
import threading
import time


@dataclasses.dataclass
class Cost:
    cpu_s: float
    wall_s: float
    peak_bytes: int
    status: int
    output: bytes


def run(command, keep_output=False, stdin_path=None):
    """Runs `command` (a list, or a string for the shell) in locale C and waits for it and all its children."""
    argv = ["sh", "-c", command] if isinstance(command, str) else command
    stdin = open(stdin_path, "rb") if stdin_path else subprocess.DEVNULL
    out = subprocess.PIPE if keep_output else subprocess.DEVNULL
    start = time.perf_counter()
    process = subprocess.Popen(argv, stdin=stdin, stdout=out, stderr=subprocess.DEVNULL,
                               env={**os.environ, "LC_ALL": "C"})
    output = process.stdout.read() if keep_output else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait once more
    if stdin_path:
        stdin.close()
    if keep_output:
        process.stdout.close()
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, process.returncode, output)


def quietest_speed_up():
    """How much faster two processes spin than one does twice: 2.0 on two idle cores, 1.0 on one."""
    spin = [sys.executable, "-c", "sum(range(6_000_000))"]
    alone = min(run(spin).wall_s for _ in range(3))
    both = []
    for _ in range(3):
        start = time.perf_counter()
        threads = [threading.Thread(target=run, args=(spin,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        both.append(time.perf_counter() - start)
    return 2 * alone / statistics.median(both)
