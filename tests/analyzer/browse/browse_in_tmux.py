#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`seriesguard browse` in a real terminal: tmux is that terminal, types the keys and says what stands on its screen.

usage: browse_in_tmux.py PROGRAM [PAGE FOLDER [--update]]

A block of PAGE behind the comment `<!-- screen: KEYS -->` must be the screen after these keys, with the policy and the
dump of FOLDER; --update writes the screens into the page instead.
Nothing is timed: each step waits until the screen shows what it must, and fails when a minute has passed without. A
screen may be read half drawn, so whatever must stand on it is waited for, never looked for once.
Exit status: 0 all holds, or SKIPPED without tmux; 1 otherwise, with the screen.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = ""
PAGE = FOLDER = ""
SCREEN = re.compile(r"(<!-- screen:(?P<keys>[^>]*) -->\n```\n)(?P<screen>.*?)(```\n)", re.DOTALL)
PATIENCE_S = 60
SHOP = (
    "# TYPE requests_total counter\n"
    + "".join(
        'requests_total{method="%s",path="/p%d",code="%d"} 1\n' % (method, path, code)
        for method in ("GET", "PUT")
        for path in range(10)
        for code in (200, 500)
    )
    + '# TYPE logins_total counter\nlogins_total{mail="jane@example.com"} 1\nlogins_total{mail="joe@example.org"} 1\n'
    + "# TYPE up gauge\nup 1\n"
)
POLICY = "version: 1\nmetrics:\n- {name: requests_total, series_limit: 12}\n- {name: logins_total, series_limit: 10}\n"
HOSTILE = (
    'm{v="\x1b]0;owned\x07"} 1\nm{v="\x1b[2J\x1b[31mred"} 1\nm{v="\u202edrowssap"} 1\nm{v="\u009b31m"} 1\n'
    'm{v="over\rwritten"} 1\nm{v="\u4e2d\u6587\u4e2d\u6587"} 1\nm{v="e\u0301a\u0308"} 1\nm{v="plain"} 1\n'
)


class Terminal:
    """One tmux server with one window; its shell runs what is asked for."""

    def __init__(self, columns=100, lines=24, environment=()):
        # A socket's path is short; the folder of a test may be long.
        self.folder = tempfile.mkdtemp(prefix="sgt", dir="/tmp")
        self.base = ["tmux", "-u", "-S", os.path.join(self.folder, "s"), "-f", "/dev/null"]
        # A sanitizer would take the signals that the program itself answers.
        settings = {"ASAN_OPTIONS": "handle_segv=0:handle_abort=0", "PS1": "ready$ ",
                    "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], **dict(environment)}
        shell = ["env", "-i"] + ["%s=%s" % pair for pair in settings.items()]
        # tmux says what it is by TERM; env -i would lose that.
        shell += ["TERM=" + dict(environment).get("TERM", "screen-256color"), "bash", "--norc", "--noprofile", "-i"]
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(lines), *shell)
        self.wait(lambda text: "ready$" in text, "the shell")

    def tmux(self, *arguments):
        result = subprocess.run(self.base + list(arguments), capture_output=True, timeout=PATIENCE_S, check=False)
        if result.returncode != 0:
            raise AssertionError("tmux %s: %s" % (arguments[0], result.stderr.decode()))
        return result.stdout.decode("utf-8", "surrogateescape")

    def screen(self, *options):
        return self.tmux("capture-pane", "-p", *options)

    def ask(self, what):
        return self.tmux("display-message", "-p", "#{%s}" % what).strip()

    def wait(self, holds, what, read=None):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            text = (read or self.screen)()
            if holds(text):
                return text
            if time.monotonic() > deadline:
                raise AssertionError("waited in vain for %s; there is:\n%s" % (what, text))
            time.sleep(0.02)

    def shows(self, *texts):
        return self.wait(lambda screen: all(text in screen for text in texts), repr(texts))

    def lists(self, *names):
        """The rows are these, in this order."""

        def are_listed(screen):
            return tuple("".join(line.split()[-2:-1]) for line in screen.splitlines() if "%" in line) == names

        return self.wait(are_listed, "the rows %r" % (names,))

    def matches(self, pattern, *options):
        return self.wait(lambda screen: re.search(pattern, screen), pattern, lambda: self.screen(*options))

    def lacks(self, *texts):
        return self.wait(lambda screen: not any(text in screen for text in texts), "%r to go" % (texts,))

    def keys(self, *names):
        self.tmux("send-keys", *names)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def run(self, command):
        self.type(command)
        self.keys("Enter")

    def browse(self, *arguments):
        self.run(" ".join([PROGRAM, "browse", *arguments]) + "; echo status=$?")

    def is_restored(self, status):
        """The shell's own screen is back, with its cursor, and shows what is typed."""
        self.wait(lambda on: on == "0", "the other screen to go", lambda: self.ask("alternate_on"))
        self.shows("status=%d" % status)
        if self.ask("cursor_flag") != "1":
            raise AssertionError("the cursor is hidden")
        self.run("echo still $((6 * 7))")
        self.shows("echo still $((6 * 7))", "still 42")

    def close(self):
        subprocess.run(self.base + ["kill-server"], capture_output=True, timeout=PATIENCE_S, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def screens_of_the_page(page, patience_s):
    """The page with the screens that there are, each awaited until it is that of the page, or for `patience_s`."""

    def again(match):
        t = Terminal(100, 12)
        try:
            t.run("cd " + FOLDER)
            t.browse("--policy", "seriesguard.yaml", "shop.prom")
            t.shows("3 metrics")
            if match.group("keys").strip():
                t.keys(*match.group("keys").split())
            deadline = time.monotonic() + patience_s
            while True:
                text = "".join(line.rstrip() + "\n" for line in t.screen().splitlines())
                if text == match.group("screen") or time.monotonic() > deadline:
                    return match.group(1) + text + match.group(4)
                time.sleep(0.02)
        finally:
            t.close()

    return SCREEN.sub(again, page)


class BrowseInTmux(unittest.TestCase):
    def test_page(self):
        if not PAGE:
            self.skipTest("no page is given")
        with open(PAGE, encoding="utf-8") as file:
            page = file.read()
        self.assertGreaterEqual(len(SCREEN.findall(page)), 2)
        self.maxDiff = None
        self.assertEqual(screens_of_the_page(page, PATIENCE_S), page)

    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="sgb", dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, self.work, True)
        self.dump = self.file("shop.prom", SHOP)

    def file(self, name, text):
        path = os.path.join(self.work, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def terminal(self, *arguments, **options):
        terminal = Terminal(*arguments, **options)
        self.addCleanup(terminal.close)
        return terminal

    def test_first_screen(self):
        t = self.terminal()
        t.browse(self.dump)
        t.shows("43 series in 3 metrics", "3 metrics: 43 series", "? help", "40  93.0 %  [######### ]")
        t.lists("requests_total", "logins_total", "up")
        self.assertEqual(t.ask("alternate_on"), "1")

    def test_walks_in_and_back(self):
        t = self.terminal()
        t.browse(self.dump)
        t.shows("3 metrics: 43 series")
        t.keys("Enter")
        t.shows("metrics > requests_total", "3 labels", "* is to blame: path")
        t.matches(r">\*\s+10\s+40\s+4\s+90\.0 %.*path  aggregate")
        t.keys("Right")
        t.shows("metrics > requests_total > path", "10 values: 40 series")
        t.keys("Down", "l")
        t.shows("metrics > requests_total > path = /p1", 'requests_total{code="200",method="GET",path="/p1"}', "4 series")
        t.keys("Escape")
        t.shows("10 values: 40 series")
        t.keys("h")
        t.shows("3 labels")
        t.keys("BSpace")
        t.shows("3 metrics: 43 series")

    def test_arrows_pages_and_ends_move(self):
        dump = self.file("many.prom", "".join("m%d 1\n" % i for i in range(100, 200)))
        t = self.terminal(100, 24)
        t.browse(dump)
        t.shows("1/100")
        for key, at in (("Down", 2), ("j", 3), ("Up", 2), ("k", 1), ("NPage", 18), ("PPage", 1), ("End", 100),
                        ("Home", 1), ("G", 100), ("g", 1)):
            t.keys(key)
            t.shows(" %d/100" % at)

    def test_searches(self):
        t = self.terminal()
        t.browse(self.dump)
        t.shows("3 metrics: 43 series")
        t.type("/log")
        t.shows("1 of 3 metrics: 2 series; the others have 41", "/log_")
        t.keys("C-u")
        t.shows("3 metrics: 43 series")
        t.type("UP")
        t.shows("0 of 3 metrics")
        t.keys("BSpace", "BSpace")
        t.type("up")
        t.keys("Enter")
        t.shows("1 of 3 metrics: 1 series", "esc brings all rows back")
        t.keys("Escape")
        t.shows("3 metrics: 43 series")

    def test_sorts(self):
        t = self.terminal()
        t.browse(self.dump)
        t.shows("by series")
        for name in ("by values", "by bytes", "by name"):
            t.keys("s")
            t.shows(name)
        t.lists("logins_total", "requests_total", "up")
        t.keys("r")
        t.shows("by name, turned round")
        t.lists("up", "requests_total", "logins_total")

    def test_what_if(self):
        t = self.terminal()
        t.browse(self.dump)
        t.shows("3 metrics")
        t.keys("Enter")
        t.shows("3 labels")
        t.keys("Space")
        t.shows("what-if: 4 of 40 series left (90.0 % less) without path")
        t.keys("Space")
        t.shows("what-if: 2 of 40 series left (95.0 % less) without")
        t.keys("Left")
        t.shows("what-if: 5 of 43 series left", "without 2 marked labels", "LEFT")
        t.keys("w")
        t.shows("what-if is off")
        t.lacks("LEFT")

    def test_policy(self):
        policy = self.file("policy.yaml", POLICY)
        t = self.terminal()
        t.browse("--policy", policy, self.dump)
        t.shows("FAIL", "LIMIT", "3 metrics")
        t.matches(r">! +40 +93\.0 % .* 12 .*requests_total")
        t.matches("\x1b\\[[0-9;]*31m", "-e")
        t.keys("f")
        t.shows("error: requests_total: 40 series, limit 12", "q closes this page")
        t.keys("q")
        t.keys("Enter")
        t.shows("error: 40 series, limit 12", "f shows it")
        t.keys("q")
        t.is_restored(0)

    def test_no_colour(self):
        policy = self.file("policy.yaml", POLICY)
        for environment in ({"NO_COLOR": "1"}, {"TERM": "vt100"}):
            t = self.terminal(environment=environment)
            t.browse("--policy", policy, self.dump)
            t.shows("FAIL", "LIMIT", "3 metrics")
            t.lists("requests_total", "logins_total", "up")
            self.assertNotRegex(t.screen("-e"), "\x1b\\[([0-9]+;)*[349][0-7]m")
            t.keys("q")
            t.is_restored(0)

    def test_personal_values(self):
        t = self.terminal()
        t.browse(self.dump)
        t.shows("3 metrics")
        t.keys("Down", "Enter", "Enter")
        screen = t.shows("j***@e***", "2 values: 2 series")
        self.assertNotIn("jane@", screen)
        t.keys("p")
        t.shows("jane@example.com", "joe@example.org")
        t.keys("p")
        t.lacks("jane@", "joe@")

    def test_help(self):
        t = self.terminal(100, 40)
        t.browse(self.dump)
        t.shows("3 metrics")
        t.keys("?")
        t.shows("seriesguard browse: keys", "page down", "right, enter, l", "q closes this page")
        t.keys("Escape")
        t.shows("3 metrics: 43 series")

    def test_hostile_bytes(self):
        t = self.terminal()
        t.browse(self.file("hostile.prom", HOSTILE))
        title = t.ask("pane_title")
        t.shows("1 metric: 8 series")
        t.keys("Enter", "Enter")
        screen = t.shows("8 values: 8 series", "\\x1B]0;owned\\x07", "\\x1B[2J\\x1B[31mred", "\\u{202E}drowssap",
                         "\\u{009B}31m", "over\\rwritten", "\u4e2d\u6587\u4e2d\u6587", "plain")
        self.assertEqual(t.ask("pane_title"), title)
        for bad in ("\x07", "\u202e", "\u009b", "\r"):
            self.assertNotIn(bad, screen)
        self.assertNotRegex(t.screen("-e"), "\x1b\\[[0-9;]*31m")  # nothing on this screen is red of our own
        t.keys("Enter")
        t.shows("metrics > m > v = ")
        t.keys("q")
        t.is_restored(0)

    def test_terminal_that_is_not_utf8(self):
        t = self.terminal(environment={"LC_ALL": "C"})
        t.browse(self.file("hostile.prom", HOSTILE))
        t.shows("1 metric: 8 series")
        t.keys("Enter", "Enter")
        t.shows("8 values: 8 series", "????????", "plain")
        t.wait(str.isascii, "ASCII alone")

    def test_resize(self):
        t = self.terminal()
        t.browse(self.dump)
        t.shows("by series", "BYTES")
        t.tmux("resize-window", "-x", "50", "-y", "9")
        t.lacks("BYTES")
        t.shows("requests_total")
        t.tmux("resize-window", "-x", "19", "-y", "4")
        t.shows("too small: 20x5")
        t.keys("Down")
        t.tmux("resize-window", "-x", "120", "-y", "30")
        t.shows("BYTES", " 2/3")
        t.keys("q")
        t.is_restored(0)

    def test_quit_restores_the_screen(self):
        t = self.terminal()
        t.run("echo what stood here before")
        t.browse(self.dump)
        t.shows("3 metrics: 43 series")
        t.lacks("what stood here before")
        t.keys("q")
        t.is_restored(0)
        t.shows("what stood here before")
        t.lacks("3 metrics: 43 series")

    def pid_of_browse(self, t):
        """The one descendant of the terminal's shell that has no child of its own."""
        parents = {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % name, encoding="utf-8", errors="replace") as file:
                    parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                pass  # it has ended
        pid = int(t.ask("pane_pid"))
        while pid in parents.values():
            (pid,) = [child for child, parent in parents.items() if parent == pid]
        return pid

    def test_signals_restore_the_screen(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV):
            t = self.terminal()
            # An interactive bash puts the modes right after a signal and would hide that we did not: this shell does not.
            modes = "stty -a | grep -cE -e '-echo |-icanon|-icrnl|-onlcr|-isig'"
            lines = ("trap : INT QUIT", "ulimit -c 0", "%s browse %s" % (PROGRAM, self.dump), "echo status=$?",
                     "echo broken=$(%s)" % modes)
            t.run("sh " + self.file("run.sh", "\n".join(lines) + "\n"))
            t.shows("3 metrics: 43 series")
            os.kill(self.pid_of_browse(t), number)
            with self.subTest(number):
                t.shows("broken=0")
                t.is_restored(128 + number)
            t.close()

    def test_control_c_ends_it(self):
        t = self.terminal()
        t.browse(self.dump)
        t.shows("3 metrics: 43 series")
        t.keys("C-c")
        t.wait(lambda on: on == "0", "the other screen to go", lambda: t.ask("alternate_on"))
        t.run("echo status=$?")
        t.is_restored(130)

    def test_stops_and_goes_on(self):
        t = self.terminal()
        t.browse(self.dump)
        t.shows("3 metrics: 43 series")
        t.keys("C-z")
        t.wait(lambda on: on == "0", "the other screen to go", lambda: t.ask("alternate_on"))
        t.shows("Stopped")
        t.run("fg")
        t.shows("3 metrics: 43 series")
        t.keys("Down")
        t.shows(" 2/3")
        t.keys("q")
        t.wait(lambda on: on == "0", "the other screen to go", lambda: t.ask("alternate_on"))

    def test_standard_input(self):
        t = self.terminal()
        t.run("cat %s | %s browse -; echo status=$?" % (self.dump, PROGRAM))
        t.shows("standard input", "3 metrics: 43 series")
        t.keys("Down")
        t.shows(" 2/3")
        t.keys("q")
        t.is_restored(0)

    def test_errors_are_printed_before_the_screen_is_taken(self):
        t = self.terminal()
        t.browse(self.file("broken.prom", 'm{x="1} 1\n'))
        t.shows("broken.prom:1:", "status=2")
        self.assertEqual(t.ask("alternate_on"), "0")
        t.browse("--policy", self.file("broken.yaml", "version: 1\nmetrix: []\n"), self.dump)
        t.shows("broken.yaml:2:", "status=2")
        self.assertEqual(t.ask("alternate_on"), "0")

    def test_without_a_terminal(self):
        def fails(sentence, **options):
            result = subprocess.run([PROGRAM, "browse", self.dump], capture_output=True, check=False,
                                    stdin=subprocess.DEVNULL, timeout=PATIENCE_S, **options)
            self.assertEqual((result.returncode, result.stdout), (2, b""))
            self.assertIn(sentence, result.stderr)
            self.assertIn(b"seriesguard top", result.stderr)
            self.assertIn(b"explain", result.stderr)

        fails(b"standard output is not a terminal")
        t = self.terminal()
        t.run("TERM=dumb %s browse %s; echo status=$?" % (PROGRAM, self.dump))
        t.shows("cannot place its cursor", "seriesguard top", "status=2")
        t.run("clear")
        t.run("TERM=no-such-thing %s browse %s; echo status=$?" % (PROGRAM, self.dump))
        t.shows("is not known here", "status=2")
        t.run("clear")
        t.run("TERM= %s browse %s; echo status=$?" % (PROGRAM, self.dump))
        t.shows("TERM is not set", "status=2")
        t.run("clear")
        t.run("setsid --wait %s browse %s </dev/null; echo status=$?" % (PROGRAM, self.dump))
        t.shows("there is no keyboard", "status=2")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    if len(sys.argv) > 2:
        PAGE, FOLDER = os.path.abspath(sys.argv.pop(1)), os.path.abspath(sys.argv.pop(1))
    if shutil.which("tmux") is None:
        print("SKIPPED: no tmux")
        sys.exit(0)
    if "--update" in sys.argv:
        with open(PAGE, encoding="utf-8") as page_file:
            new = screens_of_the_page(page_file.read(), 3)
        with open(PAGE, "w", encoding="utf-8") as page_file:
            page_file.write(new)
        sys.exit(0)
    unittest.main(verbosity=2)
