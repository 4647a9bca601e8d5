// What five methods make of the digits, over learning rate and batch size: networks that were trained beforehand.

const NAMES = ["method", "rate", "batch", "test", "grid"];
const METHODS = {
  sgd: { name: "SGD", kind: "descent" },
  momentum: { name: "momentum", kind: "ball" },
  nesterov: { name: "Nesterov", kind: "nesterov" },
  rmsprop: { name: "RMSProp", kind: "rmsprop" },
  adam: { name: "Adam", kind: "adam" },
};
const IDS = Object.keys(METHODS);

// ---------------------------------------------------------------- what tools/grids.py has stored

// The accuracies of one cell in percent, one for each seed, and what they say.
function cell(grid, { method, rate, batch, test }) {
  const n = grid.seeds.length, at = (grid.batches.indexOf(batch) * grid.rates.length + grid.rates.indexOf(rate)) * n;
  const counts = grid[method][test ? "test" : "validation"].slice(at, at + n), images = grid.images[test ? 1 : 0];
  const all = counts.map((count) => (100 * count) / images), total = counts.reduce((sum, count) => sum + count, 0);
  const mean = (100 * total) / (images * n);
  const spread = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (n - 1));
  return { total, all, mean, spread, low: Math.min(...all), high: Math.max(...all) };
}

// The best cell of a method by the validation images, whatever is shown; of equals the smallest batch, then rate.
function best(grid, method, batches = grid.batches) {
  let found = null;
  for (const batch of batches) {
    for (const rate of grid.rates) {
      const { total } = cell(grid, { method, rate, batch, test: false });
      if (!found || total > found.total) found = { rate, batch, total };
    }
  }
  return { method, rate: found.rate, batch: found.batch };
}

const last = (list) => list[list.length - 1];

// At which sides of the grid a cell lies: beyond them nothing was tried.
function edges(grid, { rate, batch }) {
  return [
    rate === grid.rates[0] && "lowest rate", rate === last(grid.rates) && "highest rate",
    batch === grid.batches[0] && "smallest batch", batch === last(grid.batches) && "largest batch",
  ].filter(Boolean);
}

const tickAt = (grid) => grid.rates.map((rate, n) => [n, n % 3 ? "" : +rate.toPrecision(1)]);
const percent = (value) => value.toFixed(1);

function outcome(grid, state) {
  const { mean, spread } = cell(grid, state), top = best(grid, state.method), { name } = METHODS[state.method];
  const what = `${name}, rate ${round(state.rate, 2)}, batch ${state.batch}: ${percent(mean)} ± ${percent(spread)} %${state.test ? " (test)" : ""}`;
  if (mean < 15) return `${what}: it guesses.`;
  if (top.rate === state.rate && top.batch === state.batch) {
    const at = edges(grid, state);
    return `${what}: its best cell` + (at.length ? `, at the edge (${at.join(", ")}).` : ".");
  }
  const less = cell(grid, { ...top, test: state.test }).mean - mean;
  return `${what}, ${less < 0 ? `${percent(-less)} more than` : less < 0.05 ? "as good as" : `${percent(less)} below`} its best cell.`;
}

// ---------------------------------------------------------------- drawing

// Accuracy on a scale where each factor of the error has one width: 90, 99 % are as far apart as 0 and 90.
const height = (accuracy) => -Math.log10(1.003 - accuracy / 100);
const depth = (accuracy) => clamp((height(accuracy) - height(10)) / (height(98) - height(10)), 0.02, 1);
const dots = (panel, points) => points.map(([x, y]) => `M${panel.X(x).toFixed(1)} ${panel.Y(y).toFixed(1)}h0`).join("");

function drawMap(map, grid, state) {
  const { rates, batches } = grid, across = map.X(1) - map.X(0), up = map.Y(0) - map.Y(1);
  const box = (i, j, less = 0) => `M${map.X(i - 0.5) + less} ${map.Y(j + 0.5) + less}h${across - 2 * less}v${up - 2 * less}h${2 * less - across}z`;
  let cells = "", points = [];
  batches.forEach((batch, j) => rates.forEach((rate, i) => {
    const { mean } = cell(grid, { ...state, rate, batch });
    cells += `<path class="bar" style="fill-opacity:${depth(mean).toFixed(2)}" d="${box(i, j)}"/>`;
    points.push([i, j]);
  }));
  const top = best(grid, state.method), i = rates.indexOf(top.rate), j = batches.indexOf(top.batch);
  const frame = `M${map.X(-0.5)} ${map.Y(-0.5)}H${map.X(rates.length - 0.5)}V${map.Y(batches.length - 0.5)}H${map.X(-0.5)}z`;
  map.marks.innerHTML = cells + stroke("cloud", dots(map, points)) + stroke("flat", frame) +
    stroke(edges(grid, top).length ? "limit" : "goal", box(i, j, 2));
  map.drawAxes(tickAt(grid), batches.map((batch, n) => [n, batch]));
  const now = rates.indexOf(state.rate);
  map.knob.show([now, batches.indexOf(state.batch)],
    `learning rate ${round(state.rate, 2)}, batch ${state.batch}, ${percent(cell(grid, state).mean)} percent`, { now, min: 0, max: rates.length - 1 });
}

// All methods at this batch size; the chosen one with all its seeds.
function drawRow(row, grid, state) {
  const line = (method) => row.line(grid.rates.map((rate, i) => [i, height(cell(grid, { ...state, method, rate }).mean)]));
  const seeds = grid.rates.flatMap((rate, i) => cell(grid, { ...state, rate }).all.map((x) => [i, height(x)]));
  const kind = METHODS[state.method].kind, at = row.X(grid.rates.indexOf(state.rate));
  row.drawAxes(tickAt(grid), [10, 50, 80, 90, 95, 98].map((a) => [height(a), `${a} %`]));
  row.marks.innerHTML = IDS.filter((id) => id !== state.method).map((id) => stroke(`behind ${METHODS[id].kind}`, line(id))).join("") +
    stroke("cursor", `M${at} 0V${row.height}`) + stroke("cloud", dots(row, seeds)) + stroke(kind, line(state.method));
}

// A row for each method: its best cell, and how it does there. The button goes there.
function makeTable(grid, write) {
  const head = ["best of each", "rate · batch", "validation", "test"], rows = {};
  for (const id of IDS) {
    const top = best(grid, id), at = edges(grid, top), { name, kind } = METHODS[id];
    const [seen, unseen] = [false, true].map((test) => cell(grid, { ...top, test }));
    const line = make("svg", { class: "swatch-line", "aria-hidden": "true" }, make("path", { class: kind, d: "M0 9h30" }));
    rows[id] = make("tr", {}, make("th", { scope: "row" }, button(name, () => write(top)), line),
      ...[`${round(top.rate, 2)} · ${top.batch}${at.length ? " (edge)" : ""}`, ...[seen, unseen].map(({ mean, spread }) => `${percent(mean)}\u00a0±\u00a0${percent(spread)}`)]
        .map((words) => make("td", {}, words)));
  }
  return make("table", {}, make("thead", {}, make("tr", {}, ...head.map((words) => make("th", { scope: "col" }, words)))),
    make("tbody", {}, ...Object.values(rows)));
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read(), { grid } = first, { rates, batches } = grid;
  delete first.grid;
  const root = makeRoot(el, "accuracy_grid", "Figure to play with: accuracy over learning rate, batch size and method");
  const near = (list, n) => list[clamp(Math.round(n), 0, list.length - 1)];
  const onto = ([i, j]) => write({ rate: near(rates, i), batch: near(batches, j) });
  const map = makePanel({
    label: "map of accuracy", title: "batch size (drag to a cell)", xTitle: "learning rate η",
    x: [-0.8, rates.length - 0.2], y: [-0.8, batches.length - 0.2], ratio: 0.62,
  });
  map.knob = makeKnob(map, {
    name: "cell", label: "cell of the grid: arrow keys move from cell to cell", move: onto,
    nudge: (across, up) => onto([rates.indexOf(read().rate) + Math.sign(across), batches.indexOf(read().batch) + Math.sign(up)]),
  });
  const row = makePanel({
    label: "accuracy against the learning rate", title: "accuracy at this batch size", xTitle: "learning rate η",
    x: [-0.8, rates.length - 0.2], y: [0, height(99)], ratio: 0.62,
  });
  row.svg.addEventListener("click", (event) => {
    const [i] = row.data(row.pixel(event));
    write({ rate: near(rates, i) });
  });
  const pick = make("select", { "data-trait": "method" }, ...IDS.map((id) => make("option", { value: id }, METHODS[id].name)));
  pick.addEventListener("change", () => write({ method: pick.value }));
  const test = make("input", { type: "checkbox", "data-trait": "test" });
  test.addEventListener("change", () => write({ test: test.checked }));
  const said = make("p", { class: "outcome" }), seeds = make("p", { class: "legend" });
  const swatches = [10, 50, 80, 90, 95, 98].map((a) => make("span", { class: "item" }, make("span", { class: "swatch", style: `--depth: ${depth(a)}` }), `${a}\u00a0%`));
  const keys = make("div", { class: "legend" }, make("span", { class: "whole" }, "Bluer is better. Mean over the seeds:"), ...swatches,
    make("span", { class: "whole" }, `Trained beforehand: a dot in the map is a place of the grid, with ${grid.seeds.length} networks for each method. Between the dots and outside of the dashed frame there is nothing. A frame around a cell: the best one; in red, if it lies at the edge.`));
  root.append(
    make("div", { class: "controls" },
      make("label", { class: "control" }, make("span", {}, "method"), pick),
      make("label", { class: "switch" }, test, "show the test images")),
    make("div", { class: "panels" }, map.node, row.node), keys,
    make("div", { class: "buttons" },
      button("Snap to the best cell", () => write(best(grid, read().method))),
      button("Best of this batch size", () => write(best(grid, read().method, [read().batch]))),
      button("Break it", () => write({ rate: last(rates) })),
      button("Reset", () => write(first))),
    said, seeds, makeTable(grid, write));
  const announce = announcer(root);

  function draw(state) {
    const seen = cell(grid, state);
    drawMap(map, grid, state);
    drawRow(row, grid, state);
    pick.value = state.method;
    test.checked = state.test;
    said.textContent = outcome(grid, state);
    seeds.textContent = `Seeds ${grid.seeds.join(", ")}: ${seen.all.map(percent).join(", ")} %. The ± is their standard deviation.`;
    announce(said.textContent);
    const { method, rate, batch } = state, top = best(grid, method);
    Object.assign(root.dataset, {
      method, rate, batch, shown: state.test ? "test" : "validation", mean: seen.mean, spread: seen.spread,
      best: `${top.rate} ${top.batch}`, edges: edges(grid, top).join(", "),
    });
  }
  return connect(model, NAMES, [map, row], root, draw);
}

export default { render };
