/* What a cell has drawn, as SVG: the last result, and the one before it in grey. */
const drawPlot = (() => {
  const make = (name, settings = {}, text = "") => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(settings)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };
  const told = (value) => String(+value.toPrecision(3)).replace("-", "−").replace("e−", "e-");
  const ends = (drawn, key) => {
    let low = Infinity;
    let high = -Infinity;
    for (const part of drawn)
      for (const value of part[key])
        if (Number.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
    return low > high ? [0, 1] : [low, high];
  };
  const ticks = (low, high, count) => {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
    const found = [];
    for (let k = Math.ceil(low / step); k * step <= high + step / 1e6; k++) found.push(k * step);
    return found;
  };

  /* What an ear is told: where each curve is lowest and highest. */
  const described = (drawn, axes) => {
    const parts = drawn.map(({ kind, label, x, y }) => {
      const [low, high] = ends([{ y }], "y");
      const name = label || { line: "the line", points: "the points", bars: "the bars" }[kind];
      const at = (value) => told(x[y.indexOf(value)]);
      return `${name}: lowest ${told(low)} at ${at(low)}, highest ${told(high)} at ${at(high)}`;
    });
    return `${axes.title || "A plot without a title"}. ${axes.y || "y"} against ${axes.x || "x"}; ${parts.join("; ")}.`;
  };

  /* A long trace keeps, in each column of pixels, its lowest and its highest point. */
  const thinned = (x, y, toX, toY) => {
    const points = [];
    let column = null;
    let low = 0;
    let high = 0;
    const close = () => {
      if (column !== null) points.push(`${column},${low.toFixed(1)}`);
      if (column !== null && high > low) points.push(`${column},${high.toFixed(1)}`);
    };
    for (let k = 0; k < x.length; k++) {
      const here = +(x.length > 1500 ? Math.round(2 * toX(x[k])) / 2 : toX(x[k])).toFixed(1);
      const height = toY(y[k]);
      if (!Number.isFinite(height)) continue;
      if (here === column) {
        low = Math.min(low, height);
        high = Math.max(high, height);
        continue;
      }
      close();
      column = here;
      low = high = height;
    }
    close();
    return points.join(" ");
  };

  return (drawn, axes, before, guess, room, earlier = "the run before") => {
    const width = Math.max(300, Math.min(room, 660));
    const [height, left, right, top, bottom] = [Math.round(0.3 * width + 150), 58, 10, 44, 44];
    const every = [...before, ...drawn, ...(guess ? [guess] : [])];
    let [x0, x1] = ends(every, "x");
    let [y0, y1] = ends(every, "y");
    if (every.some(({ kind }) => kind === "bars")) {
      const { x } = drawn.find(({ kind }) => kind === "bars") || every[0];
      const half = x.length > 1 ? (x[1] - x[0]) / 2 : 0.5;
      [x0, x1, y0] = [x0 - half, x1 + half, Math.min(0, y0)];
    }
    if (x1 === x0) [x0, x1] = [x0 - 1, x1 + 1];
    if (y1 - y0 < 1e-12) [y0, y1] = [y0 - 1, y1 + 1];
    const air = 0.05 * (y1 - y0);
    y1 += air;
    if (y0 !== 0) y0 -= air;
    const toX = (x) => left + ((x - x0) / (x1 - x0)) * (width - left - right);
    const toY = (y) => height - bottom - ((y - y0) / (y1 - y0)) * (height - bottom - top);

    const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", class: "live-plot" });
    svg.setAttribute("aria-label", described(drawn, axes));
    svg.append(make("text", { x: 4, y: 18, class: "title" }, axes.title || ""));
    const frame = { x1: left, x2: width - right, class: "frame" };
    svg.append(make("line", { ...frame, y1: height - bottom, y2: height - bottom }));
    svg.append(make("line", { x1: left, x2: left, y1: top, y2: height - bottom, class: "frame" }));
    for (const x of ticks(x0, x1, Math.round(width / 75)))
      svg.append(make("text", { x: toX(x), y: height - bottom + 18, class: "tick-x" }, told(x)));
    for (const y of ticks(y0, y1, 5))
      svg.append(make("text", { x: left - 6, y: toY(y) + 4, class: "tick-y" }, told(y)));
    if (y0 < 0 && y1 > 0)
      svg.append(make("line", { ...frame, y1: toY(0), y2: toY(0), class: "zero" }));
    const middle = left + (width - left - right) / 2;
    svg.append(make("text", { x: middle, y: height - 6, class: "name-x" }, axes.x || ""));
    svg.append(make("text", { x: 4, y: top - 8, class: "name-y" }, axes.y || ""));

    const put = ({ kind, x, y }, look) => {
      if (kind === "line") {
        svg.append(make("polyline", { points: thinned(x, y, toX, toY), class: look }));
      } else if (kind === "points") {
        x.forEach((value, k) =>
          svg.append(make("circle", { cx: toX(value), cy: toY(y[k]), r: 4, class: look })));
      } else {
        const wide = (0.9 * (width - left - right) * (x[1] - x[0])) / (x1 - x0) || 20;
        x.forEach((value, k) => {
          const [a, b] = [toY(Math.max(y[k], 0)), toY(Math.min(y[k], 0))];
          svg.append(make("rect", { x: toX(value) - wide / 2, y: a, width: wide, height: b - a, class: look }));
        });
      }
    };
    for (const part of before) put(part, `${part.kind} before`);
    drawn.forEach((part, number) => put(part, `${part.kind} ink-${number % 4}`));
    if (guess) put(guess, "line guessed");

    const names = drawn.map(({ label }, number) => [label, `ink-${number % 4}`]).filter(([label]) => label);
    if (before.length) names.push([earlier, "before"]);
    if (guess) names.push(["your guess", "guessed"]);
    const legend = document.createElement("p");
    legend.className = "live-legend";
    for (const [label, look] of names) {
      const key = document.createElement("span");
      key.className = look;
      key.textContent = label;
      legend.append(key, " ");
    }
    return [svg, legend];
  };
})();
