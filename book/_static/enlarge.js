/* A figure's link shows it as large as it is drawn, in place; without scripts it is a plain link. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.image-reference");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const picture = link.querySelector("img");

  const large = document.createElement("img");
  large.src = link.href;
  large.alt = picture.alt;


  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";

  const box = document.createElement("dialog");
  box.className = "enlarged";
  box.setAttribute("aria-label", "The figure, enlarged");
  box.append(close, large);
  document.body.append(box);
  box.addEventListener("click", () => box.close()); // anywhere: on the button, the figure, beside it
  box.addEventListener("close", () => {
    box.remove();
    link.focus();
  });
  box.showModal();
});
