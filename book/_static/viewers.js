/* A viewer's link opens in place; without scripts it stays a plain link to a page. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("p.viewer > a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const place = link.parentNode;
  const closed = place.cloneNode(true);

  const frame = document.createElement("iframe");
  frame.src = link.href;
  frame.title = link.textContent.replace("Open the interactive view: ", "");
  frame.style.height = "32rem"; // until the view says how high it is

  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close the interactive view";

  const box = document.createElement("div");
  box.className = "viewer-open";
  box.append(close, frame);
  place.replaceWith(box);
  close.addEventListener("click", () => {
    box.replaceWith(closed);
    closed.querySelector("a").focus();
  });
  frame.focus();
});

window.addEventListener("message", (event) => {
  const height = event.data?.viewHeight;
  if (typeof height !== "number") return;
  for (const frame of document.querySelectorAll(".viewer-open iframe"))
    if (frame.contentWindow === event.source) frame.style.height = `${height + 4}px`;
});
