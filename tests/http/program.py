# SPDX-License-Identifier: Apache-2.0
"""Runs the program as users do, and says what is wrong with its answer."""
import os
import subprocess

SECRET = "s3cr3t"  # part of every token, password and query in these tests, and of no other text


class Program:
    def __init__(self, path):
        self.path = path
        self.failures = 0
        self.checks = 0

    def run(self, *arguments, env=None, stdin=b""):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TMPDIR": os.environ.get("TEST_TMPDIR", "/tmp")}
        environment.update(env or {})
        done = subprocess.run([self.path, *arguments], input=stdin, capture_output=True, timeout=120, env=environment,
                              check=False)
        done.out, done.err = done.stdout.decode(), done.stderr.decode()
        self.check("no secret in the output of " + " ".join(arguments[:2]), SECRET not in done.out + done.err,
                   done.out + done.err)
        self.check("no control character in the output of " + " ".join(arguments[:2]),
                   all(c in "\n" or c >= " " for c in done.out + done.err), repr(done.out + done.err))
        return done

    def check(self, what, holds, seen=""):
        self.checks += 1
        if not holds:
            self.failures += 1
            print("FAILED: %s\n  saw: %s" % (what, seen))

    def expect(self, what, done, status, *texts):
        """Holds the exit status, and that every text is somewhere in the errors of `done` (or, of status 0, in its output)."""
        seen = "status %d\n%s%s" % (done.returncode, done.out, done.err)
        self.check(what + ": status %d" % status, done.returncode == status, seen)
        for text in texts:
            self.check("%s: says %r" % (what, text), text in (done.out if status == 0 else done.err + done.out), seen)
