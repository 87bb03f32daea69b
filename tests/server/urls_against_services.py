#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads real services by their addresses, and holds it against what curl gets and what a server stores of them.

usage: urls_against_services.py --seriesguard PROGRAM --service GUARDED_SERVICE --policy FILE [--prometheus PROGRAM]
       [--node-exporter PROGRAM] [--pushgateway PROGRAM]

Of each service: the same metrics, types, formats and label names by its address as from a file that curl fetched with the same
Accept header, and, of the server itself, the same number of series a name as it stored of itself. Then the guarded example is
watched while its traffic starts: it grows, its policy finds that it folds, and a smaller policy ends the watch with 1.

Exit status: 0 all holds, or SKIPPED because no service is installed; 1 something differs.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import compare_with_server as harness

ACCEPT = ("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
          "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
          "text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
CONFIG = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
- job_name: itself
  static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""

failures = []


def check(what, holds, seen=""):
    print(("ok        " if holds else "DIFFERENT ") + what)
    if not holds:
        print("  saw: %s" % str(seen)[:2000])
        failures.append(what)


def run(*command):
    return subprocess.run(command, capture_output=True, timeout=120, text=True, check=False)


def shape(done):
    """What of a report does not change from one moment to the next."""
    document = json.loads(done.stdout)
    return ([(one["format"]) for one in document["inputs"]],
            [(m["name"], m["type"], sorted(label["name"] for label in m["labels"])) for m in
             sorted(document["metrics"], key=lambda m: m["name"])])


def fetch(name, url, dump):
    if shutil.which("curl"):
        fetched = run("curl", "-sS", "--compressed", "-H", "Accept: " + ACCEPT, "-o", dump, url + "/metrics")
        if fetched.returncode != 0:
            check("curl reads %s" % name, False, fetched.stderr)
        return
    request = urllib.request.Request(url + "/metrics", headers={"Accept": ACCEPT})
    with urllib.request.urlopen(request, timeout=10) as reply, open(dump, "wb") as file:
        file.write(reply.read())


def read_both_ways(program, name, url, folder):
    ours = run(program, "top", "--wait-for", "200", "--format", "json", url)
    if ours.returncode != 0:
        return check("%s is read" % name, False, ours.stderr)
    dump = os.path.join(folder, name + ".prom")
    fetch(name, url, dump)
    # A service that has just started gets metrics while we look; so until both are equal once, for at most a minute.
    deadline = time.monotonic() + 60
    while True:
        by_url, by_file = shape(run(program, "top", "--format", "json", url)), shape(run(program, "top", "--format", "json", dump))
        if by_url == by_file or time.monotonic() > deadline:
            break
        fetch(name, url, dump)
    check("%s: %d metrics, the same by address as by curl" % (name, len(by_url[1])), by_url == by_file, (by_url, by_file))
    old = run(program, "top", "--format", "json", "--server", "prometheus2", url)
    check("%s: the same metrics for prometheus2" % name, [m[0] for m in shape(old)[1]] == [m[0] for m in by_url[1]], old.stderr)


def end(processes):
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def stored_of_itself(base):
    """Series a name that the server has of its last scrape of itself; None before it has any."""
    try:
        rows = harness.ask(base, "/api/v1/query", query='count by (__name__) ({job="itself"})')["result"]
    except OSError:
        return None
    return {row["metric"]["__name__"]: int(row["value"][1]) for row in rows} or None


def series_by_name(done):
    return {part["name"]: part["series"] for metric in json.loads(done.stdout)["metrics"] for part in metric["parts"]}


def compare_with_stored(program, base):
    """The server's own series change while it starts; so until both are equal once, for at most a minute."""
    own = {"up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
           "scrape_series_added"}
    deadline = time.monotonic() + 60
    difference = "nothing stored"
    while time.monotonic() < deadline:
        before, ours, after = stored_of_itself(base), run(program, "top", "--server", "prometheus2", "--format", "json", base), \
            stored_of_itself(base)
        if before and before == after and ours.returncode == 0:
            stored = {name: count for name, count in after.items() if name not in own}
            counted = series_by_name(ours)
            if stored == counted:
                return check("%d series of %d names, as the server stored of itself" % (sum(counted.values()), len(counted)), True)
            difference = {name: (stored.get(name), counted.get(name)) for name in stored.keys() | counted.keys()
                          if stored.get(name) != counted.get(name)}
        time.sleep(0.5)
    return check("series a name as the server stored of itself", False, difference)


def watch_guarded(program, service, policy, folder):
    process = subprocess.Popen([service, "--policy", policy, "--port", "0", "--seconds", "30", "--quiet-seconds", "2",
                                "--requests-per-second", "200"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = process.stdout.readline().split()[-1]
        done = run(program, "watch", "--format", "json", "--every", "1s", "--for", "6s", url)
        document = json.loads(done.stdout)
        series = [scrape["series"] for scrape in document["scrapes"] if scrape["failure"] is None]
        names = [metric["name"] for metric in document["diff"]["metrics"]]
        check("a guarded service grows from %d to %d series and none goes" % (series[0], series[-1]),
              series[-1] > series[0] and document["went"] == 0 and "shop_http_requests_total" in names, done.stdout)
        done = run(program, "watch", "--format", "json", "--every", "1s", "--for", "20s", "--policy", policy, url)
        document = json.loads(done.stdout)
        check("and folds, which the policy finds", done.returncode == 1 and document["ended_by"] == "budget" and
              "folded" in [f["rule"] for f in document["report"]["findings"]], done.stdout + done.stderr)
        small = os.path.join(folder, "small.yaml")
        with open(small, "w", encoding="utf-8") as file:
            file.write("version: 1\nmetrics:\n- {name: shop_http_requests_total, series_limit: 3, owner: team-edge, "
                       "labels: {path: {value_limit: 2}}}\n")
        done = run(program, "watch", "--every", "1s", "--for", "5s", "--policy", small, url)
        check("a smaller policy breaks, with culprit and owner", done.returncode == 1 and "team-edge" in done.stdout and
              "series_limit" in done.stdout, done.stdout + done.stderr)
    finally:
        end([process])


def main():
    parser = argparse.ArgumentParser()
    for name in ("seriesguard", "service", "policy", "prometheus", "node-exporter", "pushgateway"):
        parser.add_argument("--" + name, required=name in ("seriesguard", "service", "policy"), default="")
    given = parser.parse_args()
    program, processes, services = given.seriesguard, [], {}
    with tempfile.TemporaryDirectory() as folder:
        def start(name, path, *arguments):
            if not os.access(path, os.X_OK):
                print("left out: %s is not installed" % name)
                return
            port = harness.free_port()
            command = [path] + [argument.format(port=port) for argument in arguments]
            processes.append(subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            services[name] = "http://127.0.0.1:%d" % port
            if name == "prometheus":
                with open(os.path.join(folder, "prometheus.yml"), "w", encoding="utf-8") as file:
                    file.write(CONFIG.format(port=port))

        try:
            start("prometheus", given.prometheus, "--config.file=prometheus.yml", "--storage.tsdb.path=data",
                  "--web.listen-address=127.0.0.1:{port}")
            start("node-exporter", given.node_exporter, "--web.listen-address=127.0.0.1:{port}")
            start("pushgateway", given.pushgateway, "--web.listen-address=127.0.0.1:{port}")
            if not services:
                print("SKIPPED: neither prometheus nor prometheus-node-exporter nor prometheus-pushgateway is installed")
                return 0
            for name, url in services.items():
                read_both_ways(program, name, url, folder)
            if "prometheus" in services:
                compare_with_stored(program, services["prometheus"])
            watch_guarded(program, given.service, given.policy, folder)
        finally:
            end(processes)
    print("%d services, %d differences" % (len(services), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
