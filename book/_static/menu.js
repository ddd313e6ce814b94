/* Focus stays where a keyboard left it: the theme drops it when a drawer closes or colours change. */
document.addEventListener("DOMContentLoaded", () => {
  for (const side of ["primary", "secondary"]) {
    const drawer = document.getElementById(`pst-${side}-sidebar-modal`);
    const button = document.querySelector(`.${side}-toggle`);
    drawer?.addEventListener("close", () => button?.focus());
  }
  for (const button of document.querySelectorAll(".theme-switch-button")) {
    button.addEventListener("click", () => setTimeout(() => button.focus()));
  }
});
