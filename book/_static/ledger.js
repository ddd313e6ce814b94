/* The ledger's table: sort by a column, filter by words. Without scripts it is a plain table. */
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("table.ledger-table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];

  const label = document.createElement("label");
  label.textContent = "Show claims with the words ";
  label.className = "ledger-filter";
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "for example: mixed";
  label.append(field);
  const count = document.createElement("p");
  count.setAttribute("role", "status");
  const say = () => {
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = `${shown} of ${rows.length} claims`;
  };
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    say();
  });
  document.querySelector(".ledger-tools").append(label, count);
  say();

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].textContent.trim();
      const sorted = [...rows].sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }));
      body.append(...(down ? sorted.reverse() : sorted));
    });
  });
});
