#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the script of docs/ci.md on the shop in the three states that the page names.

usage: worked_example_test.py PAGE PROGRAM UNGUARDED GUARDED POLICY MENDED_POLICY
"""
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

PAGE, PROGRAM, UNGUARDED, GUARDED, POLICY, MENDED = (os.path.abspath(path) for path in sys.argv[1:7])


def script_of_page():
    with open(PAGE, encoding="utf-8") as file:
        scripts = re.findall(r"^```sh\n(#!/bin/sh\n.*?)^```$", file.read(), re.M | re.S)
    assert len(scripts) == 1, f"the page has {len(scripts)} scripts"
    return scripts[0]


def properties(annotation):
    """"::error file=x,line=6,title=y::message" as a dict; line breaks of the message become lines."""
    kind, rest = re.match(r"::(\w+) (.*)", annotation).groups()
    head, message = rest.split("::", 1)
    return {"kind": kind, **dict(part.split("=", 1) for part in head.split(",")),
            "lines": message.replace("%0A", "\n").replace("%25", "%").split("\n")}


class WorkedExample(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        os.mkdir(os.path.join(self.folder, "bin"))
        os.symlink(PROGRAM, os.path.join(self.folder, "bin", "seriesguard"))
        script = os.path.join(self.folder, "check_service.sh")
        with open(script, "w", encoding="utf-8") as file:
            file.write(script_of_page())
        os.chmod(script, stat.S_IRWXU)

    def judge(self, policy, *service):
        """Returns (exit status, annotations) of the page's script."""
        shutil.copy(policy, os.path.join(self.folder, "seriesguard.yaml"))
        done = subprocess.run(
            ["./check_service.sh", *service, "--seconds", "600", "--requests-per-second", "1500"], cwd=self.folder,
            capture_output=True, text=True, timeout=240, check=False,
            env={**os.environ, "POLICY": "seriesguard.yaml", "PATH": self.folder + "/bin:" + os.environ["PATH"]})
        self.last = done.stdout + done.stderr
        self.assertTrue(os.path.exists(os.path.join(self.folder, "comment.md")), self.last)
        return done.returncode, [properties(line) for line in done.stdout.splitlines() if line.startswith("::")]

    def the(self, annotations, title, metric):
        found = [a for a in annotations if a["title"] == "seriesguard%3A " + title and a["lines"][0].startswith(metric)]
        self.assertTrue(found, self.last)
        return found[0]

    def line_of(self, policy, text):
        with open(policy, encoding="utf-8") as file:
            return next(str(number) for number, line in enumerate(file, 1) if text in line)

    def test_unguarded_and_over_its_budget(self):
        status, annotations = self.judge(POLICY, UNGUARDED)
        self.assertEqual(status, 1, self.last)
        over = self.the(annotations, "series_limit", "shop_http_requests_total: ")
        self.assertEqual(over["kind"], "error")
        self.assertEqual(over["file"], "seriesguard.yaml")
        self.assertEqual(over["line"], self.line_of(POLICY, "series_limit: 1500"))
        self.assertRegex(over["lines"][0], r"^shop_http_requests_total: [0-9,]+ series, limit 1,500$")
        self.assertTrue({"label path", "label user_id"} & set(over["lines"]), over)  # the first requests are a scanner's
        self.assertTrue(any(re.match(r'values ".+", .* and [0-9,]+ more$', line) for line in over["lines"]), over)
        self.assertIn("owner team-edge", over["lines"])
        self.assertTrue(any(re.match(r"input http://127\.0\.0\.1:[0-9]+/metrics$", line) for line in over["lines"]), over)
        with open(os.path.join(self.folder, "comment.md"), encoding="utf-8") as file:
            self.assertIn("over budget", file.read())

    def test_guarded_but_folding(self):
        status, annotations = self.judge(POLICY, GUARDED, "--policy", "seriesguard.yaml")
        self.assertEqual(status, 1, self.last)
        folded = [a for a in annotations if a["title"] == "seriesguard%3A folded"]
        self.assertEqual([a["kind"] for a in annotations if a["kind"] == "error"], ["error"] * len(folded), self.last)
        tenant = next((a for a in folded if 'label "tenant"' in a["lines"][0]), None)
        self.assertIsNotNone(tenant, self.last)
        self.assertEqual(tenant["line"], self.line_of(POLICY, "tenant:"))
        self.assertIn("owner team-edge", tenant["lines"])
        self.assertTrue(any(line.startswith('values "') for line in tenant["lines"]), tenant["lines"])
        self.assertRegex(tenant["lines"][0],
                         r'^shop_http_requests_total: count was cut by the guard: label "tenant" asked for .* [0-9]+ named')

    def test_within(self):
        status, annotations = self.judge(MENDED, GUARDED, "--policy", "seriesguard.yaml")
        self.assertEqual(status, 0, self.last)
        self.assertEqual([a for a in annotations if a["kind"] == "error"], [])

    def test_a_service_that_does_not_start_is_no_verdict(self):
        status = subprocess.run(["./check_service.sh", "false"], cwd=self.folder, capture_output=True, timeout=120,
                                check=False, env={**os.environ, "POLICY": POLICY}).returncode
        self.assertEqual(status, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
