/* On a phone the menu and the list of contents close when they have led somewhere, and on Escape.
   What is wider than its place can be scrolled with the keys. */
document.addEventListener("DOMContentLoaded", () => {
  const handles = {
    __navigation: ["Menu", ".nav-overlay-icon", ".sidebar-drawer"],
    __toc: ["Contents of this page", ".toc-overlay-icon", ".toc-drawer"],
  };
  const close = () => {
    for (const id of Object.keys(handles)) {
      const box = document.getElementById(id);
      if (box.checked) {
        box.click();
        [...document.querySelectorAll(handles[id][1])].find((one) => one.checkVisibility())?.focus();
      }
    }
  };
  for (const [id, [name, icons, drawer]] of Object.entries(handles)) {
    document.querySelector(drawer)?.setAttribute("aria-label", name);
    for (const icon of document.querySelectorAll(icons)) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: icon.className });
      button.setAttribute("aria-label", name);
      button.append(...icon.childNodes);
      button.addEventListener("click", () => document.getElementById(id).click());
      icon.replaceWith(button);
    }
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  document.querySelector(".toc-drawer")?.addEventListener("click", (event) => {
    if (event.target.closest("a")) close();
  });

  const kinds = { pre: "Code", ".table-wrapper": "Table", ".output": "Output", "div.math": "Formula" };
  const name = (one) => {
    const kind = Object.keys(kinds).find((kind) => one.matches(kind));
    if (!kind) return;
    if (one.scrollWidth > one.clientWidth) {
      one.tabIndex = 0;
      one.setAttribute("role", "group");
      one.setAttribute("aria-label", kinds[kind]);
    } else for (const set of ["tabindex", "role", "aria-label"]) one.removeAttribute(set);
  };
  // A box keeps its size when what is in it grows: both are watched.
  const fit = new ResizeObserver((entries) => {
    for (const { target } of entries)
      if (target.isConnected) [target, target.parentElement].forEach(name);
  });
  for (const wide of document.querySelectorAll(Object.keys(kinds).join())) [wide, ...wide.children].forEach((one) => fit.observe(one));
});
