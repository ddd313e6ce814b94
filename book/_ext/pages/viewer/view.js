/* Sliders move the slices of a brain; so does a click into one of them. */
const settings = JSON.parse(document.getElementById("settings").textContent);
const sprites = ["background", "overlay"].map((name) => document.getElementById(name));

Promise.all(sprites.map((sprite) => sprite.decode())).then(() => {
  const brain = brainsprite(settings);
  const sliders = [...document.querySelectorAll("input[data-axis]")];
  const opacity = document.getElementById("opacity");

  const say = () => {
    for (const slider of sliders) {
      const axis = slider.dataset.axis;
      const text = `${Math.round(brain.coordinatesSlice[axis])} mm`;
      slider.value = brain.numSlice[axis];
      slider.setAttribute("aria-valuetext", text);
      slider.nextElementSibling.textContent = text;
    }
    opacity.nextElementSibling.textContent = `${opacity.value} %`;
  };
  const draw = () => {
    brain.init();
    brain.drawAll();
    say();
  };

  for (const slider of sliders) {
    slider.max = settings.nbSlice[slider.dataset.axis] - 1;
    slider.addEventListener("input", () => {
      brain.numSlice[slider.dataset.axis] = Number(slider.value);
      draw();
    });
  }
  opacity.addEventListener("input", () => {
    brain.overlay.opacity = opacity.value / 100;
    draw();
  });
  brain.onclick = say;
  say();

  // The page around the view asks for its height; it may not look inside by itself.
  const tell = () => parent.postMessage({ viewHeight: document.body.scrollHeight }, "*");
  if (parent !== window) new ResizeObserver(tell).observe(document.querySelector("main"));
});
