/* The words come first; then all pictures, while there is a network. */
addEventListener("load", () => {
  for (const picture of document.images) picture.loading = "eager";
});
/* A stage on a phone would be too small to read: there the slides stay a text. The lecturer's
   own window shows them in frames, small as these are. */
if (window !== window.parent || !matchMedia("(max-width: 30em)").matches) {
  document.documentElement.classList.add("deck");
  Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0.04,
    hash: true,
    slideNumber: "c/t",
    transition: "none",
    controlsTutorial: false,
    plugins: [RevealNotes],
  });
}
