#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a dump of realistic shape and exact size class: make_dump.py OUT --bytes N [--seed S].

Families are contiguous; every series is distinct because one running number, written in mixed radix, picks its labels.
The seed moves values and identifiers only. OUT.expected.tsv lists sample name, series and samples.
"""
import argparse
import itertools

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]
CODES = ["200", "201", "204", "301", "400", "401", "403", "404", "409", "429", "500", "502", "503"]
ROUTES = ["/", "/cart", "/cart/{id}", "/orders", "/orders/{id}", "/orders/{id}/lines/{line}", "/search", "/login",
          "/static/**", "/reports/{id}/export"]
BOUNDARIES = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]
MODES = ["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"]
TEXTS = ['SELECT \\"id\\" FROM orders', "C:\\\\data\\\\spool", "line\\nbreak", "Größe", "a,b=c{d}", "# no comment"]
MASK = (1 << 64) - 1


def mix(number):
    """A bijection of 64-bit numbers that looks random (the finaliser of splitmix64)."""
    number = (number + 0x9E3779B97F4A7C15) & MASK
    number = ((number ^ number >> 30) * 0xBF58476D1CE4E5B9) & MASK
    number = ((number ^ number >> 27) * 0x94D049BB133111EB) & MASK
    return number ^ number >> 31


def identifier(number):
    text = f"{mix(number):016x}{mix(~number & MASK):016x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:32]))


def digits(number, *radices):
    """`number` in mixed radix; the last digit takes what is left, so that no two numbers look alike."""
    for radix in radices:
        yield number % radix
        number //= radix
    yield number


def http(seed, i):
    method, code, route, pod = digits(i, 6, 13, 10)
    labels = (f'cluster="eu-{pod % 3}",method="{METHODS[method]}",route="{ROUTES[route]}",code="{CODES[code]}",'
              f'instance="10.{pod >> 8 & 255}.{pod & 255}.{pod >> 16}:8080"')
    return [("http_requests_total", labels, str(mix(i + seed) % 1_000_003))]


def histogram(seed, i):
    method, route, pod = digits(i, 6, 10)
    labels = f'method="{METHODS[method]}",route="{ROUTES[route]}",instance="10.0.{pod & 255}.{pod >> 8}:8080"'
    total = mix(i + seed) % 90_000
    rows = [("http_request_seconds_bucket", f'{labels},le="{le}"', str(total * (b + 1) // len(BOUNDARIES)))
            for b, le in enumerate(BOUNDARIES)]
    return rows + [("http_request_seconds_sum", labels, f"{total * 0.137:.6f}"),
                   ("http_request_seconds_count", labels, str(total))]


def cpu(seed, i):
    mode, core = digits(i, 8)
    return [("node_cpu_seconds_total", f'cpu="{core}",mode="{MODES[mode]}"', f"{mix(i + seed) % 10**8 / 100:.2f}")]


def container(seed, i):
    pod = identifier(i + (seed << 40))
    labels = (f'container="app-{i % 40}",id="/kubepods.slice/kubepods-pod{pod}.slice/cri-{mix(i):016x}{mix(i + 7):016x}",'
              f'image="registry.example/team/app-{i % 40}:v1.{i % 90}.{i % 7}",namespace="ns-{i % 25}",pod="app-{pod[:13]}"')
    return [("container_memory_bytes", labels, f"{mix(i + seed) % 2**33 / 1e9:.9e} 1700000000000")]


def user(seed, i):
    return [("session_events_total", f'user_id="{identifier(i + (seed << 40))}",kind="k{i % 5}"', str(i % 97))]


def query(seed, i):
    return [("query_rows", f'statement="{TEXTS[i % len(TEXTS)]} {i}"', f"{mix(i + seed) % 10**6}e-3")]


FAMILIES = [("http_requests_total", "counter", http, 0.3), ("http_request_seconds", "histogram", histogram, 0.3),
            ("node_cpu_seconds_total", "counter", cpu, 0.05), ("container_memory_bytes", "gauge", container, 0.2),
            ("session_events_total", "counter", user, 0.1), ("query_rows", "gauge", query, 0.05)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out")
    arguments.add_argument("--bytes", type=int, required=True)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    counts = {}
    with open(options.out, "w", encoding="utf-8", newline="\n") as out:
        for name, kind, rows_of, share in FAMILIES:
            written = out.write(f"# HELP {name} Made for measuring.\n# TYPE {name} {kind}\n")
            for i in itertools.count():
                if written >= options.bytes * share:
                    break
                for sample, labels, value in rows_of(options.seed, i):
                    written += out.write(f"{sample}{{{labels}}} {value}\n")
                    counts[sample] = counts.get(sample, 0) + 1
    with open(options.out + ".expected.tsv", "w", encoding="utf-8", newline="\n") as out:
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            out.write(f"{name}\t{count}\t{count}\n")


main()
