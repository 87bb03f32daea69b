#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives the example service over its budget and sees the exported alerts arrive at an Alertmanager; within it, none.

usage: see alerts_in_prometheus.sh

Three services with the same requests (400 tenants, junk, a provider that is not allowed), one policy each:
  within   its labels are dropped or have room: no alert may be pending or firing, however long the others take
  over     mode enforce, 40 series, 60 tenants, one provider: the guard folds
  shadow   the same in mode shadow with a budget of 300 series for the target: the guard only counts
The alerts are those of `seriesguard policy export --to alerts --job NAME --for 1s`, evaluated each second. Growth looks at
two days, and a target that is nearly at its budget needs an exact number of series: these two are held by promtool only.
Exit status: 0 all holds, or SKIPPED; 1 an alert is missing or should not be there; 2 trouble.
"""
import argparse
import json
import os
import re
import shutil
import socketserver
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HTTP, CHECKOUT = "shop_http_requests_total", "shop_checkout_duration_seconds"
DROPPED = "    method: {drop: true}\n    path: {drop: true}\n    user_id: {drop: true}\n"
TIGHT = f"""\
metrics:
- name: {HTTP}
  owner: "team \\"edge\\" {{{{x}}}}"
  series_limit: 40
  labels:
{DROPPED}    code: {{normalize: status_class}}
    tenant: {{value_limit: 60}}
- match: "shop_check.*_seconds"
  owner: team-payment
  labels:
    provider: {{allow: [card]}}
    region: {{drop: true}}
"""
POLICIES = {
    "within": f"""\
version: 1
budget: {{series_limit: 1000}}
metrics:
- name: {HTTP}
  owner: team-edge
  series_limit: 100
  labels:
{DROPPED}    code: {{normalize: status_class}}
    tenant: {{drop: true}}
- name: {CHECKOUT}
  owner: team-payment
  series_limit: 1000
  labels:
    provider: {{value_limit: 20}}
    region: {{value_limit: 20}}
""",
    "over": "version: 1\nscrape_interval: 1s\nbudget: {series_limit: 100000}\n" + TIGHT,
    "shadow": "version: 1\nmode: shadow\nscrape_interval: 1s\nbudget: {series_limit: 300}\n" + TIGHT,
}
OWNER = {HTTP: 'team "edge" {{x}}', CHECKOUT: "team-payment"}
# (job, alert, metric, label, reason); a reason of None: whatever it is.
EXPECTED = [
    ("over", "SeriesguardBudgetNearlyUsed", HTTP, "", ""),
    ("over", "SeriesguardOverBudget", HTTP, "tenant", "series_limit"),
    ("over", "SeriesguardDemandFarAboveLimit", CHECKOUT, "provider", ""),
    ("over", "SeriesguardFolding", CHECKOUT, "provider", "not_allowed"),
    ("shadow", "SeriesguardAboveLimit", HTTP, "", ""),
    ("shadow", "SeriesguardFolding", CHECKOUT, "provider", "not_allowed"),
    ("shadow", "SeriesguardTargetOverBudget", "", "", ""),
    ("shadow", "SeriesguardTargetChurn", "", "", ""),
]
SECONDS = 80  # for the alerts to arrive; they are there after some 10
REQUESTS_WITHIN = 2000


def ask(url):
    with urllib.request.urlopen(url, timeout=10) as reply:
        return json.load(reply)


def free_port():
    with socketserver.TCPServer(("127.0.0.1", 0), None) as probe:
        return probe.server_address[1]


class Stage:
    """The programs that run; all of them end with it."""

    def __init__(self, folder):
        self.folder, self.running = folder, []

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)
        return self.path(name)

    def start(self, name, *command):
        with open(self.path(name + ".log"), "wb") as log:
            self.running.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder))
        return self.running[-1]

    def said(self, name):
        with open(self.path(name + ".log"), encoding="utf-8", errors="replace") as log:
            return log.read()

    def wait(self, name, process, ready, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and process.poll() is None:
            try:
                found = ready()
                if found:
                    return found
            except (OSError, ValueError):
                pass
            time.sleep(0.1)
        print(f"alerts_in_prometheus: {name} did not start:\n{self.said(name)}", file=sys.stderr)
        sys.exit(2)

    def end(self):
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def export(options, stage, name, policy):
    rules = stage.path(name + ".rules.yml")
    tests = stage.path(name + ".test.yml")
    subprocess.run([options.program, "policy", "export", "--policy", policy, "--to", "alerts", "--job", name, "--for", "1s",
                    "--output", rules, "--tests", tests], check=True)
    for command in (["check", "rules", rules], ["test", "rules", tests]):
        subprocess.run([options.promtool, *command], check=True, stdout=subprocess.DEVNULL)
    return rules


def start_all(options, stage):
    """Returns the addresses of Prometheus and Alertmanager."""
    jobs, files = "", ""
    for name, text in POLICIES.items():
        policy = stage.write(name + ".yaml", text)
        files += f"- {json.dumps(export(options, stage, name, policy))}\n"
        service = stage.start(name, options.service, "--policy", policy, "--seconds", "300", "--requests-per-second", "500")
        found = stage.wait(name, service,
                           lambda shop=name: re.search(r"http://(127\.0\.0\.1:\d+)/", stage.said(shop)))
        jobs += f"- job_name: {name}\n  static_configs: [{{targets: ['{found.group(1)}']}}]\n"
    manager = f"127.0.0.1:{free_port()}"
    config = stage.write("alertmanager.yml", "route: {receiver: none, group_wait: 1s}\nreceivers: [{name: none}]\n")
    process = stage.start("alertmanager", options.alertmanager, f"--config.file={config}", "--cluster.listen-address=",
                          f"--web.listen-address={manager}", f"--storage.path={stage.path('alerts')}")
    stage.wait("alertmanager", process, lambda: ask(f"http://{manager}/api/v2/status"))
    config = stage.write("prometheus.yml", "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
                         f"rule_files:\n{files}alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{manager}']}}]}}]}}\n"
                         f"scrape_configs:\n{jobs}")
    server = f"127.0.0.1:{free_port()}"
    process = stage.start("prometheus", options.prometheus, f"--config.file={config}", "--log.level=warn",
                          f"--storage.tsdb.path={stage.path('data')}", f"--web.listen-address={server}")
    stage.wait("prometheus", process, lambda: ask(f"http://{server}/api/v1/status/buildinfo"))
    return server, manager


def key_of(alert):
    labels = alert["labels"]
    return tuple(labels.get(name, "") for name in ("job", "alertname", "metric", "label", "reason"))


def wrong_words(alert):
    """What an alert that arrived lacks: its owner and its culprit by name."""
    labels, said = alert["labels"], alert["annotations"]
    metric = labels.get("metric", "")
    owner, culprit = OWNER.get(metric), metric or labels["instance"]
    if owner is not None and (labels.get("owner") != owner or said["owner"] != owner):
        return f"owner {labels.get('owner')!r}, {said['owner']!r}, not {owner!r}"
    if culprit not in said["culprit"] or labels.get("label", "") not in said["culprit"] or not said["summary"]:
        return f"culprit {said['culprit']!r}"
    return ""


def within_is_quiet(server):
    """What is wrong with the service that keeps its budget; it must have been scraped, and its rules evaluated."""
    wrong = [f"within: {alert['labels']['alertname']} is {alert['state']}: {alert['annotations'].get('summary')}"
             for alert in ask(f"http://{server}/api/v1/alerts")["data"]["alerts"] if alert["labels"].get("job") == "within"]
    for group in ask(f"http://{server}/api/v1/rules")["data"]["groups"]:
        wrong += [f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}" for rule in group["rules"]
                  if rule["health"] != "ok"]
    return wrong


def requests_within(server):
    rows = ask(f"http://{server}/api/v1/query?query=sum({HTTP}%7Bjob%3D%22within%22%7D)")["data"]["result"]
    return float(rows[0]["value"][1]) if rows else 0


def run(options, stage):
    server, manager = start_all(options, stage)
    start = time.monotonic()
    arrived, wrong = {}, []
    while time.monotonic() < start + SECONDS:
        time.sleep(0.5)
        arrived = {key_of(alert): alert for alert in ask(f"http://{manager}/api/v2/alerts")}
        if all(key in arrived for key in EXPECTED) and requests_within(server) >= REQUESTS_WITHIN:
            break
    took = time.monotonic() - start
    wrong += [f"did not arrive: {' '.join(key)}" for key in EXPECTED if key not in arrived]
    wrong += [f"arrived from within: {' '.join(key)}" for key in arrived if key[0] == "within"]
    wrong += [f"{' '.join(key)}: {text}" for key, text in ((key, wrong_words(alert)) for key, alert in arrived.items()) if text]
    wrong += within_is_quiet(server)
    if requests_within(server) < REQUESTS_WITHIN:
        wrong.append(f"the service within its budget was asked only {requests_within(server):.0f} times")
    for line in wrong:
        print(line)
    if wrong:
        print("arrived:", *sorted(" ".join(key) for key in arrived), sep="\n  ")
    print(f"{len(EXPECTED)} alerts over the budget arrived at the Alertmanager after {took:.0f} s, none within it"
          if not wrong else f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


def main():
    arguments = argparse.ArgumentParser()
    for name in ("program", "service", "prometheus", "promtool", "alertmanager"):
        arguments.add_argument("--" + name, required=True)
    options = arguments.parse_args()
    for name, package in (("prometheus", "prometheus"), ("promtool", "prometheus"), ("alertmanager", "prometheus-alertmanager")):
        if shutil.which(getattr(options, name)) is None:
            print(f"SKIPPED: no {getattr(options, name)} (Debian package {package})")
            return 0
    with tempfile.TemporaryDirectory(prefix="alerts-") as folder:
        stage = Stage(folder)
        try:
            return run(options, stage)
        except (urllib.error.URLError, subprocess.CalledProcessError) as error:
            print(f"alerts_in_prometheus: {error}", file=sys.stderr)
            return 2
        finally:
            stage.end()


if __name__ == "__main__":
    sys.exit(main())
