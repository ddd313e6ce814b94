/* Python in a worker: it sees no page, no storage and no network. What starts MicroPython, the
   package's kernels and their list stand before this in the same text. */
for (const door of [
  "fetch", "XMLHttpRequest", "WebSocket", "WebTransport", "EventSource", "importScripts", "caches",
  "indexedDB", "BroadcastChannel", "Worker", "SharedWorker", "navigator",
])
  for (let place = self; place; place = Object.getPrototypeOf(place))
    if (Object.hasOwn(place, door)) delete place[door];

let python;
let found;
const doubles = (place, count) => new Float64Array(python._module.HEAPU8.buffer, place, count);
const isRow = (value) => ArrayBuffer.isView(value);
const isTable = (value) =>
  value.length > 0 && value.every((row) => isRow(row) && row.length === value[0].length);

const bridge = {
  ...kernels,
  share: doubles,
  share_table: (place, rows, columns) =>
    Array.from({ length: rows }, (_, row) => doubles(place + 8 * columns * row, columns)),
  kind(value) {
    if (typeof value === "number") return "number";
    if (value === undefined || value === null) return "nothing";
    if (isRow(value)) return "row";
    return isTable(value) ? "table" : "list";
  },
  size: (value) => value.length,
  width: (value) => value[0].length,
  at: (value, place) => value[place],
  copy(value, place) {
    const rows = isRow(value) ? [value] : value;
    const into = doubles(place, rows.length * rows[0].length);
    rows.forEach((row, number) => into.set(row, number * row.length));
  },
  draw: (kind, x, y, count, label) =>
    found.drawn.push({ kind, label, x: doubles(x, count).slice(), y: doubles(y, count).slice() }),
  name_axes: (title, x, y) => {
    found.axes = { title, x, y };
  },
};

const started = async ({ wasm, files }) => {
  const unpacked = new Blob([wasm]).stream().pipeThrough(new DecompressionStream("gzip"));
  const wasmBinary = new Uint8Array(await new Response(unpacked).arrayBuffer());
  const told = (line) => found && (found.text += `${line}\n`);
  python = await loadMicroPython({ wasmBinary, heapsize: 48e6, stdout: told });
  python.registerJsModule("kernels", bridge);
  for (const [name, text] of Object.entries(files)) {
    const folder = name.slice(0, name.lastIndexOf("/"));
    if (folder && !python.FS.analyzePath(folder).exists) python.FS.mkdir(folder);
    python.FS.writeFile(name, text);
  }
  python.runPython(files["/start.py"]);
};

/* One line: what went wrong, and in which line of the cell. */
const readable = (error) => {
  const lines = String(error.message).split("\n").map((line) => line.trim()).filter(Boolean);
  const said = lines.filter((line) => !line.startsWith("at ")).at(-1);
  const places = lines.map((line) => line.match(/^File "<string>", line (\d+)/)).filter(Boolean);
  return { line: places.length ? +places.at(-1)[1] : null, said };
};

self.onmessage = async ({ data }) => {
  if (data.wasm) {
    try {
      await started(data);
      self.postMessage({ ready: true });
    } catch (error) {
      self.postMessage({ failed: String(error.message || error) });
    }
    return;
  }
  found = { text: "", drawn: [], axes: {}, error: null, answer: null };
  try {
    const answer = python.globals.get("run_cell")(data.code);
    found.answer = answer ?? null;
  } catch (error) {
    found.error = readable(error);
  }
  self.postMessage(found);
};
