/* A figure's link shows it whole and as large as the window; "Closer" lets the reader move in it. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.image-reference");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault(); // without scripts it is a plain link

  const large = document.createElement("img");
  large.src = link.href;
  large.alt = link.querySelector("img").alt;

  const [close, closer] = ["Close", "Closer"].map((name) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    return button;
  });
  closer.setAttribute("aria-pressed", "false");

  const bar = document.createElement("p");
  bar.append(close, " ", closer);
  const box = document.createElement("dialog");
  box.className = "enlarged";
  box.setAttribute("aria-label", "The figure, enlarged");
  box.append(bar, large);
  document.body.append(box);

  // The spot that is pressed stays under the finger; from there on the box scrolls.
  const zoom = ({ offsetX = 0, offsetY = 0 }) => {
    const near = box.classList.toggle("near");
    closer.setAttribute("aria-pressed", near);
    if (near) box.scrollTo(offsetX * 1.5, offsetY * 1.5);
  };
  large.addEventListener("click", zoom);
  closer.addEventListener("click", () => zoom({}));
  close.addEventListener("click", () => box.close());
  box.addEventListener("click", ({ target }) => target === box && box.close()); // beside it
  box.addEventListener("close", () => {
    box.remove();
    link.focus();
  });
  box.showModal();
});
