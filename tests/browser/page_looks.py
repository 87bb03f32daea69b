# SPDX-License-Identifier: Apache-2.0
"""How a page looks: contrast of every text, light and dark, and screenshots as grids of mean colours.

A grid of 24 x 18 means does not see a letter, but it sees a tile, a bar, a table or a background that moved or changed, and
it is the same with another font or another version of the browser.
"""
import json
import pathlib

from expect import expect
from page_use import press_button
from tiny_png import grid

EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"
COLUMNS, ROWS = 24, 18
MOST_MEAN_DIFFERENCE = 3  # of 255, over all regions
MOST_DIFFERENCE = 40  # of one region
LEAST_CONTRAST = 4.5  # WCAG 2, AA

# The contrast of every visible text with what it stands on; tiles are told apart by their rect.
CONTRAST = """(() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (text) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { const all = [];
    for (let at = e; at; at = at.parentElement) all.unshift(rgba(getComputedStyle(at).backgroundColor));
    return all.reduce((below, top) => over(top, below), [255, 255, 255, 1]); };
  const found = [];
  const say = (e, colour, below) => { const [a, b] = [light(over(rgba(colour), below)), light(below)].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), e.textContent.slice(0, 40), e.className.baseVal === undefined ? e.className : "tile"]); };
  for (const e of document.querySelectorAll("body *:not(script):not(style)")) {
    const style = getComputedStyle(e);
    const hasText = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== "");
    if (!hasText || e.closest(".hidden, caption, title") || e.getClientRects().length === 0) continue;
    if (e.closest("g.tile")) {
      let below = ground(e.closest("svg").parentElement);
      let group = e.closest("g.tile");
      const fills = [];
      for (; group; group = group.previousElementSibling) {
        fills.unshift(rgba(getComputedStyle(group.querySelector("rect")).fill));
        if (!group.classList.contains("inner")) break;
        while (group.previousElementSibling && group.previousElementSibling.classList.contains("inner"))
          group = group.previousElementSibling;
      }
      say(e, style.fill, fills.reduce((at, top) => over(top, at), below));
    } else {
      say(e, style.color, ground(e));
    }
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, 3).concat([[found.length, "", ""]]);
})()"""


def made(pages):
    return {"top": pages.make("looks-top", "top", "shop.prom"),
            "check": pages.make("looks-check", "check", "--policy", "policy.yaml", "shop.prom", statuses=(1,)),
            "diff": pages.make("looks-diff", "diff", "shop.prom", "grown.prom"),
            "explain": pages.make("looks-explain", "explain", "http_requests_total", "shop.prom")}


def check_contrast(browser, pages):
    for name, path in made(pages).items():
        for dark in (False, True):
            page = browser.open(path, dark=dark)
            for kind in ("Treemap", "Icicle"):
                press_button(page, kind)
                *worst, (count, _, _) = page.value(CONTRAST)
                about = "%s, %s, %s" % (name, "dark" if dark else "light", kind)
                expect(count > 30, about + ": texts were found")
                expect(worst[0][0] >= LEAST_CONTRAST, "%s: contrast %s" % (about, worst))
            page.close()


def brightness(page):
    cells = grid(page.screenshot("header.top"), 1, 1)
    return sum(cells[0]) / 3


def check_theme(browser, pages):
    path = made(pages)["top"]
    light, dark = browser.open(path), browser.open(path, dark=True)
    expect(brightness(light) > 200 and brightness(dark) < 70, "light and dark by what the system says")
    for page, after_two in ((light, True), (dark, True)):
        page.click("button.theme")
        expect(brightness(page) > 200, "the switch: light")
        page.click("button.theme")
        expect((brightness(page) < 70) == after_two, "the switch: dark")
        expect("dark" in page.value("document.querySelector('button.theme').textContent"), "the switch says so")
    light.click("button.theme")
    expect(brightness(light) > 200, "the switch: what the system says")
    light.close()
    dark.close()


def check_screenshots(browser, pages, update):
    paths = made(pages)
    shots = {}
    for name, path, dark, kind, selector in (
            ("table", paths["check"], False, None, "main section:nth-of-type(2)"),
            ("treemap", paths["check"], False, "Treemap", "#picture"),
            ("icicle", paths["top"], False, "Icicle", "#picture"),
            ("growth", paths["diff"], False, "Treemap", "#picture"),
            ("labels", paths["explain"], False, "Treemap", "#picture"),
            ("table-dark", paths["check"], True, None, "main section:nth-of-type(2)"),
            ("treemap-dark", paths["top"], True, "Treemap", "#picture")):
        page = browser.open(path, dark=dark)
        if kind:
            press_button(page, kind)
            page.value("document.activeElement.blur()")
        shots[name] = page.screenshot(selector)
        page.close()
    for name, png in shots.items():
        (pages.folder / (name + ".png")).write_bytes(png)
        cells = grid(png, COLUMNS, ROWS)
        expected = EXPECTED / (name + ".json")
        if update:
            EXPECTED.mkdir(exist_ok=True)
            rows = [" ".join("%02x%02x%02x" % cell for cell in cells[r * COLUMNS:(r + 1) * COLUMNS]) for r in range(ROWS)]
            expected.write_text(json.dumps(rows, indent=0) + "\n")
            continue
        wanted = [tuple(bytes.fromhex(cell)) for row in json.loads(expected.read_text()) for cell in row.split()]
        differences = [sum(abs(a - b) for a, b in zip(cell, other)) / 3 for cell, other in zip(cells, wanted)]
        mean = sum(differences) / len(differences)
        expect(len(cells) == len(wanted) and mean <= MOST_MEAN_DIFFERENCE and max(differences) <= MOST_DIFFERENCE,
               "screenshot %s: mean difference %.1f, largest %.1f" % (name, mean, max(differences)))
    return len(shots)
