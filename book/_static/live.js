/* Guess first, then see: boxes before a figure or before a cell that runs in the page. */
const livePlace = document.currentScript.src;

document.addEventListener("DOMContentLoaded", () => {
  const told = (value) => String(+value.toPrecision(3)).replace("-", "−");
  const number = (text) => parseFloat(String(text).replace("−", "-").replace(",", "."));

  /* What a box knows: whether a guess was made, and how far it lies from what came out. */
  const boxes = {
    number(box, answer) {
      const input = box.querySelector("input");
      const unit = input.dataset.unit ? ` ${input.dataset.unit}` : "";
      return {
        made: () => input.value !== "",
        say() {
          const [guess, is] = [number(input.value), answer()];
          const off = guess - is;
          const near = Math.abs(off) <= +box.dataset.within;
          const far = `${told(Math.abs(off))} too ${off > 0 ? "high" : "low"}`;
          return `You guessed ${told(guess)}; it is ${told(is)}${unit}. ${near ? "That is it." : `Your guess was ${far}.`}`;
        },
      };
    },
    choice(box, answer) {
      const chosen = () => box.querySelector("input:checked");
      return {
        made: () => Boolean(chosen()),
        say() {
          const [guess, is] = [chosen().value, answer()];
          return guess === is ? `You guessed “${guess}”, and so it is.` : `You guessed “${guess}”; it is “${is}”.`;
        },
      };
    },
    curve(box) {
      const handles = [...box.querySelectorAll("input")];
      const line = box.querySelector("polyline");
      const { low, high } = box.dataset;
      const draw = () => {
        const height = (value) => 100 - (100 * (value - low)) / (high - low);
        const points = handles.map(({ value }, k) => `${(k + 0.5) * (100 / handles.length)},${height(value)}`);
        line.setAttribute("points", points.join(" "));
      };
      let moved = false;
      for (const handle of handles)
        handle.addEventListener("input", () => {
          moved = true;
          draw();
        });
      draw();
      const points = () => ({
        kind: "line", label: "", x: handles.map(({ dataset }) => +dataset.x), y: handles.map(({ value }) => +value),
      });
      return {
        made: () => moved,
        curve: () => (moved ? points() : null),
        say(found) {
          const { x, y } = found.drawn[0];
          const mine = points();
          const off = mine.x.map((place, k) => {
            let near = 0;
            x.forEach((value, j) => {
              if (Math.abs(value - place) < Math.abs(x[near] - place)) near = j;
            });
            return Math.abs(y[near] - mine.y[k]);
          });
          const mean = off.reduce((sum, value) => sum + value) / off.length;
          return `Your curve lies ${told(mean)} ${box.dataset.unit} from the other on average; both are drawn.`;
        },
      };
    },
  };

  for (const box of document.querySelectorAll(".predict")) {
    const answer = box.querySelector(".predict-answer")?.textContent.trim();
    const { kind } = box.dataset;
    const expected = () => (kind === "number" ? number(answer) : answer);
    const guess = boxes[kind](box, expected);
    let asked = false;
    const made = () => {
      if (guess.made() || asked) return true;
      asked = true;
      box.querySelector("input").focus();
      return false;
    };

    if (box.dataset.live !== undefined) {
      const cell = [...document.querySelectorAll(".cell.tag_live")].find(
        (one) => box.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING,
      );
      const reached = ({ answer: came }) =>
        kind === "choice" ? came === expected() : Math.abs(came - number(answer)) <= +box.dataset.within;
      cell.guess = {
        made,
        curve: guess.curve,
        compare(found) {
          if (found.answer === null || !reached(found)) return `It ran. Now change ${box.dataset.change}, and run it again.`;
          return guess.made() ? guess.say(found) : "That is the answer. You made no guess this time.";
        },
      };
      continue;
    }

    const figure = document.getElementById(box.dataset.shows);
    const key = `seen: ${location.pathname}#${box.id}`;
    const tools = box.querySelector(".predict-tools");
    const show = () => {
      figure.classList.remove("veiled");
      try {
        sessionStorage.setItem(key, "yes");
      } catch {}
    };
    let seen = false;
    try {
      seen = sessionStorage.getItem(key) === "yes";
    } catch {}
    figure.classList.toggle("veiled", !seen && location.hash !== `#${box.dataset.shows}`);
    tools.hidden = false;
    tools.querySelector("button").addEventListener("click", () => {
      const says = box.querySelector("[role=status]");
      if (!made()) {
        says.textContent = "Guess first, any guess counts. Or press again to see the figure.";
        return;
      }
      show();
      says.textContent = guess.made() ? guess.say() : "";
    });
  }

  /* What runs is fetched when the first of its kind is opened. */
  const loading = {};
  const load = (file) =>
    (loading[file] ||= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(file, livePlace);
      script.addEventListener("load", done);
      script.addEventListener("error", () => {
        delete loading[file];
        script.remove();
        failed();
      });
      document.head.append(script);
    }));
  const offer = (place, text, file, megabytes, open) => {
    const opener = document.createElement("p");
    opener.className = "live-opener";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    const says = document.createElement("span");
    says.setAttribute("role", "status");
    opener.append(button, " ", says);
    place.append(opener);
    button.addEventListener("click", async () => {
      says.textContent = `Loading ${megabytes} MB, once …`;
      try {
        await load(file);
      } catch {
        says.textContent = "That could not be loaded. Is the folder of the site complete?";
        return;
      }
      open(place, opener);
    });
  };
  for (const cell of document.querySelectorAll(".cell.tag_live"))
    offer(cell, "Change it", "live-python.js", 0.3, (...both) => livePython.open(...both));
  for (const box of document.querySelectorAll(".explorer[data-continuous]"))
    offer(box, box.dataset.name === "running" ? "Let it run" : "Move it without steps", "live-brain.js", 0.02, (...both) => openExplorer(...both));
});
