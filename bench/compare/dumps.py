# SPDX-License-Identifier: Apache-2.0
"""The dumps that are measured: made once, kept in the work folder, the same bytes for the same size and seed.

A generator given by the caller (--generator PROGRAM, called as PROGRAM OUT --bytes N --seed S, which also writes
OUT.expected.tsv: sample name, series, samples) is used where there is one; else make_dump.py beside this file.
"""
import multiprocessing
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def make(generator, path, size, seed):
    """Returns `path`, written if it was not there, and the series per sample name that it holds."""
    expected = path + ".expected.tsv"
    if not (os.path.exists(path) and os.path.exists(expected)):
        program = generator or os.path.join(HERE, "make_dump.py")
        subprocess.run([sys.executable, program, path + ".part", "--bytes", str(size), "--seed", str(seed)], check=True,
                       stdout=subprocess.DEVNULL)
        os.rename(path + ".part.expected.tsv", expected)
        os.rename(path + ".part", path)
    counts = {}
    with open(expected, encoding="utf-8") as rows:
        for row in rows:
            name, series, *_ = row.rstrip("\n").split("\t")
            if series.isdigit():  # not the heading
                counts[name] = int(series)
    return path, counts


def shuffled(path, seed=1):
    """The sample lines of `path` in random order, without comments: no line resembles the one before."""
    out = path + ".shuffled"
    if not os.path.exists(out):
        # In a process of its own: what this one once held in memory would count as the peak of whatever it starts.
        worker = multiprocessing.Process(target=write_shuffled, args=(path, out, seed))
        worker.start()
        worker.join()
        if worker.exitcode != 0:
            sys.exit(2)
    return out


def write_shuffled(path, out, seed):
    with open(path, "rb") as source:
        lines = [line for line in source if not line.startswith(b"#")]
    random.Random(seed).shuffle(lines)
    with open(out + ".part", "wb") as sink:
        sink.writelines(lines)
    os.rename(out + ".part", out)


def first_bytes(path, size, out):
    """The whole lines within the first `size` bytes of `path`."""
    with open(path, "rb") as source, open(out, "wb") as sink:
        head = source.read(size)
        sink.write(head[: head.rfind(b"\n") + 1])
    return out
