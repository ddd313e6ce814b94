/* The explorers that move without steps, and the whole brain that runs. Loaded at the first click. */
const { constants, regions, places, groups, cortex, byNetwork, colours } = liveBrain;
const { tuned, weights, settle, connectivity, within, between, globalConnectivity } = wholeBrain(constants);

/* The connectome: 16-bit numbers of its upper half, row by row. */
const fibres = (() => {
  const packed = Uint8Array.from(atob(liveBrain.fibres), (letter) => letter.charCodeAt(0));
  const numbers = new Uint16Array(packed.buffer);
  const rows = regions.map(() => new Float64Array(regions.length));
  let place = 0;
  for (let k = 0; k < rows.length; k++)
    for (let m = k + 1; m < rows.length; m++)
      rows[k][m] = rows[m][k] = (constants.STRONGEST * numbers[place++]) / 65535;
  return rows;
})();
const cortical = (() => {
  const rows = cortex.map((k) => Float64Array.from(cortex, (m) => fibres[k][m]));
  const most = Math.max(...rows.map((row) => Math.max(...row)));
  return rows.map((row) => row.map((one) => (constants.STRONGEST * one) / most));
})();
const inCortex = (name) => groups[name].map((k) => cortex.indexOf(k));
const link = (matrix) => between(matrix, groups.prefrontal, groups.hippocampus);

const told = (value, digits = 2) => value.toFixed(digits).replace("-", "−");
const colour = (value) => {
  const last = colours.length - 1;
  return colours[Math.round(Math.min(1, Math.max(0, (value + 1) / 2)) * last)];
};
/* What the colours mean, from one end to the other. */
const makeScale = (low, high) => {
  const bar = makeElement("canvas", { width: colours.length, height: 1, className: "pixels" });
  const context = bar.getContext("2d");
  colours.forEach((shade, k) => {
    context.fillStyle = shade;
    context.fillRect(k, 0, 1, 1);
  });
  return makeElement("p", { className: "scale-of-colours" }, low, bar, high);
};
const makeSlider = (text, id, { from, to, step, start }) => {
  const input = makeElement("input", { type: "range", id, min: from, max: to, step });
  input.value = start;
  const shown = makeElement("output", { htmlFor: id });
  const say = () => {
    shown.textContent = +input.value;
  };
  input.addEventListener("input", say);
  say();
  return { input, row: makeElement("p", { className: "slider" }, makeElement("label", { htmlFor: id, textContent: text }), input, shown) };
};
/* Run what a slider asks for, the last wish only, at most once a picture. */
const follow = (input, show) => {
  let asked = false;
  input.addEventListener("input", () => {
    if (!asked)
      requestAnimationFrame(() => {
        asked = false;
        show(+input.value);
      });
    asked = true;
  });
  show(+input.value);
};

/* Chapter 4: how much more the drug hits interneurons, and what becomes of one link. */
const preference = (box, { coupling, from, to, start, dose }) => {
  const doses = [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => part * dose);
  const curve = (ratio) => doses.map((cut) => link(connectivity(settle(fibres, coupling, cut, ratio * cut))));
  const drawn = (y, label = "") => [{ kind: "line", label, x: doses.map((cut) => 100 * cut), y }];
  const plot = makeElement("div");
  const says = makeElement("p");
  const { input, row } = makeSlider("times as strongly on interneurons", `${box.id}-ratio`, { from, to, step: 0.01, start });
  box.append(row, plot, says);
  const ends = [from, to].map(curve);
  follow(input, (ratio) => {
    const found = curve(ratio);
    const [before, after] = [found[0], found.at(-1)];
    const what = Math.abs(after - before) < 0.02 ? "hardly moves" : after > before ? "rises" : "falls";
    const axes = { title: `Simulated: the coupling ${what}`, x: "taken from excitatory cells (%)", y: "coupling r" };
    plot.replaceChildren(...drawPlot(drawn(found, `ratio ${ratio}`), axes, ends.flatMap((y) => drawn(y)), null, plot.clientWidth, `ratios ${from} and ${to}`));
    says.textContent = `Interneurons hit ${ratio} times as strongly: at 1% the coupling ${what} (${told(before)} without the drug, ${told(after)} with it).`;
  });
};

/* Chapter 6: the connectivity of 80 regions, for the two stories of what the drug blocks. */
const shortterm = (box, { coupling, to, start }) => {
  const order = byNetwork.map((k) => cortex.indexOf(k));
  const [dmn, pfc] = ["default", "prefrontal"].map(inCortex);
  const stories = ["All cells alike", "Interneurons only"].map((name) => {
    const canvas = makeElement("canvas", { width: order.length, height: order.length, className: "pixels" });
    canvas.setAttribute("role", "img");
    return { name, canvas, figure: makeElement("figure", {}, canvas, makeElement("figcaption", { textContent: name })) };
  });
  const says = makeElement("p");
  const { input, row } = makeSlider("% taken", `${box.id}-share`, { from: 0, to, step: 0.02, start });
  const title = makeElement("p", { className: "title", textContent: "Simulated: connectivity of 80 regions, by network" });
  box.append(row, title, makeElement("div", { className: "side-by-side" }, ...stories.map(({ figure }) => figure)), makeScale("r = −1", "1"), says);
  follow(input, (percent) => {
    const parts = stories.map(({ name, canvas }, number) => {
      const state = settle(cortical, coupling, number ? 0 : percent / 100, percent / 100);
      const matrix = connectivity(state);
      const context = canvas.getContext("2d");
      order.forEach((k, y) => order.forEach((m, x) => {
        context.fillStyle = colour(matrix[k][m]);
        context.fillRect(x, y, 1, 1);
      }));
      const gbc = pfc.reduce((sum, k) => sum + globalConnectivity(matrix, k), 0) / pfc.length;
      const rate = state.rateE.reduce((sum, one) => sum + one) / order.length;
      const said = `${name}: default mode ${told(within(matrix, dmn))}, prefrontal GBC ${told(gbc)}, ${told(rate, 1)} Hz`;
      canvas.setAttribute("aria-label", said);
      return said;
    });
    says.textContent = `${percent}% taken. ${parts.join(". ")}.`;
  });
};

/* Chapter 4: the whole brain, moved by its noise, ten times as fast as life. */
const BINS_A_SECOND = 25;
const SLOW = 20; // seconds over which a region's own mean is taken
const running = (box, { coupling, to, spread }) => {
  const size = regions.length;
  const room = Math.ceil(size / 16) * 16; // as the kernel likes its rows; nobody hears those beyond
  const rows = (count, width = room) => Array.from({ length: count }, () => new Float64Array(width));
  const padded = (values) => Float64Array.from({ length: room }, (_, k) => values[k] ?? 0);
  const free = tuned(fibres, coupling);
  const inhibition = padded(free.inhibition);
  const { TAU_E, TAU_I, GAMMA, NOISE, W_E, W_I, I_0, EXCITATORY, INHIBITORY, ELIMINATION, STIFFNESS, EXTRACTION } = constants;
  const [step, steps, bin] = [0.001, 40, 1 / BINS_A_SECOND];
  const currents = [W_E * I_0, W_I * I_0];
  const moves = [1 - step / TAU_E, step * GAMMA, 1 - step / TAU_I, step, NOISE * Math.sqrt(step)];
  const transfers = [EXCITATORY, INHIBITORY].map(({ a, b, d }) => [a, b, d]);
  const stream = Float64Array.of(11, 1213, 4321); // the generator of ketanet.luck
  const noise = [Array.from({ length: steps }, () => rows(2))];
  const [means, bold, fromE] = [rows(1), rows(1), rows(room)];
  let toI = 0;
  const block = (onE, onI) => {
    const { toE, toI: one } = weights(fibres, coupling, onE, onI);
    toI = one;
    toE.forEach((row, k) => row.forEach((value, m) => {
      fromE[m][k] = value;
    }));
  };
  let gating;
  let blood;
  let seconds;
  let average; // BOLD of each region, over the last seconds
  let now; // BOLD around that, in standard deviations of the brain without the drug
  let past; // the same, of the last 100 s, every 0.4 s
  const rest = () => {
    gating = [padded(free.gatingE), padded(free.gatingI)];
    blood = rows(4);
    for (let k = 0; k < room; k++) {
      const flow = 1 + gating[0][k] / ELIMINATION;
      const volume = flow ** STIFFNESS;
      [blood[1][k], blood[2][k]] = [flow, volume];
      blood[3][k] = (volume * (1 - (1 - EXTRACTION) ** (1 / flow))) / EXTRACTION;
    }
    kernels._flow(blood, [gating[0]], bin, bold);
    average = bold[0].slice();
    seconds = 0;
    past = [];
  };
  const advance = (bins) => {
    for (let k = 0; k < bins; k++) {
      for (const pair of noise[0]) for (const one of pair) kernels._fill(stream, one);
      kernels._advance(gating, noise, means, fromE, toI, inhibition, currents, moves, ...transfers);
      kernels._flow(blood, means, bin, bold);
      seconds += bin;
      bold[0].forEach((value, region) => {
        average[region] += (bin / SLOW) * (value - average[region]);
      });
      now = regions.map((_, region) => (bold[0][region] - average[region]) / spread);
      if (Math.round(seconds / bin) % 10 === 0) past = [...past.slice(-249), now];
    }
  };

  // What is seen: two views of the brain, two traces, a table.
  const drawing = makeElement("div", { className: "pixels" });
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 400 205");
  svg.setAttribute("role", "img");
  const dots = [];
  places.forEach(([x, y, z], k) => {
    const views = [[95 + x, 95 - y]];
    if (x < 0) views.push([295 - y, 110 - z]);
    for (const [across, down] of views) {
      const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      for (const [name, value] of Object.entries({ cx: across, cy: down, r: 6, stroke: "#777" })) dot.setAttribute(name, value);
      dots.push([dot, k]);
      svg.append(dot);
    }
  });
  for (const [x, words] of [[95, "from above"], [300, "from the left"]]) {
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    text.setAttribute("x", x);
    text.setAttribute("y", 202);
    text.textContent = words;
    svg.append(text);
  }
  drawing.append(svg);
  const plot = makeElement("div");
  const names = { "default mode": "default", executive: "executive", prefrontal: "prefrontal", hippocampus: "hippocampus" };
  const lines = Object.keys(names).map((name) => {
    const numbers = [makeElement("td"), makeElement("td")];
    return { name, numbers, row: makeElement("tr", {}, makeElement("th", { scope: "row", textContent: name }), ...numbers) };
  });
  const head = ["regions", "spikes a second", "BOLD (SD)"].map((textContent) => makeElement("th", { scope: "col", textContent }));
  const table = makeElement("table", {}, makeElement("caption", { textContent: "Now" }),
    makeElement("thead", {}, makeElement("tr", {}, ...head)), makeElement("tbody", {}, ...lines.map(({ row }) => row)));
  const says = makeElement("p");
  const status = makeElement("p");
  status.setAttribute("role", "status");

  const mean = (values, group) => group.reduce((sum, k) => sum + values[k], 0) / group.length;
  const correlate = (one, other) => {
    const [a, b] = [one, other].map((list) => list.map((x) => x - list.reduce((sum, y) => sum + y) / list.length));
    const product = (u, v) => u.reduce((sum, x, k) => sum + x * v[k], 0);
    return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
  };
  const linked = () => {
    const series = (k) => past.map((values) => values[k]);
    const pairs = groups.prefrontal.flatMap((k) => groups.hippocampus.map((m) => Math.atanh(correlate(series(k), series(m)))));
    return Math.tanh(pairs.reduce((sum, z) => sum + z) / pairs.length);
  };
  const showDots = () => {
    for (const [dot, k] of dots) dot.setAttribute("fill", colour(now[k] / 3));
  };
  const showNumbers = () => {
    const rates = means[0].map((s) => s / (1 - s) / (TAU_E * GAMMA));
    for (const { name, numbers } of lines) {
      numbers[0].textContent = told(mean(rates, groups[names[name]]), 1);
      numbers[1].textContent = told(mean(now, groups[names[name]]), 1);
    }
    const time = past.map((_, k) => seconds - 0.4 * (past.length - 1 - k));
    const trace = (name) => ({ kind: "line", label: name, x: time, y: past.map((all) => mean(all, groups[name])) });
    const axes = { title: "Simulated: BOLD of two groups of regions", x: "simulated time (s)", y: "SD around the slow mean" };
    if (past.length > 1) plot.replaceChildren(...drawPlot(["prefrontal", "hippocampus"].map(trace), axes, [], null, plot.clientWidth));
    const enough = past.length >= 100;
    says.textContent = `${Math.round(seconds)} s simulated. Coupling of prefrontal cortex and hippocampus over the last ${Math.round(0.4 * past.length)} s: ${enough ? `r = ${told(linked())}` : "needs 40 s"}.`;
    svg.setAttribute("aria-label", `94 regions from above and from the left, coloured by BOLD: red above its own mean, blue below. ${lines.map(({ name, numbers }) => `${name} ${numbers[1].textContent} SD`).join(", ")}.`);
  };

  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const handles = [["% taken from excitatory cells", "e"], ["% taken from interneurons", "i"]].map(([text, letter]) =>
    makeSlider(text, `${box.id}-${letter}`, { from: 0, to, step: 0.05, start: 0 }));
  if (still) says.setAttribute("role", "status"); // else it would never be silent
  const start = makeElement("button", { type: "button", textContent: still ? "Ten seconds on" : "Run" });
  const again = makeElement("button", { type: "button", textContent: "Back to rest" });
  box.append(...handles.map(({ row }) => row), makeElement("p", { className: "live-tools" }, start, again), status, drawing, makeScale("BOLD −3 SD", "3 SD"), plot, says, table);

  let going = false;
  let wrote = 0;
  const frame = (now) => {
    if (!going || !box.isConnected) return;
    const began = performance.now();
    for (let k = 0; k < 4 && performance.now() - began < 10; k++) advance(1);
    showDots();
    if (now - wrote > 300) {
      wrote = now;
      showNumbers();
    }
    requestAnimationFrame(frame);
  };
  const cut = () => block(...handles.map(({ input }) => input.value / 100));
  for (const { input } of handles) input.addEventListener("input", cut);
  const show = () => {
    showDots();
    showNumbers();
  };
  start.addEventListener("click", () => {
    if (still) {
      advance(10 * BINS_A_SECOND);
      show();
      return;
    }
    going = !going;
    start.textContent = going ? "Pause" : "Run";
    if (going) requestAnimationFrame(frame);
    else show();
    status.textContent = going ? "" : "Paused.";
  });
  again.addEventListener("click", () => {
    for (const { input } of handles) {
      input.value = 0;
      input.dispatchEvent(new Event("input"));
    }
    rest();
    advance(1);
    plot.replaceChildren();
    show();
    status.textContent = "The brain is at rest again, without the drug.";
  });
  cut();
  rest();
  advance(1);
  show();
};

const explorers = { preference, shortterm, running };
window.openExplorer = (fieldset) => {
  const box = makeElement("div", { className: "continuous", id: `${fieldset.dataset.name}-continuous` });
  fieldset.replaceChildren(fieldset.querySelector("legend"), box);
  explorers[fieldset.dataset.name](box, JSON.parse(fieldset.dataset.continuous));
  box.querySelector("input").focus();
};
