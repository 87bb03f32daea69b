#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `seriesguard top` against a real Prometheus that scraped the same bytes.

usage: compare_with_server.py --seriesguard PROGRAM [--prometheus PROGRAM] [--server-view prometheus2] DUMP...

Serves every dump on loopback with the Content-Type of its format (.om: OpenMetrics, else text), has one Prometheus
scrape them all, and compares `count by (__name__)` with the `parts` of the JSON report, dump by dump. The server
ignores the dumps' own timestamps (honor_timestamps: false) and keeps their job and instance labels (honor_labels).
What the server adds to a scrape (up, scrape_*) is left out. A target that is down must be a dump that the program
refuses with exit status 2, and the other way round.

Exit status: 0 equal on every name of every dump, or skipped because there is no Prometheus; 1 a difference; 2 trouble.
"""
import argparse
import functools
import http.server
import json
import os
import shutil
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

CONTENT_TYPES = {"text": "text/plain; version=0.0.4; charset=utf-8",
                 "om": "application/openmetrics-text; version=1.0.0; charset=utf-8"}
ADDED_BY_SERVER = {"up", "scrape_duration_seconds", "scrape_samples_scraped",
                   "scrape_samples_post_metric_relabeling", "scrape_series_added"}
CONFIG = """\
global: {{scrape_interval: 2s, scrape_timeout: 2s}}
scrape_configs:
- job_name: dumps
  honor_labels: true
  honor_timestamps: false
  static_configs:
{targets}
  relabel_configs:
  - {{source_labels: [seriesguard_dump], target_label: __metrics_path__, replacement: "/$1"}}
"""


def format_of(path):
    return "om" if path.endswith((".om", ".openmetrics")) else "text"


class DumpHandler(http.server.BaseHTTPRequestHandler):
    """Answers /N with the bytes of dump N."""

    def __init__(self, dumps, *args):
        self.dumps = dumps
        super().__init__(*args)

    def do_GET(self):
        path = self.dumps[int(self.path.strip("/").split("?")[0])]
        with open(path, "rb") as source:
            body = source.read()
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPES[format_of(path)])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def ask(base, path, **parameters):
    url = base + path + "?" + urllib.parse.urlencode(parameters)
    with urllib.request.urlopen(url, timeout=10) as reply:
        return json.load(reply)["data"]


def free_port():
    with socketserver.TCPServer(("127.0.0.1", 0), None) as probe:
        return probe.server_address[1]


def wait_for_scrapes(base, server, count, seconds):
    """Returns {dump number: health} once every target was scraped."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"compare_with_server: prometheus ended with {server.returncode}")
        try:
            targets = ask(base, "/api/v1/targets")["activeTargets"]
        except (OSError, ValueError):
            targets = []
        done = {int(t["labels"]["seriesguard_dump"]): (t["health"], t["lastError"]) for t in targets
                if t["health"] != "unknown"}
        if len(done) == count:
            return done
        time.sleep(0.2)
    sys.exit("compare_with_server: not every dump was scraped in time")


def counts_of_server(base, number):
    query = f'count by (__name__) ({{seriesguard_dump="{number}"}})'
    rows = ask(base, "/api/v1/query", query=query)["result"]
    return {row["metric"]["__name__"]: int(row["value"][1]) for row in rows
            if row["metric"]["__name__"] not in ADDED_BY_SERVER}


def counts_of_program(program, view, path):
    """Returns (exit status, {sample name: series}, stderr)."""
    run = subprocess.run([program, "top", "--format", "json", "--limit", "0", "--server", view, path],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    message = run.stderr.decode("utf-8", "replace").strip()
    if run.returncode != 0:
        return run.returncode, {}, message
    report = json.loads(run.stdout)
    return 0, {part["name"]: part["series"] for metric in report["metrics"] for part in metric["parts"]}, message


def compare(base, scraped, dumps, options):
    differences = names = refused = 0
    for number, path in enumerate(dumps):
        health, last_error = scraped[number]
        status, ours, message = counts_of_program(options.seriesguard, options.server_view, path)
        if health != "up" or status != 0:
            refused += 1
            if health == "up" or status != 2:
                differences += 1
                print(f"DIFFERENT {path}: server {health} ({last_error}), program exit {status} ({message})")
            continue
        theirs = counts_of_server(base, number)
        names += len(theirs)
        for name in sorted(set(theirs) | set(ours)):
            if theirs.get(name) != ours.get(name):
                differences += 1
                print(f"DIFFERENT {path}: {name!r}: server {theirs.get(name)}, program {ours.get(name)}")
    print(f"{len(dumps)} dumps, {refused} refused by both or one, {names} sample names, {differences} differences")
    return 1 if differences else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seriesguard", required=True)
    parser.add_argument("--prometheus", default="/usr/bin/prometheus")
    parser.add_argument("--server-view", default="prometheus2", help="what --server is given (the server's generation)")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("dumps", nargs="+")
    options = parser.parse_args()
    if not os.access(options.prometheus, os.X_OK):
        print(f"SKIPPED: no Prometheus at {options.prometheus}")
        return 0

    dumps = options.dumps
    files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(DumpHandler, dumps))
    threading.Thread(target=files.serve_forever, daemon=True).start()
    folder = tempfile.mkdtemp(prefix="seriesguard-server-")
    server = None
    try:
        config = os.path.join(folder, "prometheus.yml")
        targets = "".join(f'  - {{targets: ["127.0.0.1:{files.server_address[1]}"], labels: {{seriesguard_dump: "{n}"}}}}\n'
                          for n in range(len(dumps)))
        with open(config, "w", encoding="utf-8") as out:
            out.write(CONFIG.format(targets=targets))
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        with open(os.path.join(folder, "log"), "wb") as log:
            server = subprocess.Popen([options.prometheus, f"--config.file={config}", "--log.level=error",
                                       f"--storage.tsdb.path={os.path.join(folder, 'data')}",
                                       f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        scraped = wait_for_scrapes(base, server, len(dumps), options.seconds)
        return compare(base, scraped, dumps, options)
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        files.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
