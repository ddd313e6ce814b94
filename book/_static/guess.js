/* Guesses: kept in this browser only, and set beside the results whenever they change. */
document.addEventListener("DOMContentLoaded", () => {
  const KEY = "ketamine-and-the-networked-brain: guesses";
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || {};
    } catch {
      return {}; // storage is off: the table is filled, and forgotten with the page
    }
  };
  const keep = (name, guesses) => {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...read(), [name]: guesses }));
    } catch {}
  };

  const compare = (check, guesses) => {
    const rows = [...check.querySelectorAll("tbody tr")];
    for (const row of rows) {
      const guess = guesses[row.dataset.row];
      row.querySelector(".your-guess").textContent = guess ?? "";
      for (const cell of row.querySelectorAll("[data-option]")) {
        const same = cell.dataset.option === guess;
        cell.classList.toggle("as-guessed", same);
        cell.querySelector("small")?.remove();
        if (same) cell.insertAdjacentHTML("beforeend", " <small>as you guessed</small>");
      }
    }
    const made = rows.filter((row) => row.dataset.row in guesses).length;
    const scores = [...check.querySelectorAll("thead th")].slice(2).map((head, place) => {
      const right = rows.filter((row) => row.cells[place + 2].matches(".as-guessed")).length;
      return `in ${right} of ${made} ${head.textContent}`;
    });
    const left = made < rows.length ? `; ${rows.length - made} left to guess` : "";
    const score = `You were right ${new Intl.ListFormat("en-GB").format(scores)}${left}.`;
    check.querySelector("[role=status]").textContent = made ? score : "";
  };

  for (const form of document.querySelectorAll(".guess")) {
    const name = form.dataset.guess;
    const checks = document.querySelectorAll(`.guess-check[data-guess="${name}"]`);
    const inputs = [...form.querySelectorAll("input")];
    const show = (guesses) => {
      for (const input of inputs) input.checked = guesses[input.dataset.row] === input.value;
      for (const check of checks) compare(check, guesses);
    };
    const change = (guesses) => {
      keep(name, guesses);
      show(guesses);
    };
    form.addEventListener("change", () => {
      const made = inputs.filter((input) => input.checked);
      change(Object.fromEntries(made.map((input) => [input.dataset.row, input.value])));
    });
    form.querySelector("button").addEventListener("click", () => change({}));
    form.querySelector(".guess-tools").hidden = false;
    show(read()[name] || {});
    const inSight = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) target.querySelector("[role=status]").setAttribute("aria-live", "polite");
    });
    for (const check of checks) inSight.observe(check);
  }
});
