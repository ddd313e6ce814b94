/* The words come first; then all pictures, while there is a network. */
addEventListener("load", () => {
  for (const picture of document.images) picture.loading = "eager";
});
Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0.04,
  hash: true,
  slideNumber: "c/t",
  transition: "none",
  plugins: [RevealNotes],
});
