# SPDX-License-Identifier: Apache-2.0
"""`seriesguard watch` against services that grow, churn, fail and die: see service.py.

usage: watch_test.py SERIESGUARD

How many scrapes fit into a time depends on the machine; what the n-th answer of a service holds does not.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile

import program
from service import Service, closed_port


def document(p, *arguments):
    done = p.run("watch", "--format", "json", *arguments)
    p.check("JSON of " + " ".join(arguments[:4]), done.out.startswith('{\n"schema":"seriesguard.watch/1"'), done.out + done.err)
    return done, json.loads(done.out) if done.out else {"scrapes": []}


def read_scrapes(doc):
    return [scrape for scrape in doc["scrapes"] if scrape["failure"] is None]


def test_growth(p, s):
    s.count.clear()
    done, doc = document(p, "--every", "1s", "--for", "3s", s.url("/growing?s3cr3t"))
    p.expect("a growing service", done, 0)
    seen = read_scrapes(doc)
    p.check("at least two scrapes, at most four, none failed", 2 <= len(seen) <= 4 and doc["failed"] == 0, doc["scrapes"])
    p.check("one request a scrape", s.count["/growing?s3cr3t"] == len(seen), s.count)
    want = [(5 * n + 1, 5 * (n - 1), 0, 5 if n > 1 else 0, 0) for n in range(1, len(seen) + 1)]
    got = [tuple(x[key] for key in ("series", "added", "gone", "added_since_last", "gone_since_last")) for x in seen]
    p.check("what each saw", got == want, got)
    p.check("the sums", doc["came"] == 5 * (len(seen) - 1) and doc["went"] == 0, doc)
    p.check("times rise", [x["at_seconds"] for x in seen] == sorted(x["at_seconds"] for x in seen), doc["scrapes"])
    diff = doc["diff"]
    p.check("the diff blames the label", diff["schema"] == "seriesguard.diff/1" and
            diff["culprit"] == {"metric": "orders_total", "cause": "value", "labels": ["tenant"],
                                "series": 5 * (len(seen) - 1)}, diff)
    p.check("no verdict without a policy", doc["verdict"] == "not_judged" and doc["report"] is None and
            doc["ended_by"] == "time" and doc["inputs"] == [s.url("/growing")], doc)
    s.count.clear()
    done = p.run("watch", "--every", "1s", "--for", "2s", s.url("/growing"))
    p.expect("as text", done, 0, "watching " + s.url("/growing") + ", every 1s for 2s\n", "LARGEST GROWTH",
             'orders_total +5 (new value of tenant: "t5", "t6", "t7" and 2 more)', "series came and 0 went",
             "most by new value of tenant in orders_total")


def test_churn(p, s):
    s.count.clear()
    done, doc = document(p, "--every", "1s", "--for", "3s", s.url("/churning"))
    p.expect("a churning service", done, 0)
    seen = read_scrapes(doc)
    p.check("as many as ever, all of them new", [(x["series"], x["added"], x["gone"]) for x in seen[1:]] ==
            [(10, 10, 10)] * (len(seen) - 1), seen)
    p.check("churn is the sum of the steps", doc["came"] == doc["went"] == 10 * (len(seen) - 1), doc)
    s.count.clear()
    done, doc = document(p, "--every", "1s", "--for", "2s", "--ignore-label", "pod", s.url("/churning"))
    p.check("--ignore-label", [(x["series"], x["added"]) for x in read_scrapes(doc)] == [(1, 0)] * len(read_scrapes(doc)), doc)


def test_budget(p, s, folder):
    policy = os.path.join(folder, "policy.yaml")
    with open(policy, "w", encoding="utf-8") as file:
        file.write("version: 1\nmetrics:\n- {name: orders_total, series_limit: 12, owner: team-edge, labels: "
                   "{tenant: {value_limit: 10}}}\n")
    s.count.clear()
    done = p.run("watch", "--every", "1s", "--for", "1h", "--policy", policy, s.url("/growing"))
    p.expect("a budget that breaks", done, 1, "orders_total", "tenant", "team-edge", "limit 10", "FAIL")
    p.check("it ended at the third answer", s.count["/growing"] == 3, s.count)
    s.count.clear()
    done, doc = document(p, "--every", "1s", "--for", "1h", "--policy", policy, s.url("/growing"))
    p.check("the same as JSON", done.returncode == 1 and doc["ended_by"] == "budget" and doc["verdict"] == "over_budget" and
            doc["report"]["schema"] == "seriesguard.report/1" and doc["report"]["verdict"] == "over_budget" and
            any(f["metric"] == "orders_total" and f["owner"] == "team-edge" for f in doc["report"]["findings"]), done.out)
    s.count.clear()
    done, doc = document(p, "--every", "1s", "--for", "1s", "--policy", policy, s.url("/growing"))
    p.check("within", done.returncode == 0 and doc["verdict"] == "within_budget" and doc["ended_by"] == "time", doc)
    done, doc = document(p, "--every", "1s", "--for", "1s", "--policy", policy, s.url("/text"))
    p.check("a policy that speaks for nothing is no verdict", done.returncode == 2 and doc["verdict"] == "undecided", doc)
    done = p.run("watch", "--policy", folder + "/none.yaml", s.url("/text"))
    p.expect("a policy that is not there", done, 2, "none.yaml")


def test_failures(p, s, folder):
    s.count.clear()
    done, doc = document(p, "--every", "1s", "--for", "4s", s.url("/flaky"))
    failed = [x for x in doc["scrapes"] if x["failure"]]
    p.check("failed scrapes are shown and tolerated", done.returncode == 0 and doc["failed"] == len(failed) >= 1 and
            "HTTP status 503" in failed[0]["failure"] and "series" not in failed[0], doc["scrapes"])
    p.check("the reason is on the standard error output", "error: " + s.url("/flaky") in done.err, done.err)
    s.count.clear()
    done = p.run("watch", "--every", "1s", "--for", "1h", "--allow-failures", "1", s.url("/dying"))
    p.expect("a service that dies", done, 2, "not read: ", "2 scrapes in a row failed (--allow-failures 1)", "HTTP status 500")
    p.check("it was asked three times", s.count["/dying"] == 3, s.count)
    port, keeper = closed_port()
    done = p.run("watch", "--every", "1s", "--for", "1h", "--allow-failures", "0", "http://127.0.0.1:%d" % port)
    p.expect("a service that is down", done, 2, "Connection refused")
    done = p.run("watch", "--every", "1s", "--for", "1s", "http://127.0.0.1:%d" % port)
    p.expect("one that was never read", done, 2)
    keeper.close()
    s.count.clear()
    done, doc = document(p, "--every", "1s", "--for", "1s", "--wait-for", "200", s.url("/starting"))
    p.check("one that is starting is waited for", done.returncode == 0 and doc["failed"] == 0, doc)
    done = p.run("watch", "--every", "1s", "--for", "1h", "--allow-failures", "0", s.url("/html"))
    p.expect("a page for people", done, 2, "HTML")
    done = p.run("watch", "--every", "1s", "--for", "1h", "--allow-failures", "0", s.url("/empty"))
    p.expect("nothing", done, 2, "no sample")
    path = os.path.join(folder, "a.prom")
    with open(path, "w", encoding="utf-8") as file:
        file.write("a 1\n")
    p.expect("a file", p.run("watch", path), 2, "is no address")


def test_several_and_credentials(p, s, folder):
    token = os.path.join(folder, "token")
    with open(token, "wb") as file:
        file.write(b"s3cr3t-token\n")
    s.count.clear()
    done, doc = document(p, "--every", "1s", "--for", "1s", "--bearer-token-file", token, s.url("/bearer"), s.url("/growing"))
    p.check("two addresses are two targets", done.returncode == 0 and doc["inputs"] == [s.url("/bearer"), s.url("/growing")] and
            read_scrapes(doc)[0]["series"] == 2 + 6, doc)


def watching(p, *arguments):
    return subprocess.Popen([p.path, "watch", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={"PATH": os.environ["PATH"]})


def test_ends(p, s):
    for number in (signal.SIGINT, signal.SIGTERM):
        s.count.clear()
        watch = watching(p, "--every", "1s", "--for", "1h", s.url("/growing"))
        lines = [watch.stdout.readline().decode() for _ in range(4)]  # two of the heading, two scrapes
        watch.send_signal(number)
        rest = watch.communicate(timeout=120)[0].decode()
        p.check("%s ends it in order" % number.name, watch.returncode == 0 and "; interrupted" in rest and "TOTAL" in rest,
                "%d %s" % (watch.returncode, "".join(lines) + rest))
        p.check("a line is seen when it is known", "5" in lines[3], lines)
    # An answer that never comes is no reason not to end: the signal comes while it is waited for.
    before = len(s.requests)
    watch = watching(p, "--timeout", "1h", s.url("/silent"))
    while len(s.requests) == before:
        if watch.poll() is not None:
            break
    watch.send_signal(signal.SIGINT)
    out, err = watch.communicate(timeout=120)
    p.check("SIGINT while an answer is waited for", watch.returncode == 0, "%d %s" % (watch.returncode, (out + err).decode()))
    watch = watching(p, "--every", "1s", "--for", "1h", s.url("/growing"))
    watch.stdout.readline()
    watch.stdout.close()
    err = watch.stderr.read().decode()
    p.check("a reader that goes away ends it", watch.wait(timeout=120) == 0 and err == "", err)


def main():
    p = program.Program(os.path.abspath(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder, Service() as s:
        test_growth(p, s)
        test_churn(p, s)
        test_budget(p, s, folder)
        test_failures(p, s, folder)
        test_several_and_credentials(p, s, folder)
        test_ends(p, s)
    print("%d of %d checks hold" % (p.checks - p.failures, p.checks))
    sys.exit(1 if p.failures else 0)


if __name__ == "__main__":
    main()
