#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts every real dump of the corpus, and one full of hostile bytes, through every format and reads each file back.

usage: check_formats.py PROGRAM

Readers: json, csv (strict), html.parser and xml.etree of Python, and promtool where it is there. Held as well: the text and the JSON are
the same bytes whether further formats are written or not; no other file is left behind; each document has as many entries as
the JSON has findings. Without a corpus (SERIESGUARD_CORPUS, else ../shared/corpus beside the project) only the hostile dump is
tried. Exit status: 0 all hold; 1 the first that does not is shown.
"""
import base64
import csv
import hashlib
import html.parser
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

FORMATS = ["json", "html", "markdown", "csv", "openmetrics", "sarif", "junit", "github", "gitlab"]
LARGEST_DUMP_BYTES = 2_000_000
POLICY = """version: 1
budget: {series_limit: 50, unguarded: 10}
defaults: {series_limit: 3}
metrics:
- {match: "[a-m].*", owner: "<b>@team|`x`"}
- {match: ".*_total"}
- {name: "<script>alert(1)</script>"}
- {name: nothing}
"""
HOSTILE = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</details><b>", "]]>", '" onload="x', "'q'",
           "a\u2028b\u0085", "\x1b]0;t\x07\x1b[2J", "%0A::error::p", "|a|b|", "\\|a\\", "`c` ``x``", "\ufffe\uffff", "{0}",
           "[l](javascript:alert(1))", "@everyone", "=cmd|' /C calc'!A0", "+1", "-2+3", "\u202ea\u2066", "a,b\r\n::error::p"]


def hostile_dump():
    lines = []
    for value in HOSTILE:
        text = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        lines += ['{"a %s","%s"="%d"} 1' % (text, text, i) for i in range(5)]
        lines += ['hostile_total{v="%s%d"} 1' % (text, i) for i in range(3)]
    return "\n".join(lines) + "\n"


def corpus_dumps():
    root = os.environ.get("SERIESGUARD_CORPUS")
    if not root:
        real = os.path.realpath(__file__)
        root = os.path.join(os.path.dirname(real), "../../../shared/corpus")
    folder = pathlib.Path(root) / "real"
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir()
                  if path.suffix in (".prom", ".txt", ".om") and path.stat().st_size <= LARGEST_DUMP_BYTES)


def run(program, *arguments):
    return subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False)


def check(holds, about):
    if not holds:
        raise SystemExit("check_formats: " + about)


def check_promtool(text, about):
    if shutil.which("promtool") is None:
        return
    found = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
    check(found.returncode == 0, "%s: promtool: %s" % (about, found.stderr[:400]))


class Page(html.parser.HTMLParser):
    """Collects the policy, what stands in scripts and styles, all attributes, and the rows of a table."""

    def __init__(self, text):
        super().__init__()
        self.policy, self.inside, self.texts, self.attributes, self.rows = None, None, [], set(), {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.attributes |= set(attributes)
        if tag == "meta" and self.policy is None:
            self.policy = attributes["content"]
        if tag == "table":
            self.table = self.rows.setdefault(attributes["id"], [])
        if tag == "tr":
            self.table.append(attributes)
        self.inside = tag

    def handle_data(self, data):
        if self.inside in ("script", "style") and data.strip():
            self.texts.append(data)

    def handle_endtag(self, tag):
        self.inside = None


def check_page(text, report, about):
    page = Page(text)
    check(text.isascii() and len(text) < 2_000_000, about + ": bytes of html")
    check(len(page.texts) == 3, about + ": a style, the data and a script in html")
    style, data, script = page.texts
    digest = lambda part: base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
    check(page.policy == "default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'"
          % (digest(script), digest(style)), about + ": the policy of html")
    check(not any(name.startswith("on") or name in ("style", "src", "href") for name in page.attributes),
          about + ": attributes of html " + str(page.attributes))
    tree = json.loads(data)["tree"]
    check(tree["series"] == report["total"]["series"] == sum(node["series"] for node in tree.get("children", [])),
          about + ": the picture adds up")
    check(len(page.rows["metrics"]) >= min(2000, len(report["metrics"])) + 2, about + ": rows of metrics in html")
    if report["findings"]:
        check(len(page.rows["findings"]) - 1 <= len(report["findings"]), about + ": rows of findings in html")


def check_files(folder, about):
    report = json.loads((folder / "json").read_bytes())
    findings = len(report["findings"])
    check_page((folder / "html").read_text(encoding="ascii"), report, about)
    results = json.loads((folder / "sarif").read_bytes())["runs"][0]["results"]
    check(len(results) == min(findings, 5000), about + ": results of sarif")
    for result, finding in zip(results, report["findings"]):
        check(result["partialFingerprints"]["seriesguard/v1"][:16] == finding["fingerprint"], about + ": fingerprints")
    issues = json.loads((folder / "gitlab").read_bytes())
    check(len(issues) == findings + (report["verdict"] == "undecided"), about + ": issues of gitlab")
    check(len({issue["fingerprint"] for issue in issues}) == len(issues), about + ": fingerprints of gitlab are unique")
    rows = list(csv.reader(io.open(folder / "csv", encoding="utf-8", newline=""), strict=True))
    check(len(rows) == findings + 1 and len({len(row) for row in rows}) == 1, about + ": rows of csv")
    for row in rows:
        for field in row:
            check(not field.lstrip(" ").startswith(("=", "+", "-", "@")), about + ": a formula in csv: " + field)
    suite = xml.etree.ElementTree.parse(folder / "junit").getroot()[0]
    failed = sum(1 for case in suite if case.find("failure") is not None)
    check(int(suite.get("tests")) == len(suite) and int(suite.get("failures")) == failed, about + ": counts of junit")
    said = sum((child.text or "").count("\nat ") for case in suite for child in case)
    check(said == findings, about + ": each finding once in junit")
    page = (folder / "markdown").read_bytes()
    check(page.startswith(b"<!-- seriesguard -->\n") and len(page) < 65536, about + ": markdown")
    for line in (folder / "github").read_bytes().split(b"\n")[:-1]:
        check(line.startswith((b"::error ", b"::warning ", b"::notice ")) and b"\r" not in line, about + ": github")
    check_promtool((folder / "openmetrics").read_bytes(), about)


def check_dump(program, policy, dump, folder):
    """Returns whether the dump could be read at all."""
    for name in os.listdir(folder):
        os.unlink(folder / name)
    arguments = ["check", "--policy", str(policy)]
    outputs = [part for name in FORMATS for part in ("--output", "%s=%s" % (name, folder / name))]
    alone = run(program, *arguments, str(dump))
    along = run(program, *arguments, *outputs, str(dump))
    about = dump.name
    check((alone.returncode, alone.stdout) == (along.returncode, along.stdout), about + ": the text depends on --output")
    if not along.stdout:  # the dump itself is refused
        check(along.returncode == 2 and os.listdir(folder) == [], about + ": something is left behind")
        return False
    check(sorted(os.listdir(folder)) == sorted(FORMATS), about + ": files " + str(os.listdir(folder)))
    check_files(folder, about)
    stored = run(program, *arguments, "--format", "json", str(dump)).stdout
    check(stored == (folder / "json").read_bytes(), about + ": the JSON depends on --output")
    return True


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        policy = scratch / "policy.yaml"
        policy.write_text(POLICY, encoding="utf-8")
        hostile = scratch / "hostile.prom"
        hostile.write_text(hostile_dump(), encoding="utf-8", newline="\n")
        (scratch / "out").mkdir()
        read = sum(check_dump(program, policy, dump, scratch / "out") for dump in [hostile, *corpus_dumps()])
        check(read > 0, "not even the hostile dump could be read")
        print("check_formats: %d dumps in %d formats" % (read, len(FORMATS)))


if __name__ == "__main__":
    main()
