// SPDX-License-Identifier: Apache-2.0
//
// dom.js: the only way in which the page makes elements: by name, with text as text. No markup is ever parsed.

const SVG = "http://www.w3.org/2000/svg";

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, String(value));
  for (const child of children) made.append(typeof child === "string" ? document.createTextNode(child) : child);
  return made;
}

function element(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svgElement(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

// 1234567 -> "1,234,567", as the tables have it, whatever the reader's locale.
function number(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

function percent(part, whole) {
  if (whole <= 0) return "0.0 %";
  const share = 100 * part / whole;
  if (share > 0 && share < 0.1) return "<0.1 %";
  return (share < 100 && share > 99.9 ? 99.9 : share).toFixed(1) + " %";
}

// Says something to a reader who listens.
function announce(text) {
  document.getElementById("live").textContent = text;
}
