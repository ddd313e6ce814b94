/* Focus stays where a keyboard left it: the theme drops it when a drawer closes or colours change.
   The list of contents follows its reader. */
document.addEventListener("DOMContentLoaded", () => {
  for (const side of ["primary", "secondary"]) {
    const drawer = document.getElementById(`pst-${side}-sidebar-modal`);
    const button = document.querySelector(`.${side}-toggle`);
    drawer?.addEventListener("close", () => button?.focus());
    // On a phone a drawer says how to close it, and leaves when it has led somewhere.
    drawer?.addEventListener("click", ({ target }) => {
      if (target.closest('a[href^="#"], .drawer-close')) drawer.close();
    });
    const close = Object.assign(document.createElement("button"), {
      className: "drawer-close",
      type: "button",
      textContent: "Close",
    });
    document.getElementById(`pst-${side}-sidebar`)?.prepend(close);
  }
  const list = document.getElementById("pst-secondary-sidebar");
  const follow = () => {
    const [box, at] = [list, list.querySelector("a[aria-current]")].map((one) => one?.getBoundingClientRect());
    if (at && (at.top < box.top || at.bottom > box.bottom)) list.scrollTop += at.top - box.top - box.height / 2;
  };
  if (list) new MutationObserver(follow).observe(list, { subtree: true, attributeFilter: ["aria-current"] });
  for (const button of document.querySelectorAll(".theme-switch-button")) {
    button.addEventListener("click", () => setTimeout(() => button.focus()));
  }
});
