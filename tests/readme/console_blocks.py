#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the console blocks of a page and holds what they print against the page, byte for byte.

usage: console_blocks.py [--update] --program PROGRAM --files FOLDER PAGE...

A block that is to be run stands behind the comment `<!-- run -->`:

    <!-- run -->
    ```console
    $ tools/seriesguard check --policy tests/readme/seriesguard.yaml tests/readme/shop.prom
    ... what it prints on both outputs ...
    $ echo $?
    1
    ```

Its commands run in order in one shell, in an empty folder where tools/seriesguard is PROGRAM and tests/readme is a copy of
FOLDER. A block behind `<!-- file: NAME -->` must hold the bytes of FOLDER/NAME. --update writes what is printed or stands
in the file into the page instead; read the difference before you keep it.
Exit status: 0 all as printed; 1 a difference (shown as a diff); 2 no such block, or wrong use.
"""
import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"(<!-- run -->\n```console\n)(.*?)(```\n)", re.DOTALL)
FILE = re.compile(r"(<!-- file: (?P<name>[\w.]+) -->\n```\w*\n)(?P<body>.*?)(```\n)", re.DOTALL)
END = "\x01"  # written after each command; no output of ours holds it


def outputs(commands, program, files):
    """What each command prints, both outputs as one, run in one shell."""
    script = "exec 2>&1 </dev/null\n" + "".join(
        f"{command}\nkept=$?; printf '\\001'; (exit $kept)\n" for command in commands)
    with tempfile.TemporaryDirectory() as root:
        os.mkdir(os.path.join(root, "tools"))
        os.symlink(os.path.abspath(program), os.path.join(root, "tools", "seriesguard"))
        shutil.copytree(files, os.path.join(root, "tests", "readme"))
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
        done = subprocess.run(["sh", "-c", script], cwd=root, env=environment, stdout=subprocess.PIPE, check=False)
    return done.stdout.decode("utf-8", "backslashreplace").split(END)[:-1]


def run_page(text, program, files):
    """The page with what the commands print and the files hold now, and how many blocks there are of both."""
    count = 0

    def again(match):
        nonlocal count
        count += 1
        commands = [line[2:] for line in match.group(2).splitlines() if line.startswith("$ ")]
        printed = outputs(commands, program, files)
        body = "".join(f"$ {command}\n{output}" for command, output in zip(commands, printed))
        return match.group(1) + body + match.group(3)

    def copy(match):
        with open(os.path.join(files, match.group("name")), encoding="utf-8") as source:
            return match.group(1) + source.read() + match.group(4)

    return FILE.sub(copy, BLOCK.sub(again, text)), count + len(FILE.findall(text))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--update", action="store_true")
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--files", required=True)
    arguments.add_argument("pages", nargs="+")
    options = arguments.parse_args()
    status = 0
    for page in options.pages:
        with open(page, encoding="utf-8") as source:
            text = source.read()
        now, count = run_page(text, options.program, options.files)
        if count == 0:
            print(f"{page}: no block behind <!-- run --> or <!-- file -->; this test would hold nothing", file=sys.stderr)
            return 2
        if now == text:
            continue
        if options.update:
            with open(page, "w", encoding="utf-8") as sink:
                sink.write(now)
            continue
        status = 1
        sys.stdout.writelines(difflib.unified_diff(text.splitlines(True), now.splitlines(True), page, "printed now"))
    return status


sys.exit(main())
