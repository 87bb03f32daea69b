#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the exemplars that our OpenMetrics writer makes against those that a real Prometheus stored.

usage: written_in_prometheus.py --writer PROGRAM [--what exemplars|kept] [--prometheus PROGRAM] [--families N]

PROGRAM is tests/oracle/batch/write_expositions; `kept` are exemplars that a registry was given by Increment and Observe. One Prometheus with exemplar storage scrapes what it writes; every
exemplar must be there with its trace_id, value and time, those that were too long must not, and all samples must be.

Exit status: 0 so it is, or skipped because there is no Prometheus; 1 a difference; 2 trouble.
"""
import argparse
import functools
import http.server
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import compare_with_server as harness

CONFIG = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
- job_name: written
  honor_labels: true
  static_configs:
  - {{targets: ["127.0.0.1:{port}"], labels: {{seriesguard_dump: "0"}}}}
  relabel_configs:
  - {{source_labels: [seriesguard_dump], target_label: __metrics_path__, replacement: "/$1"}}
"""


def wanted_exemplars(families, seconds):
    """{(series name, trace_id, value, time)} of what was written."""
    return {(name, f"t{i}", float(i), float(seconds)) for i in range(families) if i % 3 != 2
            for name in (f"traced_{i}_total", f"spans_{i}_bucket")}


def stored_exemplars(base, seconds):
    rows = harness.ask(base, "/api/v1/query_exemplars", query='{__name__=~"traced_.*|spans_.*"}',
                       start=str(seconds - 60), end=str(seconds + 60))
    found = set()
    for row in rows:
        for one in row["exemplars"]:
            labels = one["labels"]
            if len("".join(labels) + "".join(labels.values())) != 128:
                print(f"DIFFERENT an exemplar that is not of 128 characters: {labels}")
            found.add((row["seriesLabels"]["__name__"], labels["trace_id"], float(one["value"]), float(one["timestamp"])))
    return found


def compare(base, families, seconds):
    wanted = wanted_exemplars(families, seconds)
    deadline = time.monotonic() + 20
    stored = stored_exemplars(base, seconds)
    while stored != wanted and time.monotonic() < deadline:
        time.sleep(0.5)
        stored = stored_exemplars(base, seconds)
    differences = sorted(wanted ^ stored)
    for one in differences[:10]:
        print(f"DIFFERENT {'not stored' if one in wanted else 'not written'}: {one}")
    counts = harness.counts_of_server(base, 0)
    # Counter and its start; histogram with three buckets, sum, count and its start.
    series = sum(counts.values())
    if series != families * (2 + 6):
        print(f"DIFFERENT {series} series of {families * 8}")
        return 1
    print(f"{len(wanted)} exemplars, {series} series, {len(differences)} differences")
    return 1 if differences else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writer", required=True)
    parser.add_argument("--what", choices=("exemplars", "kept"), default="exemplars")
    parser.add_argument("--prometheus", default="/usr/bin/prometheus")
    parser.add_argument("--families", type=int, default=100)
    options = parser.parse_args()
    if not os.access(options.prometheus, os.X_OK):
        print(f"SKIPPED: no Prometheus at {options.prometheus}")
        return 0
    folder = tempfile.mkdtemp(prefix="seriesguard-written-")
    server = None
    files = None
    try:
        seconds = int(time.time())
        dump = os.path.join(folder, "written.om")
        with open(dump, "wb") as out:
            subprocess.run([options.writer, options.what, str(seconds), str(options.families)], stdout=out, check=True)
        files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(harness.DumpHandler, [dump]))
        threading.Thread(target=files.serve_forever, daemon=True).start()
        config = os.path.join(folder, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as out:
            out.write(CONFIG.format(port=files.server_address[1]))
        port = harness.free_port()
        base = f"http://127.0.0.1:{port}"
        with open(os.path.join(folder, "log"), "wb") as log:
            server = subprocess.Popen([options.prometheus, f"--config.file={config}", "--log.level=error",
                                       "--enable-feature=exemplar-storage",
                                       f"--storage.tsdb.path={os.path.join(folder, 'data')}",
                                       f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        health, last_error = harness.wait_for_scrapes(base, server, 1, 60)[0]
        if health != "up":
            print(f"DIFFERENT the server refuses what was written: {last_error}")
            return 1
        return compare(base, options.families, seconds)
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        if files is not None:
            files.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
