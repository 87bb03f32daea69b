#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the text and OpenMetrics files of a corpus as records for compare.py (format byte, length, bytes).

usage: corpus_records.py CORPUS_FOLDER
"""
import os
import struct
import sys


def main():
    out = sys.stdout.buffer
    for folder, _, names in sorted(os.walk(sys.argv[1])):
        for name in sorted(names):
            kind = {".om": b"o", ".prom": b"t"}.get(os.path.splitext(name)[1])
            if kind is None:
                continue
            with open(os.path.join(folder, name), "rb") as source:
                data = source.read()
            out.write(kind + struct.pack("<I", len(data)) + data)


if __name__ == "__main__":
    main()
