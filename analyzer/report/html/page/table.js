// SPDX-License-Identifier: Apache-2.0
//
// table.js: columns to sort by, words to search for, and only the first rows of a long table until all are asked for.

const FIRST_ROWS = 15;

// What a cell is sorted by: its exact number, else the number that it shows, else its text. Cells without any come last.
function sortKey(cell, isNumber) {
  const text = cell.textContent.trim();
  if (!isNumber) return text;
  const digits = cell.dataset.n || text.replace(/[^0-9.]/g, "");
  return digits === "" ? null : Number(digits);
}

function compareKeys(a, b) {
  if (a === b) return 0;
  if (a === null || a === "") return 1;
  if (b === null || b === "") return -1;
  return a < b ? -1 : 1;
}

class DataTable {
  constructor(table) {
    this.table = table;
    this.body = table.tBodies[0];
    this.rows = [...this.body.rows];
    this.texts = this.rows.map((row) => row.textContent.toLowerCase());
    this.query = "";
    this.isWhole = this.rows.length <= FIRST_ROWS + 5;
    this.addSorting();
    if (this.rows.length > 5) this.addTools();
    this.show();
  }

  addSorting() {
    [...this.table.tHead.rows[0].cells].forEach((heading, column) => {
      const button = element("button", {type: "button", class: "sort"}, heading.textContent);
      heading.replaceChildren(button);
      button.addEventListener("click", () => this.sort(heading, column));
    });
  }

  // The largest number first, the first word first; once more turns it round.
  sort(heading, column) {
    const isNumber = heading.classList.contains("n");
    const was = heading.getAttribute("aria-sort");
    const first = isNumber && column > 0 ? "descending" : "ascending";
    const order = was === null ? first : was === "ascending" ? "descending" : "ascending";
    for (const cell of heading.parentNode.cells) cell.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", order);
    const keyed = this.rows.map((row, index) => ({row, index, key: sortKey(row.cells[column], isNumber)}));
    keyed.sort((a, b) => {
      if (a.key === null || b.key === null || a.key === "" || b.key === "") return compareKeys(a.key, b.key) || a.index - b.index;
      return (order === "ascending" ? 1 : -1) * compareKeys(a.key, b.key) || a.index - b.index;
    });
    this.rows = keyed.map((entry) => entry.row);
    this.texts = keyed.map((entry) => this.texts[entry.index]);
    this.body.append(...this.rows);
    this.show();
    announce("Sorted by " + heading.textContent + ", " + order);
  }

  addTools() {
    const name = this.table.caption.textContent.split(/[;,]/)[0].toLowerCase();
    const id = "search-" + this.table.id;
    const input = element("input", {type: "search", id, placeholder: "Search " + name, autocomplete: "off"});
    input.addEventListener("input", () => {
      this.query = input.value.trim().toLowerCase();
      this.show();
      announce(this.count.textContent);
    });
    this.count = element("span", {class: "count"});
    this.all = element("button", {type: "button", class: "all"});
    this.all.addEventListener("click", () => {
      this.isWhole = !this.isWhole;
      this.show();
    });
    const label = element("label", {for: id, class: "hidden"}, "Search " + name);
    const box = this.table.parentNode;
    box.before(element("div", {class: "tools"}, label, input, this.count));
    box.after(this.all);
    this.isLong = !this.isWhole;
  }

  show() {
    const words = this.query.split(/\s+/).filter((word) => word !== "");
    let found = 0;
    this.rows.forEach((row, index) => {
      const matches = words.every((word) => this.texts[index].includes(word));
      if (matches) ++found;
      row.hidden = !matches || (!this.isWhole && words.length === 0 && found > FIRST_ROWS);
    });
    if (!this.count) return;
    const total = this.rows.length;
    this.count.textContent = found === total ? number(total) + " rows" : number(found) + " of " + number(total) + " rows";
    this.all.hidden = !this.isLong || words.length > 0;
    this.all.textContent = this.isWhole ? "Show the first " + FIRST_ROWS : "Show all " + number(total);
  }
}
