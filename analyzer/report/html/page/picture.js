// SPDX-License-Identifier: Apache-2.0
//
// picture.js: the picture as a whole: which node is open, which tile has the focus, what is drawn around them.

const LEGENDS = {
  types: [["counter", "counter"], ["gauge", "gauge"], ["histogram", "histogram"], ["summary", "summary"], ["plain", "other"]],
  verdicts: [["over", "over budget"], ["warning", "warning"], ["within", "within"], ["plain", "no limit"]],
  growth: [["up3", "new or doubled"], ["up2", "grown, added"], ["up1", "grown a little"], ["plain", "kept"],
    ["down1", "shrunk a little"], ["down2", "shrunk, gone"], ["down3", "halved or gone"]],
};

class Picture {
  constructor(data) {
    this.data = data;
    this.total = data.tree;
    this.total.area = Math.max(1, this.total.series);
    setAreas(this.total);
    this.root = this.total;
    this.layout = treemapLayout;
    this.build();
    // One metric alone is what the page is about.
    const only = (this.total.children || []).filter((node) => node.kind === "metric");
    if (data.open && only.length === 1) this.root = only[0];
    this.draw();
    new ResizeObserver(() => this.resize()).observe(this.svg.parentNode);
  }

  build() {
    this.crumbs = element("ol", {class: "crumbs"});
    this.legend = element("ul", {class: "legend", "aria-label": "Colours"});
    const kind = this.data.view === "diff" ? "growth" : this.data.judged ? "verdicts" : "types";
    for (const [colour, name] of LEGENDS[kind]) {
      this.legend.append(element("li", {}, svgElement("svg", {class: "key " + colour, "aria-hidden": "true"},
        svgElement("rect", {width: 12, height: 12, rx: 2})), name));
    }
    this.kinds = [["Treemap", treemapLayout], ["Icicle", icicleLayout]].map(([name, layout]) => {
      const button = element("button", {type: "button", "aria-pressed": String(layout === this.layout)}, name);
      button.addEventListener("click", () => this.choose(button, layout));
      return button;
    });
    this.svg = svgElement("svg", {role: "group", class: "tiles", "aria-labelledby": "picture-title",
      "aria-describedby": "picture-help"});
    this.svg.addEventListener("click", (event) => this.onClick(event));
    this.svg.addEventListener("keydown", (event) => this.onKey(event));
    this.svg.addEventListener("focusin", () => this.showDetails(this.focused()));
    this.details = element("div", {class: "details"});
    const help = element("p", {id: "picture-help", class: "note"}, "Area is series. Arrows move, Enter opens, Escape goes " +
      "back. Labels of a metric share its area by what would go away without each. The tables hold the same numbers.");
    if (this.data.view === "diff") help.textContent = "Area is the series of both sides. Arrows move, Enter opens, Escape " +
      "goes back. The table holds the same numbers.";
    document.getElementById("picture-place").replaceWith(
      element("div", {class: "tools"}, element("nav", {"aria-label": "Path"}, this.crumbs), element("span", {class: "kinds"},
        ...this.kinds)),
      element("div", {class: "frame"}, this.svg), this.legend, help, this.details);
  }

  choose(button, layout) {
    this.layout = layout;
    for (const other of this.kinds) other.setAttribute("aria-pressed", String(other === button));
    this.draw();
  }

  // Opens `node`; a leaf is shown in the details only.
  open(node, wantsFocus) {
    if (!hasParts(node)) {
      this.showDetails(node);
      return;
    }
    const from = this.root;
    this.root = node;
    this.draw();
    const back = this.nodes.findIndex((shown) => shown === from || above(from, shown.kind) === shown);
    if (wantsFocus) this.focus(Math.max(0, back));
    announce(nodeName(node) + ", " + nodeFigure(node) + ", " + this.nodes.length + " parts");
  }

  draw() {
    const width = Math.max(280, this.svg.parentNode.clientWidth);
    const height = Math.round(Math.min(620, Math.max(320, width * 0.5)));
    this.width = width;
    fill(this.svg, {width, height, viewBox: "0 0 " + width + " " + height}, []);
    const drawn = this.layout(this.root, width, height).tiles;
    this.tiles = drawn.filter((tile) => !tile.inner);
    this.nodes = this.tiles.map((tile) => tile.node);
    const groups = drawn.map((tile) => drawTile(tile, this.data));
    this.elements = groups.filter((_, index) => !drawn[index].inner);
    this.svg.replaceChildren(...groups);
    this.at = 0;
    if (this.elements.length > 0) this.elements[0].setAttribute("tabindex", "0");
    this.drawCrumbs();
    this.showDetails(this.root);
  }

  drawCrumbs() {
    const path = [];
    for (let node = this.root; node; node = node.parent) path.unshift(node);
    this.crumbs.replaceChildren(...path.map((node) => {
      if (node === this.root) return element("li", {"aria-current": "location"}, nodeName(node));
      const button = element("button", {type: "button", class: "link"}, nodeName(node));
      button.addEventListener("click", () => this.open(node, false));
      return element("li", {}, button);
    }));
  }

  showDetails(node) {
    if (node) this.details.replaceChildren(...detailsOf(node, (inner) => this.open(inner, false)));
  }

  resize() {
    if (Math.abs(this.svg.parentNode.clientWidth - this.width) > 1) this.draw();
  }

  focused() {
    return this.nodes[this.elements.indexOf(document.activeElement)];
  }

  focus(index) {
    if (!this.elements[index]) return;
    this.elements[this.at].setAttribute("tabindex", "-1");
    this.at = index;
    this.elements[index].setAttribute("tabindex", "0");
    this.elements[index].focus();
  }

  onClick(event) {
    // What is inside a tile belongs to the tile drawn before it.
    let group = event.target.closest("g");
    while (group && !this.elements.includes(group)) group = group.previousElementSibling;
    if (!group) return;
    const index = this.elements.indexOf(group);
    this.focus(index);
    this.activate(this.nodes[index], false);
  }

  // In an icicle the open node is a tile as well: it leads back.
  activate(node, wantsFocus) {
    if (node === this.root && node.parent) {
      this.open(node.parent, wantsFocus);
    } else {
      this.open(node, wantsFocus);
    }
  }

  onKey(event) {
    const directions = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
    if (event.key in directions) {
      this.focus(this.neighbour(...directions[event.key]));
    } else if (event.key === "Home") {
      this.focus(0);
    } else if (event.key === "End") {
      this.focus(this.elements.length - 1);
    } else if (event.key === "Enter" || event.key === " ") {
      const node = this.focused();
      if (node) this.activate(node, true);
    } else if (event.key === "Escape" || event.key === "Backspace") {
      if (this.root.parent) this.open(this.root.parent, true);
    } else {
      return;
    }
    event.preventDefault();
  }

  // The tile that one meets first in that direction; the same where there is none.
  neighbour(dx, dy) {
    const from = this.tiles[this.at];
    const centre = (tile) => [tile.x + tile.width / 2, tile.y + tile.height / 2];
    const [cx, cy] = centre(from);
    let best = this.at;
    let least = Infinity;
    this.tiles.forEach((tile, index) => {
      const [tx, ty] = centre(tile);
      const along = dx * (tx - cx) + dy * (ty - cy);
      const across = Math.abs(dy * (tx - cx)) + Math.abs(dx * (ty - cy));
      const distance = along + 2 * across;
      if (index !== this.at && along > 0.5 && distance < least) {
        least = distance;
        best = index;
      }
    });
    return best;
  }
}
