#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks a real Prometheus what it stored of a service whose metrics collectors tell.

usage: collected_in_prometheus.py --service PROGRAM [--prometheus PROGRAM]

PROGRAM is examples/collected_service. Its queue "night" ends with the tenth scrape; the server is asked after the twentieth.

Exit status: 0 all queries answer as they must, or skipped because there is no Prometheus; 1 one does not.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import compare_with_server as harness

CONFIG = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
- job_name: collected
  static_configs:
  - {{targets: ["127.0.0.1:{port}"]}}
"""

# What is asked, and what the answer must be; None: no series.
QUERIES = [
    ('min_over_time(up{job="collected"}[5m])', 1),
    ("count(queue_jobs_done_total)", 4),
    ('resets(queue_jobs_done_total{queue="other"}[5m])', 0),
    # "other" stands for search and night, 9 + 9 at the ninth scrape. At the tenth search has 10: the offset is 8 from then on.
    ('queue_jobs_done_total{queue="other"} - ignoring(queue) queue_jobs_done_total{queue="mail"}', 8),
    ('queue_jobs{queue="other"}', 4),
    ("count(queue_jobs)", 3),
    ("seriesguard_collector_resets_total{collector=\"queues\"}", 1),
    ("sum(seriesguard_collector_failures_total{collector=\"queues\"})", 0),
    ('seriesguard_collector_failures_total{collector="storage",reason="exception"} >= bool 20', 1),
    ("storage_bytes", None),
]


def value_of(base, query):
    rows = harness.ask(base, "/api/v1/query", query=query)["result"]
    if len(rows) > 1:
        return f"{len(rows)} series"
    return float(rows[0]["value"][1]) if rows else None


def end(process):
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def check(base):
    deadline = time.monotonic() + 90
    scrapes = 0
    while time.monotonic() < deadline and not (scrapes or 0) >= 20:
        time.sleep(0.5)
        try:
            scrapes = value_of(base, 'queue_jobs_done_total{queue="mail"}')
        except OSError:
            scrapes = 0
    wrong = 0
    for query, wanted in QUERIES:
        found = value_of(base, query)
        if found != wanted:
            wrong += 1
            print(f"DIFFERENT {query} is {found}, not {wanted}")
    print(f"{len(QUERIES)} queries after {scrapes} scrapes, {wrong} differences")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--service", required=True)
    parser.add_argument("--prometheus", default="/usr/bin/prometheus")
    options = parser.parse_args()
    if not os.access(options.prometheus, os.X_OK):
        print(f"SKIPPED: no Prometheus at {options.prometheus}")
        return 0
    folder = tempfile.mkdtemp(prefix="seriesguard-collected-")
    service = server = None
    try:
        service = subprocess.Popen([options.service, "0", "150"], stdout=subprocess.PIPE, text=True)
        port = int(service.stdout.readline().split(":")[2].split("/")[0])
        config = os.path.join(folder, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as out:
            out.write(CONFIG.format(port=port))
        listen = harness.free_port()
        with open(os.path.join(folder, "log"), "wb") as log:
            server = subprocess.Popen([options.prometheus, f"--config.file={config}", "--log.level=error",
                                       f"--storage.tsdb.path={os.path.join(folder, 'data')}",
                                       f"--web.listen-address=127.0.0.1:{listen}"], stdout=log, stderr=log)
        return check(f"http://127.0.0.1:{listen}")
    finally:
        end(server)
        end(service)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
