// SPDX-License-Identifier: Apache-2.0
//
// tiles.js: where tiles stand (d3-hierarchy) and how one is drawn. A layout is {tiles: [{node, x, y, width, height, inner}]};
// what is `inner` is drawn for the eye only and belongs to the tile before it.

const LINE = 18;
const GLYPH = 7;

// Cuts `node` and what is drawn of it after `depth` levels, as d3Hierarchy.hierarchy wants it.
function cutTree(node, depth) {
  const children = depth > 0 ? shownChildren(node).map((child) => cutTree(child, depth - 1)) : [];
  return children.length > 0 ? {node, children} : {node};
}

function hierarchyOf(root, depth) {
  return d3Hierarchy.hierarchy(cutTree(root, depth)).sum((cut) => (cut.children ? 0 : cut.node.area));
}

function tileOf(box, inner) {
  return {node: box.data.node, x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0, inner};
}

// The children of `root`, each with a sight of its own children inside.
function treemapLayout(root, width, height) {
  const hasHead = (box) => box.depth === 1 && box.x1 - box.x0 > 60 && box.y1 - box.y0 > 3 * LINE;
  const layout = d3Hierarchy.treemap().size([width, height]).tile(d3Hierarchy.treemapSquarify.ratio(1.3))
    .paddingInner(2).paddingTop((box) => (hasHead(box) ? 2 * LINE + 4 : 0)).round(true);
  const laid = layout(hierarchyOf(root, 2));
  const tiles = [];
  for (const box of laid.children || [laid]) {
    tiles.push(tileOf(box, false));
    if (hasHead(box)) tiles.push(...(box.children || []).map((child) => tileOf(child, true)));
  }
  return {tiles};
}

// Columns from left to right: `root`, its children, theirs, and theirs.
function icicleLayout(root, width, height) {
  const laid = d3Hierarchy.partition().size([height, width]).padding(1)(hierarchyOf(root, 3));
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
  const kind = "tile " + colourClass(node, data) + (tile.inner ? " inner" : "") + (isOver ? " broken" : "") +
    (node.culprit ? " culprit" : "");
  const group = svgElement("g", {class: kind, transform: "translate(" + x + " " + y + ")"});
  group.append(svgElement("rect", {width: Math.max(0.5, width), height: Math.max(0.5, height), rx: tile.inner ? 1 : 2}));
  const name = fitText(nodeName(node), width);
  if (name !== "" && height >= LINE) {
    const text = svgElement("text", {x: 5, y: 13.5}, name);
    if (!tile.inner && height >= 2 * LINE) {
      text.append(svgElement("tspan", {x: 5, dy: 16, class: "figure"}, fitText(nodeFigure(node), width)));
    }
    group.append(text);
  }
  if (tile.inner) return group;
  const sentence = describeNode(node);
  const opens = shownChildren(node).length > 0;
  fill(group, {role: "button", tabindex: -1, "aria-label": sentence + (opens ? ". Enter opens it" : "")}, []);
  group.append(svgElement("title", {}, sentence));
  return group;
}
