// SPDX-License-Identifier: Apache-2.0
//
// main.js: starts the parts. The script is the last element, so the document is there.

document.body.append(element("p", {id: "live", class: "hidden", role: "status", "aria-live": "polite"}));
addThemeSwitch();
for (const table of document.querySelectorAll("table.data")) new DataTable(table);

const data = JSON.parse(document.getElementById("data").textContent);
const picture = new Picture(data);

// The name of a metric in the table opens it in the picture.
data.tree.children && data.tree.children.forEach((node, index) => {
  const row = document.getElementById("m" + index);
  const heading = row && row.querySelector("th");
  if (!heading || node.kind !== "metric") return;
  const button = element("button", {type: "button", class: "link", title: "Show in the picture"}, heading.textContent);
  button.addEventListener("click", () => {
    picture.open(node, false);
    document.getElementById("picture").scrollIntoView();
    picture.focus(0);
    picture.showDetails(node); // it was asked for, not its first tile
  });
  heading.replaceChildren(button);
});
performance.mark("picture-made");
requestAnimationFrame(() => performance.mark("picture-shown"));
