#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens pages that the program makes in a real headless Chromium, and uses them as a person would.

usage: check_pages.py PROGRAM [--update] [--keep FOLDER]

  --update       writes tests/browser/expected/*.json anew, for eyes to judge
  --keep FOLDER  leaves the pages and the screenshots there

Exit status: 0 all hold, or SKIPPED where there is no Chromium; 1 the first that does not is shown.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import chromium  # noqa: E402
import dumps  # noqa: E402
import page_looks  # noqa: E402
import page_use  # noqa: E402
from expect import expect  # noqa: E402

LARGEST_PAGE_BYTES = 2_000_000
MOST_SECONDS_TO_FIRST_PICTURE = 20  # for a loaded machine; the time itself is printed


class Pages:
    """Makes dumps, then pages of them."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        for name, data in (("hostile.prom", dumps.hostile()), ("broken.prom", b"ok 1\n" + dumps.broken()), ("shop.prom", dumps.shop()),
                           ("grown.prom", dumps.shop(tenants=55, gone=("cache_entries",))),
                           ("policy.yaml", dumps.POLICY.encode())):
            (folder / name).write_bytes(data)

    def run(self, *arguments, statuses=(0,)):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              check=False)
        expect(done.returncode in statuses, "%s: status %d: %s" % (arguments, done.returncode, done.stderr[:500]))
        return done.stdout

    def make(self, name, *arguments, **options):
        page = self.run(arguments[0], "--format", "html", *arguments[1:], **options)
        expect(page.isascii() and len(page) < LARGEST_PAGE_BYTES, "%s: %d bytes" % (name, len(page)))
        path = self.folder / (name + ".html")
        path.write_bytes(page)
        return path


def hostile_pages(pages):
    yield pages.make("hostile-top", "top", "hostile.prom")
    yield pages.make("hostile-explain", "explain", "hostile_total", "hostile.prom")
    yield pages.make("hostile-check", "check", "--policy", "policy.yaml", "hostile.prom", statuses=(0, 1, 2))
    yield pages.make("hostile-diff", "diff", "shop.prom", "hostile.prom")
    if pages.run("top", "--lenient", "--format", "json", "broken.prom", statuses=(0, 2)):
        yield pages.make("broken-top", "top", "--lenient", "broken.prom", statuses=(0, 2))


def check_inert(browser, pages):
    """Whatever labels say: the title stays, nothing is asked for, nothing was blocked because nothing was tried."""
    count = 0
    for path in hostile_pages(pages):
        page = browser.open(path)
        page_use.expect_quiet(page, path.name)
        expect(page.value("document.title").startswith("seriesguard "), path.name + ": the title")
        foreign = page.value("document.querySelectorAll('img,iframe,object,embed,link,form,base,a,audio,video').length")
        expect(foreign == 0, path.name + ": elements that are not ours")
        expect(page.value("document.querySelectorAll('script').length") == 2, path.name + ": scripts")
        expect(page.value("document.querySelectorAll('meta').length") == 4, path.name + ": metas")
        for view in ("Icicle", "Treemap"):
            page_use.press_button(page, view)
        page_use.walk(page, 25)
        page_use.expect_quiet(page, path.name + " after use")
        expect(page.value("document.title").startswith("seriesguard "), path.name + ": the title after use")
        page.close()
        count += 1
    return count


def check_planted(browser, pages):
    """The policy is alive: a script, a style and a picture planted into the file are blocked, each with one violation."""
    html = pages.make("planted", "top", "shop.prom").read_text()
    plants = {"script": "<script>document.title = 'planted'</script>", "style": "<p style=\"color: red\">x</p>",
              "handler": "<p id=\"p\" onclick=\"document.title = 'planted'\">x</p>",
              "image": "<img src=\"http://127.0.0.1:9/x.png\" alt=\"\">"}
    for name, plant in plants.items():
        path = pages.folder / ("planted-%s.html" % name)
        path.write_text(html.replace("</main>", plant + "</main>"))
        page = browser.open(path)
        if name == "handler":
            page.click("#p")
        page.until("window.violations.length > 0")
        expect(len(page.violations()) == 1, "%s: %s" % (name, page.violations()))
        expect(page.value("document.title") == "seriesguard top", name + " ran")
        expect(name == "image" or page.requests() == [], name + ": requests")
        page.close()


def check_without_scripts(browser, pages):
    page = browser.open(pages.make("plain", "check", "--policy", "policy.yaml", "shop.prom", statuses=(1,)), scripts=False)
    tree = page.tree()
    names = [name for _, name in tree]
    for name in ("http_requests_total", "small_39_total", "Series without it", "over budget", "total"):
        expect(name in names, "without JavaScript: " + name)
    expect(any(name and name.startswith("The picture needs JavaScript") for name in names), "the word about the picture")
    expect(not any(role == "button" for role, _ in tree), "no control that does nothing")
    page.close()


def check_large(browser, pages):
    with open(pages.folder / "large.prom", "w", encoding="ascii") as file:
        series = dumps.large(file.write)
    path = pages.make("large", "top", "large.prom")
    (pages.folder / "large.prom").unlink()
    page = browser.open(path)
    milliseconds = page.until("(performance.getEntriesByName('picture-shown')[0] || {}).startTime")
    tiles = page.value("document.querySelectorAll('svg.tiles g').length")
    nodes = page.value("(function count(node) { return 1 + (node.children || []).reduce((n, c) => n + count(c), 0); })"
                       "(JSON.parse(document.getElementById('data').textContent).tree)")
    expect(nodes <= 5000 and tiles > 100, "%d nodes, %d tiles" % (nodes, tiles))
    expect(milliseconds < 1000 * MOST_SECONDS_TO_FIRST_PICTURE, "first picture after %d ms" % milliseconds)
    page_use.expect_quiet(page, "large")
    page.close()
    return "%d series: %d bytes, %d nodes, first picture after %d ms" % (series, path.stat().st_size, nodes, milliseconds)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    keep = pathlib.Path(sys.argv[sys.argv.index("--keep") + 1]).resolve() if "--keep" in sys.argv else None
    if not chromium.find_chromium():
        print("SKIPPED: there is no Chromium")
        return
    with tempfile.TemporaryDirectory() as scratch, chromium.Browser() as browser:
        folder = keep or pathlib.Path(scratch)
        folder.mkdir(exist_ok=True)
        pages = Pages(program, folder)
        inert = check_inert(browser, pages)
        check_planted(browser, pages)
        check_without_scripts(browser, pages)
        page_use.check_table(browser, pages)
        page_use.check_picture(browser, pages)
        page_use.check_what_if(browser, pages)
        page_use.check_diff(browser, pages)
        page_looks.check_contrast(browser, pages)
        page_looks.check_theme(browser, pages)
        shots = page_looks.check_screenshots(browser, pages, "--update" in sys.argv)
        large = check_large(browser, pages)
    print("check_pages: %d hostile pages stayed inert, %d screenshots; %s" % (inert, shots, large))


if __name__ == "__main__":
    main()
