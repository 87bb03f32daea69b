// SPDX-License-Identifier: Apache-2.0
//
// tiles.js: where tiles stand (d3-hierarchy) and how one is drawn. A layout is {tiles: [{node, x, y, width, height, inner}]};
// what is `inner` is drawn for the eye only and belongs to the tile before it.

const LINE = 18;
const GLYPH = 7;
const LEAST_HEIGHT = 14;

// Shares of the open node's area below which a tile could be neither read nor hit: of a treemap a square of some 20 pixels
// (inside of another tile some 12), of an icicle a row of 4.
const LEAST = {treemap: [0.0012, 0.0005], icicle: [0.007, 0.007, 0.007]};

// Cuts `node` and what is drawn of it after as many levels as `least` has, as d3Hierarchy.hierarchy wants it.
function cutTree(node, area, least, isOpen) {
  const isClosed = node.kind === "group" && !isOpen;
  const shown = least.length > 0 && !isClosed ? shownChildren(node, area * least[0], isOpen) : [];
  return shown.length > 0 ? {node, children: shown.map((child) => cutTree(child, area, least.slice(1), false))} : {node};
}

function hierarchyOf(root, least) {
  return d3Hierarchy.hierarchy(cutTree(root, root.area, least, true)).sum((cut) => (cut.children ? 0 : cut.node.area));
}

function tileOf(box, inner) {
  return {node: box.data.node, x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0, inner};
}

// The children of `root`, each with a sight of its own children inside.
function treemapLayout(root, width, height) {
  const hasHead = (box) => box.depth === 1 && box.x1 - box.x0 > 60 && box.y1 - box.y0 > 3 * LINE;
  const layout = d3Hierarchy.treemap().size([width, height]).tile(d3Hierarchy.treemapSquarify.ratio(1.3))
    .paddingInner(2).paddingTop((box) => (hasHead(box) ? 2 * LINE + 4 : 0)).round(true);
  const laid = layout(hierarchyOf(root, LEAST.treemap));
  const tiles = [];
  for (const box of laid.children || [laid]) {
    tiles.push(tileOf(box, false));
    if (hasHead(box)) tiles.push(...(box.children || []).map((child) => tileOf(child, true)));
  }
  return {tiles};
}

// Columns from left to right: `root`, its children, theirs, and theirs.
function icicleLayout(root, width, height) {
  const laid = d3Hierarchy.partition().size([height, width]).padding(1)(hierarchyOf(root, LEAST.icicle));
  const tiles = [];
  laid.each((box) => {
    const turned = {data: box.data, x0: box.y0, x1: box.y1, y0: box.x0, y1: box.x1};
    if (turned.y1 - turned.y0 >= 1) tiles.push(tileOf(turned, false));
  });
  return {tiles};
}

function fitText(text, width) {
  const most = Math.floor((width - 10) / GLYPH);
  if (text.length <= most) return text;
  return most < 3 ? "" : text.slice(0, most - 1) + "\u2026";
}

function drawTile(tile, data) {
  const {node, x, y, width, height} = tile;
  const isOver = node.kind === "metric" && node.verdict === "over";
  const isPart = ["kept", "added", "gone"].includes(node.kind);
  const kind = "tile " + colourClass(node, data) + (tile.inner ? " inner" : "") + (isPart ? " part" : "") + (isOver ? " broken" : "") +
    (node.culprit ? " culprit" : "");
  const group = svgElement("g", {class: kind, transform: "translate(" + x + " " + y + ")"});
  group.append(svgElement("rect", {width: Math.max(0.5, width), height: Math.max(0.5, height), rx: tile.inner ? 1 : 2}));
  const name = fitText(nodeName(node), width);
  if (name !== "" && height >= LEAST_HEIGHT) {
    const text = svgElement("text", {x: 5, y: Math.min(13.5, height / 2 + 4.5)}, name);
    if (!tile.inner && height >= 2 * LINE) {
      text.append(svgElement("tspan", {x: 5, dy: 16, class: "figure"}, fitText(nodeFigure(node), width)));
    }
    group.append(text);
  }
  if (tile.inner) return group;
  const sentence = describeNode(node);
  const opens = hasParts(node) ? ". Enter opens it" : "";
  fill(group, {role: "button", tabindex: -1, "aria-label": sentence + opens}, []);
  group.append(svgElement("title", {}, sentence));
  return group;
}
