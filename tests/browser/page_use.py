# SPDX-License-Identifier: Apache-2.0
"""What a person does with a page: sort, search, open and leave tiles by mouse and by keyboard, ask what if."""
import json

from expect import expect

CRUMBS = "[...document.querySelectorAll('.crumbs li')].map(e => e.textContent)"
NAMES = "[...document.querySelectorAll('#metrics tbody tr')].filter(r => !r.hidden).map(r => r.cells[%d].textContent)"


def expect_quiet(page, about):
    """Nothing was asked for, blocked or thrown."""
    expect(page.requests() == [], "%s: requests %s" % (about, page.requests()))
    expect(page.violations() == [], "%s: violations %s" % (about, page.violations()))
    expect(page.complaints() == [], "%s: complaints %s" % (about, page.complaints()))


def press_button(page, text, within="body"):
    """Clicks the first button of that text."""
    page.value("""(() => { for (const e of document.querySelectorAll("[data-test]")) e.removeAttribute("data-test");
        [...document.querySelectorAll(%s)].find(b => b.textContent === %s).setAttribute("data-test", "1"); })()"""
               % (json.dumps(within + " button"), json.dumps(text)))
    page.click("[data-test]")


def walk(page, steps):
    """Goes through the picture by keyboard, down and up, wherever it leads."""
    page.value("document.querySelector('svg.tiles g[tabindex=\"0\"]').focus()")
    for i in range(steps):
        page.press(("ArrowRight", "Enter", "ArrowDown", "Escape", "End", "Enter", "Home", "ArrowLeft", "ArrowUp")[i % 9])


def rows_of(page, column=1):
    return page.value(NAMES % column)


def number(text):
    return int("".join(c for c in text if c.isdigit()) or 0)


def check_table(browser, pages):
    page = browser.open(pages.make("table", "top", "shop.prom"))
    expect(len(rows_of(page)) == 15, "a long table begins short: %d" % len(rows_of(page)))
    press_button(page, "Show all 46")
    expect(len(rows_of(page)) == 46, "all rows: %d" % len(rows_of(page)))
    press_button(page, "Series without it", "#metrics thead")
    left = [number(text) for text in rows_of(page, 8)]
    expect(left == sorted(left, reverse=True) and left[0] > left[-1], "sorted, largest first: %s" % left[:5])
    heading = "[...document.querySelectorAll('#metrics thead th')].map(e => e.getAttribute('aria-sort'))"
    expect(page.value(heading)[8] == "descending" and page.value(heading).count(None) == 8, "aria-sort")
    press_button(page, "Series without it", "#metrics thead")
    left = [number(text) for text in rows_of(page, 8)]
    expect(left == sorted(left), "and turned round: %s" % left[:5])
    expect(page.value(heading)[8] == "ascending", "aria-sort turned round")
    press_button(page, "Bytes", "#metrics thead")
    exact = page.value("[...document.querySelectorAll('#metrics tbody tr')].map(r => Number(r.cells[5].dataset.n))")
    expect(exact == sorted(exact, reverse=True), "rounded cells are sorted by what is exact")
    press_button(page, "Metric", "#metrics thead")
    expect(rows_of(page) == sorted(rows_of(page)), "sorted by name")
    page.click("#search-metrics")
    page.type("HTTP req")
    expect(sorted(rows_of(page)) == ["http_request_seconds", "http_requests_total"], "search: %s" % rows_of(page))
    expect(page.value("document.querySelector('.count').textContent") == "2 of 46 rows", "the count of the search")
    expect("2 of 46" in page.value("document.getElementById('live').textContent"), "the search is announced")
    page.type(" none such")
    expect(rows_of(page) == [], "a search without a find")
    # The keyboard alone: tab to the first heading, sort by Enter.
    page.value("document.querySelector('#search-metrics').value = ''")
    page.value("document.querySelector('#search-metrics').dispatchEvent(new Event('input'))")
    page.value("document.querySelector('#search-metrics').focus()")
    page.press("Tab")
    expect(page.value("document.activeElement.textContent") == "#", "tab leads to the first heading")
    page.press("Enter")
    expect(rows_of(page)[0] == "http_requests_total", "Enter sorts by rank")
    expect_quiet(page, "table")
    page.close()


def check_picture(browser, pages):
    page = browser.open(pages.make("picture", "top", "shop.prom"))
    page.value("document.querySelector('svg.tiles g[role=button]').setAttribute('data-test', 'first')")
    page.click("g[data-test=first] rect")
    expect(page.value(CRUMBS) == ["all series", "http_requests_total"], "a click opens: %s" % page.value(CRUMBS))
    names = page.value("[...document.querySelectorAll('svg.tiles g[role=button]')].map(e => e.getAttribute('aria-label'))")
    expect(len(names) == 4 and any(name.startswith("label tenant: 40 values, 24 of 960 series left without it, to blame")
                                   for name in names), "labels: %s" % names)
    # From here on by keyboard.
    page.value("document.querySelector('svg.tiles g[tabindex=\"0\"]').focus()")
    page.press("Home")
    for _ in range(4):
        if page.value("document.activeElement.getAttribute('aria-label')").startswith("label tenant"):
            break
        page.press("ArrowRight")
        if not page.value("document.activeElement.getAttribute('aria-label')").startswith("label tenant"):
            page.press("ArrowDown")
    label = page.value("document.activeElement.getAttribute('aria-label')")
    expect(label.startswith("label "), "arrows move over the labels: %s" % label)
    page.press("Enter")
    expect(len(page.value(CRUMBS)) == 3, "Enter opens a label: %s" % page.value(CRUMBS))
    expect(page.value("document.querySelectorAll('svg.tiles g[role=button]').length") > 1, "its values")
    expect(page.value("document.activeElement.getAttribute('role')") == "button", "the focus goes along")
    page.press("Escape")
    expect(page.value(CRUMBS) == ["all series", "http_requests_total"], "Escape goes back")
    expect(page.value("document.activeElement.getAttribute('aria-label')") == label, "to where one came from")
    page.press("Escape")
    page.press("Escape")
    expect(page.value(CRUMBS) == ["all series"], "to the top, and no further")
    page.press("End")
    first, last = page.value("[...document.querySelectorAll('svg.tiles g[role=button]')].map(e => e === document.activeElement)"
                             ".reduce((a, is, i, all) => is ? [i, all.length - 1] : a, [0, 0])")
    expect(first == last > 0, "End leads to the last tile")
    expect(page.value("document.querySelectorAll('svg.tiles g[tabindex=\"0\"]').length") == 1, "one stop for Tab")
    # What is small is a group, and opens.
    expect("40 smaller" in page.value("document.activeElement.getAttribute('aria-label')"), "the small ones are one group")
    page.press("Enter")
    expect(page.value("document.querySelectorAll('svg.tiles g[role=button]').length") == 40, "the group opens")
    expect("40 parts" in page.value("document.getElementById('live').textContent"), "what is opened is announced")
    page.value("document.querySelector('.crumbs button').click()")
    press_button(page, "Icicle")
    expect(page.value("document.querySelectorAll('svg.tiles g[role=button]').length") > 20, "the icicle")
    expect(page.value("[...document.querySelectorAll('.kinds button')].map(b => b.getAttribute('aria-pressed'))")
           == ["false", "true"], "which picture is shown")
    # A name in the table leads to the picture.
    press_button(page, "cart_items", "#metrics tbody")
    expect(page.value(CRUMBS) == ["all series", "cart_items"], "from the table: %s" % page.value(CRUMBS))
    tree = page.tree()
    expect(("table", "Metrics; the foot holds what has no row") in tree, "the table has a name")
    expect(any(role == "group" and name == "Picture" for role, name in tree), "the picture has a name")
    expect(sum(role == "columnheader" for role, _ in tree) >= 9 and sum(role == "rowheader" for role, _ in tree) >= 15,
           "headers of columns and rows")
    expect_quiet(page, "picture")
    page.close()


def detail_rows(page):
    return page.value("[...document.querySelectorAll('.details tbody tr')].map(r => [...r.cells].map(c => c.textContent))")


def check_what_if(browser, pages):
    page = browser.open(pages.make("what-if", "check", "--policy", "policy.yaml", "shop.prom", statuses=(1,)))
    report = json.loads(pages.run("check", "--what-if", "--format", "json", "--policy", "policy.yaml", "shop.prom",
                                  statuses=(1,)))
    metric = next(row for row in report["metrics"] if row["name"] == "http_requests_total")
    page.value("[...document.querySelectorAll('svg.tiles g')].find(g => (g.getAttribute('aria-label') || '')"
               ".startsWith('http_requests_total')).focus()")
    shown = {row[0]: number(row[2]) for row in detail_rows(page)}
    expect(shown == {label["name"]: label["series_without"] for label in metric["labels"]}, "what if: %s" % shown)
    expect("460 series above the limit of 500" in page.value("document.querySelector('.details').textContent"),
           "the budget in words")
    lines = page.value("[...document.querySelectorAll('.details svg.bar line.limit')].map(l => l.getAttribute('x1'))")
    expect(len(lines) == 5 and len(set(lines)) == 1 and 500 < float(lines[0]) < 540, "the budget line: %s" % lines)
    verdicts = {name: page.value("[...document.querySelectorAll('#metrics tbody tr')].find(r => r.cells[1].textContent === "
                                 "'%s').cells[10].textContent" % name)
                for name in ("http_requests_total", "cart_items", "db_connections")}
    expect(verdicts == {"http_requests_total": "over budget", "cart_items": "within", "db_connections": "no limit"},
           "verdicts: %s" % verdicts)
    expect_quiet(page, "what if")
    page.close()


def check_diff(browser, pages):
    page = browser.open(pages.make("diff", "diff", "shop.prom", "grown.prom"))
    classes = page.value("[...document.querySelectorAll('svg.tiles g[role=button]')].map(e => "
                         "[e.getAttribute('aria-label'), e.getAttribute('class')])")
    colour = {label.split(":")[0]: name.split()[1] for label, name in classes}
    expect(colour["http_requests_total"] == "up2" and colour["cache_entries"] == "down3", "growth in colours: %s" % colour)
    press_button(page, "http_requests_total", "#metrics tbody")
    parts = {label.split(":")[0]: label for label, _ in page.value(
        "[...document.querySelectorAll('svg.tiles g[role=button]')].map(e => [e.getAttribute('aria-label'), ''])")}
    expect(set(parts) == {"kept", "new value of tenant"}, "what became of them: %s" % parts)
    tree = page.value("JSON.parse(document.getElementById('data').textContent).tree")
    report = json.loads(pages.run("diff", "--format", "json", "shop.prom", "grown.prom"))
    expect(tree["series"] == report["before"]["series"] + report["added"], "the area is the series of both sides")
    for metric, node in zip(report["metrics"], tree["children"]):
        expect(node["name"] == metric["name"] and node["series"] == metric["before"] + metric["added"], "areas")
        expect(sum(part["series"] for part in node["children"]) == node["series"], "parts add up")
    expect_quiet(page, "diff")
    page.close()
