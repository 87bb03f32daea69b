# SPDX-License-Identifier: Apache-2.0
"""Reads the small PNGs that a screenshot gives (8 bits, RGB or RGBA, not interlaced), with Python's own library."""
import struct
import zlib


def read_png(data):
    """Returns (width, height, rows); rows[y][x] is (red, green, blue)."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, header = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        at += 12 + length
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
    width, height, depth, colour, _, _, interlaced = header
    assert depth == 8 and colour in (2, 6) and interlaced == 0
    step = 3 if colour == 2 else 4
    raw, rows, above = zlib.decompress(packed), [], bytes(width * step)
    for y in range(height):
        begin = y * (width * step + 1)
        line = _unfiltered(raw[begin], bytearray(raw[begin + 1:begin + 1 + width * step]), above, step)
        rows.append([tuple(line[x * step:x * step + 3]) for x in range(width)])
        above = line
    return width, height, rows


def _unfiltered(kind, line, above, step):
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up = above[i]
        corner = above[i - step] if i >= step else 0
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        elif kind == 4:
            p = left + up - corner
            guess = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))[2]
        else:
            guess = 0
        line[i] = (line[i] + guess) & 255
    return line


def grid(data, columns, rows_wanted):
    """The mean colour of each of columns x rows_wanted regions, row by row, as (red, green, blue)."""
    width, height, rows = read_png(data)
    cells = []
    for r in range(rows_wanted):
        for c in range(columns):
            pixels = [rows[y][x] for y in range(r * height // rows_wanted, (r + 1) * height // rows_wanted)
                      for x in range(c * width // columns, (c + 1) * width // columns)]
            cells.append(tuple(round(sum(pixel[k] for pixel in pixels) / len(pixels)) for k in range(3)))
    return cells
