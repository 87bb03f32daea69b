#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the example service under its example policy and holds what it serves against what the guard promises.

usage: guarded_service_test.py SERVICE POLICY SERIESGUARD

Scrapes while requests come: every guarded metric within its limit each time, every counter never falling. Reloads
the policy on the way, once a good one and once a broken one. In the quiet seconds at the end the sum over all series is the
number of requests that the service says it made. `seriesguard check` on that scrape names the labels that were
folded, and no other finding is an error. `policy check` finds nothing in the policy that the service suggests.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

LIMITS = {"shop_http_requests_total": 4000, "shop_checkout_duration_seconds": 1000, "shop_queue_jobs": 300}
SECONDS, QUIET, RATE = 4, 6, 5000
FOLDED = {("shop_http_requests_total", "method"), ("shop_http_requests_total", "path"),
          ("shop_http_requests_total", "tenant"), ("shop_checkout_duration_seconds", "provider")}


def scrape(url):
    """Returns (text, {series: value}) of one scrape."""
    with urllib.request.urlopen(url, timeout=10) as reply:
        text = reply.read().decode()
    return text, {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
                  for line in text.splitlines() if line and not line.startswith("#")}


def family_of(series):
    return re.sub(r"_(bucket|sum|count)$", "", series.split("{")[0])


def check_scrape(series, before):
    for family, limit in LIMITS.items():
        count = sum(1 for name in series if family_of(name) == family)
        assert count <= limit, f"{family}: {count} series, limit {limit}"
        own = series.get(f'seriesguard_series_limit{{metric="{family}"}}')
        assert own == limit, f"{family}: the guard says limit {own}"
    for name, value in before.items():
        if name.startswith("shop_http_requests_total") and name in series:
            assert series[name] >= value, f"{name} fell from {value} to {series[name]}"


def read_lines(stream, lines):
    for line in stream:
        lines.append(line.rstrip("\n"))


def wait_for(lines, pattern, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for line in lines:
            found = re.search(pattern, line)
            if found:
                return found
        time.sleep(0.02)
    raise AssertionError(f"no line with {pattern!r}; got:\n" + "\n".join(lines))


def check_dump(program, policy, folder, text):
    """`seriesguard check` on the last scrape: the folds, and nothing else that fails."""
    dump = os.path.join(folder, "scrape.prom")
    with open(dump, "w", encoding="utf-8") as out:
        out.write(text)
    run = subprocess.run([program, "check", "--format", "json", "--policy", policy, dump], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, check=False)
    assert run.returncode == 1, f"check: {run.returncode} {run.stderr.decode()}"  # folds are a failing finding
    findings = [finding for finding in json.loads(run.stdout)["findings"] if finding["severity"] == "error"]
    rules = {finding["rule"] for finding in findings}
    assert rules == {"folded"}, f"findings {rules}: {run.stdout.decode()}"
    named = {(finding["metric"], finding["label"]) for finding in findings}
    assert named == FOLDED, f"folded {named}"


def check_suggestion(program, folder, lines):
    wait_for(lines, "# end of the suggestion")
    first = next(i for i, line in enumerate(lines) if line.startswith("# What "))
    suggested = "\n".join(lines[first:lines.index("# end of the suggestion")]) + "\n"
    assert "tenant: {value_limit: 20, admit: busiest" in suggested, suggested
    path = os.path.join(folder, "suggested.yaml")
    with open(path, "w", encoding="utf-8") as out:
        out.write(suggested)
    check = subprocess.run([program, "policy", "check", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert check.returncode == 0 and b"warning" not in check.stdout, f"{check.stdout.decode()}\n{suggested}"


def run(service, policy, program, folder):
    with open(policy, encoding="utf-8") as source:
        text = source.read()
    own_policy = os.path.join(folder, "seriesguard.yaml")

    def write_policy(content):
        with open(own_policy, "w", encoding="utf-8") as out:
            out.write(content)

    write_policy(text)
    process = subprocess.Popen([service, "--policy", own_policy, "--seconds", str(SECONDS), "--quiet-seconds", str(QUIET),
                                "--requests-per-second", str(RATE)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True)
    lines = []
    reader = threading.Thread(target=read_lines, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        url = wait_for(lines, r"serving (http://127\.0\.0\.1:\d+/metrics)").group(1)
        before, scrapes, total, truth = {}, 0, 0, -1
        deadline = time.monotonic() + SECONDS + 2 * QUIET - 2
        asked = set()
        while time.monotonic() < deadline:
            dump, series = scrape(url)
            check_scrape(series, before)
            before, scrapes = series, scrapes + 1
            total = sum(value for name, value in series.items() if name.startswith("shop_http_requests_total"))
            truth = series['made_up_requests_total{tenants="all"}']
            if truth > SECONDS * RATE / 4 and "broken" not in asked:
                asked.add("broken")
                write_policy(text + "nonsense: 1\n")
                process.send_signal(signal.SIGHUP)
                wait_for(lines, r"reload: INVALID_ARGUMENT")
                write_policy(text)
                process.send_signal(signal.SIGHUP)
                wait_for(lines, r"reload: OK")
                process.send_signal(signal.SIGUSR1)
                wait_for(lines, r"tenant: [0-9]+ values named of at most 20, about [0-9]+ asked for")
            if truth == SECONDS * RATE:
                break
            time.sleep(0.2)
        assert asked == {"broken"}, "the service made no requests"
        assert truth == SECONDS * RATE, f"{truth} requests of {SECONDS * RATE}"
        time.sleep(0.1)  # the last request's own series may be collected before the truth was
        dump, series = scrape(url)
        check_scrape(series, before)
        total = sum(value for name, value in series.items() if name.startswith("shop_http_requests_total"))
        assert total == truth, f"exported {total} of {truth} requests"
        assert series['seriesguard_label_demand{label="tenant",metric="shop_http_requests_total"}'] > 1000
        check_dump(program, policy, folder, dump)
        process.send_signal(signal.SIGUSR2)
        check_suggestion(program, folder, lines)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, "the service says that something was lost"
        reader.join(timeout=10)
        end = wait_for(lines, r"requests (\d+), counted (\d+)", 1)
        assert end.group(1) == end.group(2) == str(SECONDS * RATE), end.group(0)
        assert any("seriesguard: shop_http_requests_total: values of the label tenant" in line for line in lines)
        print(f"{scrapes + 1} scrapes, {truth:.0f} requests, all counted")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="guarded-service-") as scratch:
        run(*sys.argv[1:4], scratch)
