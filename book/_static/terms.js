/* A word of the glossary opens in place on a tap; Escape closes it. A mouse only hovers. */
document.addEventListener("DOMContentLoaded", () => {
  let touched = false;
  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    const tapped = event.target.closest(".term");
    for (const term of document.querySelectorAll(".term.open")) {
      if (term !== tapped) term.classList.remove("open");
    }
  });
  document.addEventListener("click", (event) => {
    const term = event.target.closest(".term");
    if (!term || !touched || term.classList.contains("open")) return;
    event.preventDefault(); // the first tap opens, the second follows the link
    term.classList.add("open");
  });
  // A table that scrolls would cut the words off at its edge: there they stand on the page.
  const place = ({ target }) => {
    const term = target.closest?.(".table-wrapper .term");
    if (!term || !matchMedia("(min-width: 37.6em)").matches) return;
    const tip = term.querySelector('[role="tooltip"]');
    const { left, top, bottom } = term.getBoundingClientRect();
    const above = bottom > innerHeight / 2;
    tip.style.cssText = `position: fixed; left: ${Math.min(left, innerWidth - 360)}px;`
      + (above ? `top: auto; bottom: ${innerHeight - top}px` : `top: ${bottom}px; bottom: auto`);
  };
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, place);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const term of document.querySelectorAll(".term:hover, .term:focus-within, .term.open")) {
      term.classList.remove("open");
      term.classList.add("closed"); // until it is left
      const leave = () => term.classList.remove("closed");
      for (const kind of ["mouseleave", "focusout"]) term.addEventListener(kind, leave, { once: true });
    }
  });
});
