/* One switch for all code: remembered for the visit. A link into a fold opens it. */
document.addEventListener("DOMContentLoaded", () => {
  const html = document.documentElement;
  const button = document.querySelector(".code-switch");
  const say = () => {
    const shown = html.dataset.code === "shown";
    button.textContent = shown ? "Hide code and numbers" : "Show code and numbers";
  };
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      html.dataset.code = html.dataset.code === "shown" ? "hidden" : "shown";
      try {
        sessionStorage.setItem("code", html.dataset.code);
      } catch {}
      say();
    });
    say();
  }
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.querySelector(":scope > details.fold")?.setAttribute("open", "");
    target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
});
