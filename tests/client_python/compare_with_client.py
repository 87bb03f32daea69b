#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compare_with_client.py: worker files written by the real client_python, read by it and by us.

usage: compare_with_client.py FOLDER_TEXT SERIESGUARD [ROUNDS [SEED]]

FOLDER_TEXT prints our exposition of a folder (folder_text.cc), SERIESGUARD is the program. Each round forks workers that
count at random in a folder of their own; then the collector of the client and we read the same files. Held together:
every sample with its labels and its value, the number of series that `top` says, and for each worker the series that the
client's scrape has when only that worker's files are there. Amounts are halves and quarters, so that no sum depends on
the order in which files are listed. Prints the seed; the last line says what was compared. Exit 1 at a difference.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

TEXTS = ["", "a", "/api/{id}", 'quo"te', "back\\slash", "new\nline", "\u00fcml\u00e4ut", "\U0001f600", "x" * 300, " "]
NAMES = ["method", "code", "path", "zone", "a"]


def amount(rng):
    return rng.choice([0, 1, 1, 2, 0.5, 0.25, 3, 1000000, 16777216.5])


def metrics(rng, client, count, prefix):
    made = []
    modes = sorted(client.Gauge._MULTIPROC_MODES)
    for number in range(count):
        labels = rng.sample(NAMES, rng.choice([0, 0, 1, 2, 3]))
        name = "%s_%d" % (prefix, number)
        help_text = rng.choice(["help", "", "two\nlines", "back\\slash", "caf\u00e9"])
        kind = rng.choice(["counter", "gauge", "gauge", "histogram", "summary"])
        if kind == "counter":
            made.append((kind, client.Counter(name, help_text, labels), labels))
        elif kind == "gauge":
            made.append((kind, client.Gauge(name, help_text, labels, multiprocess_mode=rng.choice(modes)), labels))
        elif kind == "summary":
            made.append((kind, client.Summary(name, help_text, labels), labels))
        else:
            bounds = sorted(rng.sample([0.00001, 0.005, 0.1, 1, 2.5, 10, 1000, 1e6, 12345678, 1e16, 1e22], 4))
            made.append((kind, client.Histogram(name, help_text, labels, buckets=bounds), labels))
    return made


def count_something(rng, made):
    # Some metrics are made and never touched: without labels they are in the files all the same.
    made = rng.sample(made, (len(made) + 1) // 2)
    for _ in range(rng.randrange(5, 80)):
        kind, metric, labels = rng.choice(made)
        child = metric.labels(*[rng.choice(TEXTS) for _ in labels]) if labels else metric
        if kind == "counter":
            child.inc(amount(rng))
        elif kind == "gauge":
            if "mostrecent" in metric._multiprocess_mode or rng.random() < 0.7:
                child.set(rng.choice([amount(rng), -amount(rng), float("inf"), -1234567.5]))
            else:
                child.inc(amount(rng))
        else:
            child.observe(amount(rng))


def write(folder, seed):
    """Runs as a process of its own: the client chooses its kind of value when it is imported."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    import prometheus_client as client
    from prometheus_client import multiprocess

    rng = random.Random(seed)
    made = metrics(rng, client, rng.randrange(1, 9), "shared")
    if rng.random() < 0.5:
        count_something(rng, made)
    # Gauges that nobody sets: a scrape shows them in every mode but these two.
    for mode in {"mostrecent", "livemostrecent"} & set(client.Gauge._MULTIPROC_MODES):
        client.Gauge("never_set_" + mode, "", multiprocess_mode=mode)
    workers = []
    for number in range(rng.randrange(1, 6)):
        pid = os.fork()
        if pid == 0:
            mine = random.Random(seed * 1000 + number)
            count_something(mine, made + metrics(random.Random(seed), client, 3, "late"))
            os._exit(0)
        workers.append(pid)
    for pid in workers:
        os.waitpid(pid, 0)
    for pid in workers:
        if rng.random() < 0.3:
            multiprocess.mark_process_dead(pid, folder)


def scrape(folder):
    import prometheus_client as client
    from prometheus_client import multiprocess

    registry = client.CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, path=folder)
    return client.generate_latest(registry).decode()


def samples(text):
    """{(name, labels): value} of an exposition; labels as a sorted tuple."""
    found = {}
    for line in text.split("\n"):
        if not line or line.startswith("#"):
            continue
        end = line.find("{")
        if end < 0:
            name, value = line.split(" ")
            key = (name, ())
        else:
            name, at, labels = line[:end], end + 1, []
            while line[at] != "}":
                equals = line.index("=", at)
                label, at, content = line[at:equals], equals + 2, ""
                while line[at] != '"':
                    if line[at] == "\\":
                        content += {"n": "\n", '"': '"', "\\": "\\"}[line[at + 1]]
                        at += 2
                    else:
                        content += line[at]
                        at += 1
                labels.append((label, content))
                at += 1
                if line[at] == ",":
                    at += 1
            key, value = (name, tuple(sorted(labels))), line[at + 2 :]
        if key in found:
            raise AssertionError("twice: %r" % (key,))
        found[key] = value
    return found


def types(text):
    return sorted(line for line in text.split("\n") if line.startswith("# "))


def main():
    if sys.argv[1] == "--write":
        write(sys.argv[2], int(sys.argv[3]))
        return 0
    folder_text, program = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    first = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 30)
    print("seed", first, flush=True)
    compared = workers_compared = 0
    for seed in range(first, first + rounds):
        folder = tempfile.mkdtemp(prefix="multiproc.")
        alone = tempfile.mkdtemp(prefix="multiproc_alone.")
        try:
            subprocess.run([sys.executable, __file__, "--write", folder, str(seed)], check=True)
            theirs_text = scrape(folder)
            ours_text = subprocess.run([folder_text, folder], check=True, stdout=subprocess.PIPE).stdout.decode()
            theirs, ours = samples(theirs_text), samples(ours_text)
            if theirs != ours or types(theirs_text) != types(ours_text):
                print("seed %d: the scrapes differ" % seed)
                for key in sorted(set(theirs) | set(ours)):
                    if theirs.get(key) != ours.get(key):
                        print("  ", key, "client", theirs.get(key), "ours", ours.get(key))
                print("  ", set(types(theirs_text)) ^ set(types(ours_text)))
                return 1
            compared += len(theirs)
            if not theirs:
                continue
            output = subprocess.run([program, "top", "--format", "json", folder], check=True, stdout=subprocess.PIPE)
            report = json.loads(output.stdout)
            if report["total"]["series"] != len(theirs) or report["refused_files"] != 0:
                print("seed %d: top counts %d series, the client %d" % (seed, report["total"]["series"], len(theirs)))
                return 1
            named = {worker["worker"]: worker["series"] for worker in report["workers"]}
            for worker in {name.rsplit("_", 1)[1][:-3] for name in os.listdir(folder)}:
                shutil.rmtree(alone)
                os.mkdir(alone)
                for name in os.listdir(folder):
                    if name.endswith("_%s.db" % worker):
                        shutil.copy(os.path.join(folder, name), alone)
                expected = len(samples(scrape(alone)))
                if named.get(worker) != expected:
                    print("seed %d: worker %s has %r series, the client %d" % (seed, worker, named.get(worker), expected))
                    return 1
                workers_compared += 1
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(alone, ignore_errors=True)
    print("%d samples of %d folders and %d workers are the client's own" % (compared, rounds, workers_compared))
    return 0 if compared else 1


if __name__ == "__main__":
    sys.exit(main())
