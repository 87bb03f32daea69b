#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Puts every dump of a corpus, and the made-up ones, through the HTML report, and reads each page with a strict parser.

usage: strict_parser.py PROGRAM [CORPUS]

Reader: html5lib of Debian (hence Debian's own python3), which fails at the first error of the HTML standard. Held as well: the
hashes of the policy are those of hashlib over the script and the style of the page; the table says what the JSON says; its
columns add up; nothing has an attribute that could run or load. Exit status: 0 all hold, or SKIPPED without html5lib.
"""
import base64
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import dumps  # noqa: E402
from expect import expect  # noqa: E402

LARGEST_DUMP_BYTES = 4_000_000
HTML = "{http://www.w3.org/1999/xhtml}"


def run(program, *arguments):
    return subprocess.run([program, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, check=False).stdout


def digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def text_of(element):
    return "".join(element.itertext())


def number(text):
    return int(re.sub(r"[^0-9]", "", text) or 0)


def check_page(parser_class, page, about):
    document = parser_class(strict=True).parse(page.decode("ascii"))
    head = document.find(HTML + "head")
    policy = head[0].get("content")
    script, style = document.findall(".//" + HTML + "script")[1].text, head.find(HTML + "style").text
    wanted = "default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'"
    expect(policy == wanted % (digest(script), digest(style)), about + ": " + policy)
    for element in document.iter():
        for name in element.attrib:
            expect(not re.match("on|style$|src|href|action|formaction|srcdoc", name), "%s: attribute %s" % (about, name))
    rows = document.findall(".//" + HTML + "table[@id='metrics']//" + HTML + "tr")
    return [[text_of(cell) for cell in row] for row in rows]


def check_dump(program, parser_class, policy, dump):
    """Returns whether the dump could be read."""
    for arguments in (["top", dump], ["check", "--policy", policy, dump]):
        page = run(program, arguments[0], "--format", "html", *arguments[1:])
        if not page:
            return False
        rows = check_page(parser_class, page, "%s of %s" % (arguments[0], dump.name))
        report = json.loads(run(program, arguments[0], "--what-if", "--format", "json", *arguments[1:]))
        for row, metric in zip(rows[1:], report["metrics"]):
            expect(number(row[3]) == metric["series"], "%s: series of %s" % (dump.name, row[1]))
            lefts = [label["series_without"] for label in metric["labels"] if label["name"] == row[6]]
            expect(not lefts or lefts[0] is None or number(row[8]) == lefts[0], "%s: what if, %s" % (dump.name, row[1]))
        expect(sum(number(row[3]) for row in rows[1:-1]) == number(rows[-1][3]) == report["total"]["series"],
               dump.name + ": the column adds up")
    return True


def main():
    try:
        import html5lib
    except ImportError:
        print("SKIPPED: python3-html5lib is not there")
        return
    program = str(pathlib.Path(sys.argv[1]).resolve())
    corpus = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "/nonexistent") / "real"
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        policy = scratch / "policy.yaml"
        policy.write_text('version: 1\nbudget: {series_limit: 50}\ndefaults: {series_limit: 3}\nmetrics:\n'
                          '- {match: "[a-m].*", owner: "<b>@team"}\n')
        own = []
        for name, data in (("hostile", dumps.hostile()), ("shop", dumps.shop())):
            own.append(scratch / (name + ".prom"))
            own[-1].write_bytes(data)
        found = sorted(path for path in corpus.iterdir() if path.suffix in (".prom", ".txt", ".om")
                       and path.stat().st_size <= LARGEST_DUMP_BYTES) if corpus.is_dir() else []
        read = sum(check_dump(program, html5lib.HTMLParser, policy, dump) for dump in own + found)
        expect(read >= len(own), "not even the made-up dumps could be read")
    print("strict_parser: %d of %d dumps, two pages each" % (read, len(own) + len(found)))


if __name__ == "__main__":
    main()
