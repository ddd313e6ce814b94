/* A cell of the page that can be changed and run. Loaded with Python, after the first click. */
{
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;

  /* One worker serves all cells of the page; each run has names of its own. */
  let worker = null;
  let ready = null;
  let waiting = null;
  const ask = (job) =>
    new Promise((done, failed) => {
      waiting = failed;
      worker.onmessage = ({ data }) => {
        waiting = null;
        data.failed ? failed(new Error(data.failed)) : done(data);
      };
      worker.onerror = (event) => failed(new Error(event.message || "Python did not start here"));
      worker.postMessage(job);
    });
  const start = () => {
    if (worker) return ready;
    const { script, wasm, files } = livePython;
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    worker = new Worker(address);
    URL.revokeObjectURL(address);
    ready = ask({ wasm: bytes(wasm), files });
    ready.catch(stop);
    return ready;
  };
  const stop = () => {
    const failed = waiting;
    worker?.terminate();
    worker = ready = waiting = null;
    failed?.(new Error("Stopped. Nothing of this run is kept."));
  };

  let number = 0;
  window.livePython = livePython;
  livePython.open = (cell, opener) => {
    number += 1;
    const written = cell.querySelector(".cell_input pre").textContent.trimEnd();
    const key = `live: ${location.pathname}#${cell.id || number}`;
    const kept = () => {
      try {
        return sessionStorage.getItem(key);
      } catch {
        return null; // storage is off: changes go with the page
      }
    };
    const keep = (code) => {
      try {
        code === written ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, code);
      } catch {}
    };

    const guess = cell.guess;
    const code = makeElement("textarea", {
      id: `live-code-${number}`, value: kept() ?? written, rows: written.split("\n").length + 1,
      spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "off",
    });
    const label = makeElement("label", { htmlFor: code.id, textContent: "Code of this cell" });
    const help = makeElement("p", {
      id: `live-help-${number}`, className: "live-help",
      textContent: "Control and Enter run it, Tab leaves it. Nothing leaves this page.",
    });
    code.setAttribute("aria-describedby", help.id);
    const run = makeElement("button", { type: "button", textContent: "Run" });
    const halt = makeElement("button", { type: "button", textContent: "Stop" });
    const reset = makeElement("button", { type: "button", textContent: "Reset" });
    const says = makeElement("p", { className: "live-says" });
    says.setAttribute("role", "status");
    const text = makeElement("pre", { className: "live-text", hidden: true, tabIndex: 0 });
    text.setAttribute("aria-label", "What the cell printed");
    const plot = makeElement("div", { className: "live-drawn" });
    const tools = makeElement("div", { className: "live-tools" }, run, halt, reset);
    const panel = makeElement("div", { className: "live-panel" }, label, code, help, tools, says, text, plot);
    opener.replaceWith(panel);

    // Never disabled: a button that is would lose the keyboard's place.
    const busy = (is) => {
      run.setAttribute("aria-disabled", is);
      halt.setAttribute("aria-disabled", !is);
    };
    busy(false);
    let before = [];
    let last = null;
    const show = ({ drawn, axes }) => {
      const drawing = guess?.curve?.();
      plot.replaceChildren(...(drawn.length ? drawPlot(drawn, axes, before, drawing, plot.clientWidth) : []));
    };
    const execute = async () => {
      if (run.getAttribute("aria-disabled") === "true") return;
      if (guess && !guess.made()) {
        says.textContent = "Guess first, any guess counts. Or press Run again.";
        return;
      }
      const began = performance.now();
      busy(true);
      says.textContent = worker ? "Running …" : "Starting Python …";
      try {
        await start();
        says.textContent = "Running …";
        const found = await ask({ code: code.value });
        text.hidden = !(found.text || found.error);
        text.textContent = found.text.trimEnd();
        if (found.error) {
          const place = found.error.line ? `Line ${found.error.line}: ` : "";
          text.append(makeElement("span", { className: "live-error", textContent: `${found.text && "\n"}${place}${found.error.said}` }));
          says.textContent = "Python stopped; the line below says why.";
        } else {
          if (last && found.drawn.length) before = last.drawn;
          show(found);
          last = found;
          says.textContent = guess ? guess.compare(found) : "It ran.";
        }
        panel.dataset.milliseconds = Math.round(performance.now() - began);
      } catch (error) {
        says.textContent = error.message;
      }
      busy(false);
    };

    run.addEventListener("click", execute);
    halt.addEventListener("click", () => halt.getAttribute("aria-disabled") === "true" || stop());
    reset.addEventListener("click", () => {
      code.value = written;
      keep(written);
      before = [];
      last = null;
      text.hidden = true;
      says.textContent = "The cell is as it was.";
      plot.replaceChildren();
      code.focus();
    });
    code.addEventListener("input", () => keep(code.value));
    code.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        execute();
        return;
      }
      const line = code.value.slice(0, code.selectionStart).split("\n").at(-1);
      const indent = line.match(/^ */)[0] + (/:\s*$/.test(line) ? "    " : "");
      if (!indent || event.shiftKey) return;
      event.preventDefault();
      document.execCommand("insertText", false, `\n${indent}`); // the one way that undo knows of
      keep(code.value);
    });
    new ResizeObserver(() => last && show(last)).observe(panel);
    code.setSelectionRange(0, 0);
    code.focus();
  };
}
