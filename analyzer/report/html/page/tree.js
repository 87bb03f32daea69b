// SPDX-License-Identifier: Apache-2.0
//
// tree.js: the tree of the data block, with what a drawing asks of it: areas, names, descriptions, and small nodes in groups.
//
// Areas: a metric has its series; the labels of a metric share its area by what would go away without each; the values of a
// label share that label's area by their series.

const FEWEST_IN_GROUP = 3;

function setAreas(node) {
  const children = node.children || [];
  const weightOf = (child) => (child.kind === "label" ? child.weight || 0 : child.series);
  const sum = children.reduce((total, child) => total + weightOf(child), 0);
  for (const child of children) {
    child.parent = node;
    child.area = sum > 0 ? (node.area * weightOf(child)) / sum : node.area / children.length;
    setAreas(child);
  }
}

function hasParts(node) {
  return (node.children || []).some((child) => child.area > 0);
}

// The children as they are drawn, largest first: those whose area is below `least` are one group, which can be opened like
// any other node. Of the node that is open (`isOpen`) at least one child is drawn by itself, or one would never get further.
function shownChildren(node, least, isOpen) {
  if (node.shown && node.shown.least === least && node.shown.isOpen === isOpen) return node.shown.list;
  const isRest = (child) => child.kind === "others" || child.kind === "absent";
  const children = (node.children || []).filter((child) => child.area > 0);
  children.sort((a, b) => isRest(a) - isRest(b) || b.area - a.area);
  const small = children.filter((child) => child.area < least);
  const mayGroup = small.length >= FEWEST_IN_GROUP && !(isOpen && small.length === children.length);
  const list = mayGroup ? [...children.filter((child) => child.area >= least), groupOf(node, small)] : children;
  node.shown = {least, isOpen, list};
  return list;
}

function groupOf(parent, members) {
  const sum = (key) => members.reduce((total, member) => total + (member[key] || 0), 0);
  // Labels are each the whole metric: only their area adds up.
  const group = {kind: "group", parent, children: members, area: sum("area"),
    series: members[0].kind === "label" ? parent.series : sum("series")};
  group.count = members.reduce((total, member) => total + (member.kind === "others" ? member.count : 1), 0);
  if (parent.before !== undefined) Object.assign(group, {before: sum("before"), after: sum("after")});
  return group;
}

// The nearest node above (or itself) of that kind.
function above(node, kind) {
  let at = node;
  while (at && at.kind !== kind) at = at.parent;
  return at;
}

function nodeName(node) {
  switch (node.kind) {
    case "total": return "all series";
    case "absent": return "(without the label)";
    case "others": return number(node.count) + (node.name ? " " + node.name : node.count === 1 ? " other" : " others");
    case "group": return number(node.count) + (node.children[0].kind === "label" ? " smaller labels" : " smaller");
    case "kept": return "kept";
    default: return node.name || "(empty)";
  }
}

function signed(value) {
  return (value < 0 ? "-" : "+") + number(Math.abs(value));
}

// The figure that a tile shows below its name.
function nodeFigure(node) {
  if (node.kind === "label") return number(node.count) + (node.count === 1 ? " value" : " values");
  if (node.kind === "added") return "+" + number(node.series);
  if (node.kind === "gone") return "-" + number(node.series);
  if (node.before !== undefined && node.after !== node.before) return signed(node.after - node.before);
  return number(node.series);
}

// One sentence, for a tooltip and for a reader who listens.
function describeNode(node) {
  const name = nodeName(node);
  if (node.kind === "label") {
    const metric = above(node, "metric");
    const left = node.without === undefined ? "" : ", " + number(node.without) + " of " + number(metric.series) +
      " series left without it";
    return "label " + name + ": " + nodeFigure(node) + left + (node.culprit ? ", to blame" : "");
  }
  if (node.before !== undefined && node.kind !== "kept") {
    return name + ": " + number(node.before) + " series before, " + number(node.after) + " after";
  }
  if (node.kind === "total") return number(node.series) + " series" + (node.limit === undefined ? "" : ", limit " + number(node.limit));
  const label = above(node, "label");
  const whole = label || above(node, "total");
  let text = (label && node !== label && node.kind === "value" ? label.name + "=" : "") + name + ": " + number(node.series) +
    " series, " + percent(node.series, whole.series) + (label ? " of the metric" : " of all");
  if (node.limit !== undefined) text += ", limit " + number(node.limit);
  return text;
}

// Growth of a comparison in seven steps, from down3 (gone) to up3 (new, or at least doubled).
function growthClass(node) {
  const {before, after} = node;
  if (after === before) return "plain";
  if (before === 0) return "up3";
  if (after === 0) return "down3";
  const ratio = after / before;
  if (ratio >= 2) return "up3";
  if (ratio >= 1.1) return "up2";
  if (ratio > 1) return "up1";
  return ratio <= 0.5 ? "down3" : ratio <= 0.9 ? "down2" : "down1";
}

// The class that colours a node; values and labels have the colour of their metric.
function colourClass(node, data) {
  if (node.kind === "added") return "up2";
  if (node.kind === "gone") return "down2";
  if (node.kind === "kept") return "plain";
  if (node.before !== undefined) return growthClass(node);
  const metric = above(node, "metric");
  if (!metric) return "plain";
  if (data.judged) return metric.verdict || "plain";
  const types = ["counter", "gauge", "histogram", "summary"];
  return types.includes(metric.type) ? metric.type : "plain";
}
