#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""github_comment.py against a stand-in for the service. usage: github_comment_test.py SCRIPT"""
import os
import subprocess
import sys
import tempfile
import unittest

from fake_github import FakeGithub

SCRIPT = os.path.abspath(sys.argv.pop(1))
MARKER = "<!-- seriesguard -->\n"
OURS = "github-actions[bot]"


class GithubComment(unittest.TestCase):
    def run_script(self, fake, text, status="1", number="7", **more):
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            done = subprocess.run(
                [sys.executable, SCRIPT, file.name], capture_output=True, text=True, timeout=60, check=False,
                env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "GITHUB_TOKEN": "t0ken",
                     "GITHUB_API_URL": fake.url, "GITHUB_REPOSITORY": "team/shop", "SERIESGUARD_PULL_REQUEST": number,
                     "SERIESGUARD_STATUS": status, **more})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("t0ken", done.stdout + done.stderr)
        return done.stdout

    def test_makes_a_comment_and_updates_that_one(self):
        with FakeGithub([{"id": 1, "user": {"login": "someone"}, "body": "looks good"}]) as fake:
            self.assertIn("comment made", self.run_script(fake, MARKER + "over budget\n"))
            self.assertEqual(fake.writes(), [("POST", "/repos/team/shop/issues/7/comments")])
            self.assertEqual(fake.tokens, {"Bearer t0ken"})
            fake.requests.clear()
            self.assertIn("comment updated", self.run_script(fake, MARKER + "within budget\n", status="0"))
            self.assertEqual(fake.writes(), [("PATCH", "/repos/team/shop/issues/comments/1001")])
            self.assertEqual([c["body"] for c in fake.comments], ["looks good", MARKER + "within budget\n"])

    def test_writes_nothing_when_nothing_changed(self):
        text = MARKER + "over budget  \n\nx | ü\n"
        kept = MARKER.replace("\n", "\r\n") + "over budget\r\n\r\nx | ü"
        with FakeGithub([{"id": 5, "user": {"login": OURS}, "body": kept}]) as fake:
            self.assertIn("nothing changed", self.run_script(fake, text))
            self.assertEqual(fake.writes(), [])

    def test_makes_no_first_comment_within_budget(self):
        with FakeGithub() as fake:
            self.run_script(fake, MARKER + "within budget\n", status="0")
            self.assertEqual(fake.writes(), [])

    def test_finds_its_comment_on_a_later_page(self):
        many = [{"id": i, "user": {"login": "someone"}, "body": "x"} for i in range(250)]
        many.append({"id": 777, "user": {"login": OURS}, "body": MARKER + "old"})
        with FakeGithub(many) as fake:
            self.run_script(fake, MARKER + "new")
            self.assertEqual(fake.writes(), [("PATCH", "/repos/team/shop/issues/comments/777")])
            self.assertEqual(len(fake.requests), 4)

    def test_leaves_others_alone_even_with_the_marker(self):
        with FakeGithub([{"id": 3, "user": {"login": "someone"}, "body": MARKER + "mine"},
                         {"id": 4, "user": {"login": OURS}, "body": "quoted: " + MARKER},
                         {"id": 6, "user": None, "body": None}]) as fake:
            self.run_script(fake, MARKER + "new")
            self.assertEqual(fake.writes(), [("POST", "/repos/team/shop/issues/7/comments")])

    def test_takes_the_author_of_another_token(self):
        with FakeGithub([{"id": 3, "user": {"login": "ci-robot"}, "body": MARKER + "old"}]) as fake:
            self.run_script(fake, MARKER + "new", SERIESGUARD_AUTHOR="ci-robot")
            self.assertEqual(fake.writes(), [("PATCH", "/repos/team/shop/issues/comments/3")])

    def test_a_token_that_may_not_write_is_a_notice(self):
        for status in (401, 403):
            with FakeGithub(refuse=status) as fake:
                out = self.run_script(fake, MARKER + "over budget")
                self.assertIn("::notice::", out)
                self.assertIn("forks", out)
                self.assertEqual(fake.comments, [])

    def test_a_service_that_fails_is_a_notice(self):
        with FakeGithub(refuse=500) as fake:
            self.assertIn("::notice::seriesguard: no comment (the service answered 500)",
                          self.run_script(fake, MARKER + "x"))
        with FakeGithub(broken=True) as fake:
            self.assertIn("::notice::", self.run_script(fake, MARKER + "x"))
        self.assertIn("::notice::", self.run_script(fake, MARKER + "x"))  # it is gone now

    def test_outside_of_a_pull_request_nothing_is_asked(self):
        for number in ("", "7/../8", "٧", "-1"):
            with FakeGithub() as fake:
                self.assertIn("::notice::", self.run_script(fake, MARKER + "x", number=number))
                self.assertEqual(fake.requests, [])

    def test_posts_nothing_but_our_own_page(self):
        for text in ("", "hello", "x" + MARKER, MARKER + "x" * 65_536):
            with FakeGithub() as fake:
                self.assertIn("::notice::", self.run_script(fake, text))
                self.assertEqual(fake.requests, [])


if __name__ == "__main__":
    unittest.main()
