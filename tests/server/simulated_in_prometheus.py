#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `seriesguard simulate --relabel` against a real Prometheus that scraped the same bytes under the same rules.

usage: simulated_in_prometheus.py --seriesguard PROGRAM [--prometheus PROGRAM] [--seed N] [--cases N] DUMP...

Every case is a job of one configuration: a dump, a list of metric_relabel_configs (written here, or made at random), and
perhaps limits. The server scrapes all of them once; the program is asked about each job with the same file. Compared are
whether the scrape is up, and the exact set of stored series. All labels that tell cases apart are the target's.

Exit status: 0 equal in every case, or skipped because there is no Prometheus; 1 a difference; 2 trouble.
"""
import argparse
import functools
import http.server
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from compare_with_server import ADDED_BY_SERVER, DumpHandler, ask, free_port

CASE = "sgcase"  # no rule here touches it
LISTS = [
    [],
    [{"action": "labeldrop", "regex": "path|code|cpu|mode"}],
    [{"action": "labelkeep", "regex": "__name__|le|quantile|job|method|" + CASE}],
    [{"source_labels": ["__name__"], "regex": ".*_bucket", "action": "drop"}],
    [{"source_labels": ["__name__"], "regex": "(http|go|process|node)_.*", "action": "KEEP"}],
    [{"source_labels": ["method", "code"], "regex": "GET;(.)..", "target_label": "class", "replacement": "${1}xx"},
     {"action": "labeldrop", "regex": "code"}],
    [{"source_labels": ["path"], "regex": "/api/([^/]+)/.*", "target_label": "path", "replacement": "/api/$1/$$id"}],
    [{"source_labels": ["instance", "path", "le"], "modulus": 7, "target_label": "shard", "action": "hashmod"}],
    [{"regex": "(m.*|c.*)", "replacement": "my_$1", "action": "labelmap"}, {"action": "labeldrop", "regex": "m.*|c.*"}],
    [{"regex": "(m.*|c.*|p.*)", "replacement": "same", "action": "labelmap"}],
    [{"source_labels": ["method"], "target_label": "method", "action": "lowercase"}],
    [{"source_labels": ["__name__", "job"], "separator": "-", "target_label": "Upper", "action": "uppercase"}],
    [{"source_labels": ["method"], "target_label": "code", "action": "dropequal"}],
    [{"source_labels": ["job"], "target_label": "exported_job", "action": "keepequal"}],
    [{"source_labels": ["method"], "regex": "(.+)", "target_label": "${1}_seen", "replacement": "yes"}],
    [{"target_label": "added", "replacement": "x"}, {"target_label": "method", "replacement": ""}],
    [{"source_labels": ["method"], "regex": "GET", "target_label": "path", "replacement": "$2"}],
    [{"source_labels": ["__name__"], "regex": "(.*)_total", "target_label": "__name__"}],
    [{"source_labels": ["__name__"], "regex": "http_.*", "target_label": "__name__", "replacement": "not a name"}],
    [{"action": "labeldrop", "regex": "__name__"}],
    [{"source_labels": ["method"], "regex": "", "action": "drop"}],
    [{"source_labels": ["method"], "target_label": "__name__", "regex": "(G)ET", "replacement": "m_$1"}],
]
LIMITS = [{"sample_limit": 20}, {"sample_limit": 1000000}, {"label_limit": 4}, {"label_name_length_limit": 6},
          {"label_name_length_limit": 200}, {"label_value_length_limit": 8}, {"label_value_length_limit": 4000},
          {"body_size_limit": "1KB"}, {"body_size_limit": "100MB"}]


def random_rules(draw):
    labels = ["__name__", "method", "code", "path", "le", "job", "instance", "cpu", "mode", "quantile", "handler"]
    regexes = ["(.*)", "(.).*", "([a-z]+)_(.*)", ".*", "GET|200", "[^0-9]*", "(?i:get|POST)", "(.+);(.*)", "", "[0-9]+"]
    safe = ["(method|code)", "p.*", "h.*|cpu", "instance", "job", "le"]
    rules = []
    for _ in range(draw.randint(1, 5)):
        action = draw.choice(["replace"] * 5 + ["keep", "drop", "hashmod", "labelmap", "labeldrop", "lowercase", "uppercase",
                                                "keepequal", "dropequal"])
        rule = {"action": action}
        if action in ("labeldrop",):
            rule["regex"] = draw.choice(safe)
        elif action == "labelmap":
            rule["regex"] = draw.choice(["(m)(.*)", "(c.*)", "job|path", "(.)e"])
            rule["replacement"] = draw.choice(["x_$1", "one", "${1}_$2", "a$1"])
        else:
            rule["source_labels"] = draw.sample(labels, draw.randint(1, 3))
            if action not in ("keep", "drop"):
                rule["target_label"] = draw.choice(["method", "x", "path", "instance", "code"])
            if action == "replace":
                rule["regex"] = draw.choice(regexes)
                rule["replacement"] = draw.choice(["$1", "$2-$1", "lit", "${1}y", "", "$0", "$$", "$9z"])
                rule["target_label"] = draw.choice([rule["target_label"], "t_$1", "__name__"] if draw.random() < 0.2
                                                   else [rule["target_label"]])
            if action in ("keep", "drop"):
                rule["regex"] = draw.choice(regexes)
            if action == "hashmod":
                rule["modulus"] = draw.choice([1, 2, 7, 1000003])
            if action in ("replace", "keep", "drop", "hashmod") and draw.random() < 0.3:
                rule["separator"] = draw.choice(["", "-", ";;"])
        rules.append(rule)
    return rules


def parse_exposition(text):
    """Returns the set of series of what the program wrote: frozen sets of (label, value)."""
    series = set()
    for line in text.splitlines():
        name, rest = re.match(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(.*)$", line).groups()
        labels = [("__name__", name)]
        if rest.startswith("{"):
            position = 1
            while rest[position] != "}":
                found = re.compile(r',?([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"').match(rest, position)
                value = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m.group(1), m.group(1)), found.group(2))
                labels.append((found.group(1), value))
                position = found.end()
        series.add(frozenset(labels))
    return series


def stored(base, number):
    rows = ask(base, "/api/v1/series", **{"match[]": f'{{{CASE}="{number}"}}', "start": "0", "end": str(2 ** 32)})
    return {frozenset(row.items()) for row in rows if row.get("__name__") not in ADDED_BY_SERVER}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seriesguard", required=True)
    parser.add_argument("--prometheus", default="/usr/bin/prometheus")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=60, help="random rule lists")
    parser.add_argument("dumps", nargs="+")
    options = parser.parse_args()
    if not shutil.which(options.prometheus):
        print("SKIPPED: no prometheus")
        return 0
    draw = random.Random(options.seed)
    dumps = options.dumps
    cases = [(i % len(dumps), rules, {}) for rules in LISTS for i in range(len(dumps))]
    cases += [(draw.randrange(len(dumps)), random_rules(draw), {}) for _ in range(options.cases)]
    cases += [(i, draw.choice(LISTS[:6]), limit) for limit in LIMITS for i in range(len(dumps))]
    handler = functools.partial(DumpHandler, dumps)
    files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=files.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as work:
        jobs = [{"job_name": f"case{n}", "honor_timestamps": False, "honor_labels": n % 2 == 0,
                 "metrics_path": f"/{dump}", "metric_relabel_configs": rules, **limits,
                 "static_configs": [{"targets": [f"127.0.0.1:{files.server_address[1]}"], "labels": {CASE: str(n)}}]}
                for n, (dump, rules, limits) in enumerate(cases)]
        config = os.path.join(work, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as out:  # JSON is YAML
            json.dump({"global": {"scrape_interval": "10s", "scrape_timeout": "9s"}, "scrape_configs": jobs}, out, indent=1)
        port = free_port()
        server = subprocess.Popen([options.prometheus, f"--config.file={config}", f"--storage.tsdb.path={work}/data",
                                   f"--web.listen-address=127.0.0.1:{port}"],
                                  stdout=subprocess.DEVNULL, stderr=open(f"{work}/log", "wb"))
        try:
            base = f"http://127.0.0.1:{port}"
            health = {}
            deadline = time.monotonic() + 120
            while len(health) < len(cases) and time.monotonic() < deadline:
                if server.poll() is not None:
                    print(open(f"{work}/log", encoding="utf-8").read()[-2000:])
                    print("prometheus ended")
                    return 2
                try:
                    targets = ask(base, "/api/v1/targets")["activeTargets"]
                except (OSError, ValueError):
                    targets = []
                health = {int(t["labels"][CASE]): (t["health"], t["lastError"]) for t in targets if t["health"] != "unknown"}
                time.sleep(0.3)
            if len(health) < len(cases):
                print("not every case was scraped in time")
                return 2
            differences = down = total = 0
            for n, (dump, rules, limits) in enumerate(cases):
                written = os.path.join(work, "stored.prom")
                run = subprocess.run([options.seriesguard, "simulate", "--relabel", config, "--job", f"case{n}", "--server",
                                      "prometheus2", "--format", "json", "--output", written, dumps[dump]],
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
                what = f"case {n}: {dumps[dump]} {json.dumps(rules)} {limits}"
                if run.returncode == 2 and health[n][0] == "down":
                    down += 1  # neither takes the dump
                    continue
                if run.returncode != 0:
                    differences += 1
                    print("DIFFERENT", what, run.stderr.decode()[:500])
                    continue
                told = json.loads(run.stdout)["inputs"][0]
                down += health[n][0] != "up"
                if told["scrape"] != health[n][0]:
                    differences += 1
                    print("DIFFERENT", what, "server", health[n], "program", told["scrape"], told["failure"])
                    continue
                ours = parse_exposition(open(written, encoding="utf-8").read())
                theirs = stored(base, n)
                total += len(theirs)
                if ours != theirs or (told["scrape"] == "up" and told["series_after"] != len(theirs)):
                    differences += 1
                    print("DIFFERENT", what, len(ours), len(theirs), "only ours", sorted(map(sorted, ours - theirs))[:2],
                          "only theirs", sorted(map(sorted, theirs - ours))[:2])
            print(f"{len(cases)} cases, {down} of them down, {total} stored series, {differences} differences")
            return 1 if differences else 0
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
