#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the naive parser, or what was meant to be written, against the Prometheus server's own parser, record by record.

usage: compare.py --oracle PROGRAM (--naive PROGRAM | --expected FILE) RECORDS [--show N]

The programs read the records (written by write_batch) on stdin and print one line each; FILE has those lines. Prints how many
records there were and the first N that differ; exit status 1 when there is a difference, 2 when a program failed.
"""
import argparse
import struct
import subprocess
import sys


def lines_of(program, records):
    with open(records, "rb") as source:
        run = subprocess.run(program, stdin=source, stdout=subprocess.PIPE, check=False)
    if run.returncode != 0:
        sys.exit(f"compare: {program[0]} ended with {run.returncode}")
    return run.stdout.split(b"\n")[:-1]


def documents_of(records):
    with open(records, "rb") as source:
        data = source.read()
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 1)
        yield data[at:at + 1], data[at + 5:at + 5 + length]
        at += 5 + length


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--oracle", required=True)
    ours = parser.add_mutually_exclusive_group(required=True)
    ours.add_argument("--naive")
    ours.add_argument("--expected")
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("records")
    options = parser.parse_args()
    server = lines_of([options.oracle, "-batch"], options.records)
    if options.naive:
        naive = lines_of([options.naive], options.records)
    else:
        with open(options.expected, "rb") as source:
            naive = source.read().split(b"\n")[:-1]
    if len(server) != len(naive):
        sys.exit(f"compare: {len(server)} lines from the server's parser, {len(naive)} from ours")
    differ = [i for i, (a, b) in enumerate(zip(server, naive)) if a != b]
    accepted = sum(1 for line in server if line != b"refused")
    print(f"{len(server)} records, {accepted} accepted, {len(differ)} differences")
    if not differ:
        return 0
    wanted = set(differ[:options.show])
    for i, (kind, document) in enumerate(documents_of(options.records)):
        if i in wanted:
            print(f"record {i} {kind!r} {document!r}\n  server {server[i][:300]!r}\n  ours   {naive[i][:300]!r}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
