/* The ledger: its cards by verdict, chapter and kind of evidence. Without scripts all are shown. */
document.addEventListener("DOMContentLoaded", () => {
  const heads = [...document.querySelectorAll(".claim-head[data-verdict]")];
  const place = document.querySelector(".evidence-map");
  if (!place || heads.length < 2) return;
  const cards = heads.map((head) => head.closest("section"));
  const bar = document.createElement("form");
  bar.className = "ledger-filter";
  const count = document.createElement("p");
  count.setAttribute("role", "status");
  const chosen = [];
  for (const [name, text] of [["verdict", "Verdict"], ["chapter", "Chapter"], ["kinds", "Evidence from"]]) {
    const values = heads.flatMap((head) => head.dataset[name].split("|").filter(Boolean));
    const select = document.createElement("select");
    select.append(new Option("all", ""), ...[...new Set(values)].sort().map((value) => {
      return new Option(value.replace(/^\d\d-/, (n) => `${parseInt(n)}. `).replaceAll("-", " "), value);
    }));
    const label = document.createElement("label");
    label.append(text, select);
    bar.append(label);
    chosen.push([name, select]);
  }
  const show = () => {
    heads.forEach((head, number) => {
      cards[number].hidden = !chosen.every(([name, { value }]) => {
        return !value || head.dataset[name].split("|").includes(value);
      });
    });
    count.textContent = `${cards.filter((card) => !card.hidden).length} of ${cards.length} claims`;
  };
  bar.addEventListener("change", show);
  bar.append(count);
  cards[0].before(bar);
  show();
});
