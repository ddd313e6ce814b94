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
