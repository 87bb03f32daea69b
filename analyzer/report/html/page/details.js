// SPDX-License-Identifier: Apache-2.0
//
// details.js: what is known of one node, in words and in a small table: what-if and limit of a metric, values of a label.

const FIRST_VALUES = 12;

// A bar of `value`, and a line where the limit is, on a scale that ends at `most`.
function limitBar(value, most, limit) {
  const scale = (amount) => (most > 0 ? (1000 * amount) / most : 0);
  const isOver = limit !== undefined && value > limit;
  const bar = svgElement("svg", {class: "wide bar" + (isOver ? " broken" : ""), viewBox: "0 0 1000 12",
    preserveAspectRatio: "none", "aria-hidden": "true"});
  bar.append(svgElement("rect", {width: scale(value), height: 12}));
  if (limit !== undefined && limit <= most) {
    bar.append(svgElement("line", {x1: scale(limit), x2: scale(limit), y1: 0, y2: 12, class: "limit"}));
  }
  return bar;
}

function detailTable(caption, headings, rows) {
  const table = element("table", {class: "data small"});
  table.append(element("caption", {}, caption));
  const head = element("tr", {}, ...headings.map(([name, kind]) => element("th", {scope: "col", class: kind}, name)));
  table.append(element("thead", {}, head), element("tbody", {}, ...rows));
  return table;
}

function cell(kind, ...children) {
  return element("td", {class: kind}, ...children);
}

// Labels by what is left without them, fewest first; the line in each bar is the limit.
function whatIfTable(metric, open) {
  const labels = [...(metric.children || [])].filter((node) => node.kind === "label");
  const left = (node) => (node.without === undefined ? Infinity : node.without);
  labels.sort((a, b) => left(a) - left(b));
  const most = Math.max(metric.series, metric.limit || 0);
  const rows = labels.map((label) => {
    const button = element("button", {type: "button", class: "link"}, nodeName(label));
    button.addEventListener("click", () => open(label));
    const isKnown = label.without !== undefined;
    return element("tr", {}, element("th", {scope: "row"}, button), cell("n", number(label.count)),
      cell("n", isKnown ? number(label.without) : "-"),
      cell("n", isKnown ? percent(metric.series - label.without, metric.series) : "-"),
      cell("", ...(isKnown ? [limitBar(label.without, most, metric.limit)] : [])));
  });
  return detailTable("What if a label were left out", [["Without", ""], ["Values", "n"], ["Series left", "n"],
    ["Saves", "n"], ["", "chart"]], rows);
}

function valueTable(label) {
  const values = [...label.children];
  const rows = values.slice(0, FIRST_VALUES).map((node) => element("tr", {}, element("th", {scope: "row"}, nodeName(node)),
    cell("n", number(node.series)), cell("n", percent(node.series, label.series)),
    cell("", limitBar(node.series, values[0].series))));
  if (values.length > FIRST_VALUES) {
    const rest = values.slice(FIRST_VALUES);
    const count = rest.reduce((sum, node) => sum + (node.count || 1), 0);
    const series = rest.reduce((sum, node) => sum + node.series, 0);
    rows.push(element("tr", {}, element("th", {scope: "row"}, number(count) + " more"), cell("n", number(series)),
      cell("n", percent(series, label.series)), cell("")));
  }
  return detailTable("Values", [["Value", ""], ["Series", "n"], ["Share", "n"], ["", "chart"]], rows);
}

function causeTable(metric) {
  const most = Math.max(...metric.children.map((node) => node.series));
  const rows = metric.children.map((node) => element("tr", {class: node.kind === "added" ? "is-up" : "is-" + node.kind},
    element("th", {scope: "row"}, nodeName(node)), cell("n", nodeFigure(node)), cell("", limitBar(node.series, most))));
  return detailTable("What became of its series", [["Series", ""], ["", "n"], ["", "chart"]], rows);
}

function detailsOf(node, open) {
  const parts = [element("h3", {}, nodeName(node)), element("p", {}, describeNode(node))];
  if (node.limit !== undefined) {
    const over = node.series - node.limit;
    parts.push(limitBar(node.series, Math.max(node.series, node.limit), node.limit));
    parts.push(element("p", {class: over > 0 ? "up" : ""}, over > 0 ? number(over) + " series above the limit of " +
      number(node.limit) : number(-over) + " series below the limit of " + number(node.limit)));
  }
  const children = node.children || [];
  if (node.kind === "metric" && children.some((child) => child.kind === "label")) parts.push(whatIfTable(node, open));
  if (node.kind === "metric" && children.some((child) => child.kind === "kept" || child.kind === "added" ||
    child.kind === "gone")) parts.push(causeTable(node));
  if (node.kind === "label" && children.length > 0) parts.push(valueTable(node));
  if (node.kind === "metric" && children.length === 0) parts.push(element("p", {class: "note"}, "Its labels are not in this page."));
  return parts;
}
