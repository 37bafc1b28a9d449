// Tables that can be sorted by their headings, with mouse or keyboard; the order is announced.
function valueOf(row, index) {
  const cell = row.cells[index];
  const text = cell?.dataset.sort ?? cell?.textContent.trim() ?? "";
  const number = Number(text.replace(/[,%\s]/g, ""));
  return text !== "" && !Number.isNaN(number) ? number : text.toLocaleLowerCase();
}

function compare(a, b) {
  if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b);
  return typeof a === "number" ? -1 : 1; // words, such as hidden cells, come after numbers
}

function sortBy(table, heading, status) {
  const ascending = heading.getAttribute("aria-sort") !== "ascending";
  const index = heading.cellIndex;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [valueOf(row, index), row]);
  rows.sort(([a], [b]) => (ascending ? compare(a, b) : compare(b, a)));
  body.append(...rows.map(([, row]) => row));
  for (const other of table.tHead.querySelectorAll("th[aria-sort]")) other.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  const words = ascending ? table.dataset.ascending : table.dataset.descending;
  status.textContent = words.replace("#", heading.textContent.trim());
}

export function sortTables(page) {
  for (const table of page.querySelectorAll("table[data-sortable]")) {
    const status = page.createElement("div");
    status.className = "govuk-visually-hidden";
    status.setAttribute("role", "status");
    table.after(status);
    for (const heading of table.tHead.querySelectorAll("th[aria-sort]")) {
      const button = page.createElement("button");
      button.type = "button";
      button.className = "app-sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sortBy(table, heading, status));
    }
  }
}
