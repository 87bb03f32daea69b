#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures what a series costs a real Prometheus, and fits the constants of analyzer/bill/server_memory_model.h.

usage: bench/compare/server_memory.py --measure RUNS.tsv [--prometheus PROGRAM] [--round N] [--shapes SUBSTRING]
       bench/compare/server_memory.py --fit RUNS.tsv [--version VERSION] [--header]
       bench/compare/server_memory.py --hold-out BILL.json --dump DUMP [--targets 2] [--prometheus PROGRAM]

--measure starts a fresh server for each shape of generated dump, one at a time and in another order each round N, has it
scraped six times, asks for two garbage collections and appends a row to RUNS.tsv. --fit prints constants, ranges and
residuals for each version in the file, with --header as the header has them. --hold-out has a dump of its own scraped from N targets and compares with what
`seriesguard top --bill --format json` (BILL.json) says of N copies of that dump.

Measured: go_memstats_heap_alloc_bytes after the collections (live), heap_inuse after them, resident bytes before them;
each less that of a server with a target of one series. Exit status: 0 done, 2 trouble.
"""
import argparse
import datetime
import json
import os
import random
import shutil
import signal
import sys

import server_memory_fit as fitting
from server_memory_host import MARK, measure, version_of

HERE = os.path.dirname(os.path.abspath(__file__))
METRICS = 10
COLUMNS = ["version", "date", "round", "shape", "series", "pairs", "label_bytes", "distinct_pairs", "symbol_bytes",
           "body_bytes", "head_series", "live", "inuse", "rss", "block_symbols"]
# series, labels a series, bytes a value, labels of which each series has a value of its own ("few": none has)
SHAPES = [
    (1, 1, 8, 0),
    (10000, 5, 32, 1), (10000, 10, 128, 0), (10000, 10, 32, 10),
    (20000, 2, 32, 1), (20000, 5, 8, 5), (20000, 5, 128, 1),
    (50000, 2, 8, 0), (50000, 2, 128, 1), (50000, 5, 32, 0), (50000, 10, 8, 0), (50000, 10, 32, 1),
    (100000, 2, 8, 1), (100000, 5, 8, 0), (100000, 5, 32, 1),
    (200000, 2, 8, 0), (200000, 2, 32, 1),
]


def name_of(shape):
    return "%dx%dx%d/%d" % shape


def generate(shape):
    """Returns a body of that shape and what the model counts of it."""
    series, labels, size, own = shape
    radix = max(2, -int(-(series ** (1 / labels)) // 1))  # the fewest values a label that tell all series apart
    while radix ** labels < series:
        radix += 1
    values = [set() for _ in range(labels)]
    lines, label_bytes = [], 0
    random_values = random.Random(series * 1000 + labels)
    for number in range(series):
        rest, parts = number, []
        for label in range(labels):
            digit, rest = rest % radix, rest // radix
            value = "%c%07x" % (ord("a") + label, number if label < own else digit)
            value += "v" * (size - len(value))
            values[label].add(value)
            parts.append('label_%02d="%s"' % (label, value))
        name = "bill_measured_%02d_requests_total" % (number % METRICS)
        label_bytes += 8 + len(name) + labels * (8 + size)  # __name__ has 8 bytes, and so has label_NN
        lines.append("%s{%s} %d%s\n" % (name, ",".join(parts), random_values.randrange(1000, 10 ** 6), MARK.decode()))
    names = min(METRICS, series)
    distinct = sum(len(known) for known in values)
    name_bytes = names * len("bill_measured_00_requests_total")
    lines.append("")
    return "".join(lines).encode(), {
        "series": series,
        "pairs": series * (labels + 1),
        "label_bytes": label_bytes,
        "distinct_pairs": distinct + names,
        "symbol_bytes": 8 + labels * 8 + name_bytes + distinct * size,
        "body_bytes": sum(map(len, lines)),
    }


def interval_for(body_bytes):
    """Long enough for a scrape on a machine that does other work as well."""
    return 2 + body_bytes // (8 << 20)


def measure_twice_at_most(program, bodies, series):
    # Targets are scraped at moments of their own: between them there has to be some quiet as well.
    interval = interval_for(sum(map(len, bodies))) + 2 * (len(bodies) - 1)
    for factor in (1, 2):
        try:
            return measure(program, bodies, series, factor * interval)
        except (RuntimeError, OSError) as trouble:
            print(f"{series:,} series: no measurement: {trouble}", file=sys.stderr)
    return None


def run_measurements(options):
    version = version_of(options.prometheus)
    shapes = [shape for shape in SHAPES if options.shapes in name_of(shape)]
    is_new = not os.path.exists(options.measure) or os.path.getsize(options.measure) == 0
    with open(options.measure, "a", encoding="utf-8") as out:
        if is_new:
            out.write("\t".join(COLUMNS) + "\n")
        random.Random(options.round).shuffle(shapes)
        for shape in shapes:
            body, counted = generate(shape)
            found = measure_twice_at_most(options.prometheus, [body], counted["series"])
            if found is None:
                continue
            row = {"version": version, "date": datetime.date.today().isoformat(), "round": options.round,
                   "shape": name_of(shape), **counted, **found}
            out.write("\t".join(str(row[column]) for column in COLUMNS) + "\n")
            out.flush()
            print(f"{version} round {options.round} {name_of(shape):18s} live {found['live']:>12,} "
                  f"rss {found['rss']:>13,}", file=sys.stderr)


def read_runs(path):
    with open(path, encoding="utf-8") as rows:
        heading = rows.readline().rstrip("\n").split("\t")
        for row in rows:
            cells = dict(zip(heading, row.rstrip("\n").split("\t")))
            yield {key: value if key in ("version", "date", "shape") else int(value) for key, value in cells.items()}


def runs_of(path, version):
    """The runs of one version less its empty server, and that server's means."""
    runs = [run for run in read_runs(path) if run["version"] == version]
    empty = [run for run in runs if run["series"] == 1]
    if not empty:
        sys.exit(f"{path}: no run of {name_of(SHAPES[0])} with {version}: what an empty server needs is not known")
    base = {key: sum(run[key] for run in empty) / len(empty) for key in ("live", "inuse", "rss")}
    rest = [run for run in runs if run["series"] > 1]
    for run in rest:
        run["once"] = 1
        for key, value in base.items():
            run[key] -= value
    return rest, base


def print_fit(path, version):
    runs, base = runs_of(path, version)
    dates = sorted({run["date"] for run in runs})
    print(f"Prometheus {version}: {len(runs)} runs of {len({run['shape'] for run in runs})} shapes, "
          f"{dates[0]} to {dates[-1]}")
    print(f"  empty server: live {base['live']:,.0f}, resident {base['rss']:,.0f} bytes (taken off)")
    constants, dropped = fitting.fit(runs, "live")
    spread = fitting.ranges(runs, "live", list(constants))
    for term, (constant, error) in constants.items():
        print(f"  live bytes per {term:15s} {constant:9.2f}  standard error {error:.2f}, "
              f"range {spread[term][0]:.2f} to {spread[term][1]:.2f}")
    for term, constant, error in dropped:
        print(f"  not told from zero: {term} ({constant:.2f}, standard error {error:.2f})")
    good = fitting.quality(constants, runs, "live")
    print(f"  residuals: root mean square {good['rms']:.1%}, worst {good['worst']:+.1%}; "
          f"R^2 {good['r2']:.4f} of bytes, {good['r2_per_series']:.4f} of bytes a series")
    for target in ("inuse", "rss"):
        factor, least, most = fitting.ratio(runs, target, "live")
        print(f"  {target} / live: {factor:.3f}, single runs {least:.3f} to {most:.3f}")
    print("  shape (series x labels x bytes a value / own values): live bytes a series, error of the model")
    for run, error in sorted(zip(runs, good["errors"]), key=lambda pair: (pair[0]["series"], pair[0]["shape"])):
        print(f"    {run['shape']:18s} {run['live'] / run['series']:8.0f}  {error:+7.1%}")


def print_header(path, version):
    """The initialiser of that version's model in analyzer/bill/server_memory_model.h."""
    runs, base = runs_of(path, version)
    dates = sorted({run["date"] for run in runs})
    constants, _ = fitting.fit(runs, "live")
    spread = fitting.ranges(runs, "live", list(constants))
    good = fitting.quality(constants, runs, "live")

    def constant(term):
        if term not in constants:
            return "{}"
        return "{%.5g, %.5g, %.5g}" % (constants[term][0], *spread[term])

    print("    /*server=*/\"%s\"," % version.split("+", maxsplit=1)[0])
    print("    /*measured=*/\"%s\"," % (dates[0] if dates[0] == dates[-1] else dates[0] + " to " + dates[-1]))
    print("    /*runs=*/%d," % len(runs))
    print("    /*shapes=*/%d," % len({run["shape"] for run in runs}))
    for term, name in zip(fitting.TERMS, ("once", "per_series", "per_series_pair", "per_series_byte", "per_label_pair",
                                          "per_symbol_byte")):
        print("    /*%s=*/%s," % (name, constant(term)))
    print("    /*rms_error=*/%.3f," % good["rms"])
    print("    /*worst_error=*/%.3f," % abs(good["worst"]))
    print("    /*resident=*/{%.3f, %.3f, %.3f}," % fitting.ratio(runs, "rss", "live"))
    print("    /*empty=*/%d," % round(base["live"]))


def hold_out(options):
    with open(options.hold_out, encoding="utf-8") as document:
        bill = json.load(document)["bill"]
    with open(options.dump, "rb") as dump:
        body = dump.read()
    said = bill["total"]["server_bytes"]
    empty_body, counted = generate(SHAPES[0])
    empty = measure_twice_at_most(options.prometheus, [empty_body], counted["series"])
    found = measure_twice_at_most(options.prometheus, [body] * options.targets, bill["total"]["series"])
    if empty is None or found is None:
        sys.exit(2)
    said += round(sum(constant["bytes"] for constant in bill["model"]["constants"] if constant["per"] == "server"))
    live, resident = found["live"] - empty["live"], found["rss"] - empty["rss"]
    print(f"Prometheus {version_of(options.prometheus)}, {options.targets} x {os.path.basename(options.dump)}: "
          f"{found['head_series']:,} series in the head, {bill['total']['series']:,} counted")
    print(f"  live: measured {live:,}, predicted {said:,} ({said / live - 1:+.1%}); resident {resident:,} "
          f"({resident / live:.2f} x live)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--measure", metavar="RUNS.tsv")
    what.add_argument("--fit", metavar="RUNS.tsv")
    what.add_argument("--hold-out", metavar="BILL.json")
    parser.add_argument("--prometheus", default="prometheus")
    parser.add_argument("--round", type=int, default=1)
    parser.add_argument("--shapes", default="", help="only shapes whose name has this in it")
    parser.add_argument("--version", default="", help="only this version")
    parser.add_argument("--header", action="store_true", help="as C++")
    parser.add_argument("--dump")
    parser.add_argument("--targets", type=int, default=2)
    options = parser.parse_args()
    if options.fit:
        for version in sorted({run["version"] for run in read_runs(options.fit)}):
            if not options.version or version == options.version:
                (print_header if options.header else print_fit)(options.fit, version)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that the server is ended as well
    if not shutil.which(options.prometheus):
        sys.exit(f"no program {options.prometheus}")
    if options.measure:
        run_measurements(options)
    else:
        hold_out(options)


if __name__ == "__main__":
    main()
