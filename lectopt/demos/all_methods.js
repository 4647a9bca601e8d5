// needs: methods.js

// The race of all methods, on a surface and from a start that one chooses, each with a learning rate of its own.

const NAMES = ["surface", "kappa", "start", "steps", "step", "shown", "method", "rates"];
const ARRIVED = 1e-4, RATE_MIN = 1e-5, RATE_MAX = 100;

const names = Object.keys(METHODS);

// Every surface has its lowest value, 0, at its goals. The rates are sensible ones, in the order of METHODS.
const VALLEY = { x: [-10, 10], y: [-4, 4], start: [-9, 3], goals: [[0, 0]] };
const SURFACES = {
  valley: { name: "narrow valley", ...VALLEY, angle: 0, fun: (kappa) => quadratic([1, kappa]),
    rates: (kappa) => [1.8 / kappa, 0.5 / kappa, 1 / kappa, 2, 0.1, 0.15, 0.35] },
  turned: { name: "valley, turned", ...VALLEY, angle: 45, fun: (kappa) => turned([1, kappa], Math.PI / 4),
    rates: (kappa) => [1.8 / kappa, 0.5 / kappa, 1 / kappa, 5, 0.25, 0.25, 1.5] },
  rosenbrock: { name: "banana (Rosenbrock)", x: [-2.4, 2.4], y: [-0.7, 1.7], start: [-1.2, 1], goals: [[1, 1]],
    fun: () => rosenbrock, rates: () => [0.002, 0.001, 0.001, 0.5, 0.1, 0.03, 0.2] },
  wells: { name: "saddle, two minima", x: [-2.8, 2.8], y: [-1.2, 1.8], start: [0.01, 1.5], goals: [[-1, 0], [1, 0]],
    fun: () => doubleWell, rates: () => [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1] },
  beale: { name: "walls, plain (Beale)", x: [-1, 5], y: [-1.3, 1.6], start: [1, 1.2], goals: [[3, 0.5]],
    fun: () => beale, rates: () => [0.03, 0.01, 0.01, 0.3, 0.03, 0.02, 0.15] },
};

const inside = ({ x, y }, [a, b]) => [clamp(a, ...x), clamp(b, ...y)];
const rateOf = (pairs, sensible, name) => Object.fromEntries(pairs)[name] ?? sensible[names.indexOf(name)];
const inBounds = (rate) => +clamp(rate, RATE_MIN, RATE_MAX).toPrecision(3);

function runOf(fun, start, name, lr, steps) {
  const { rule, more } = METHODS[name];
  return run(fun, start, rule, { lr, ...more }, steps);
}

// The learning rate, of twenty in every power of ten, that ends lowest.
function bestRate(fun, start, name, steps) {
  let best = [Infinity, RATE_MIN];
  for (let n = -80; n <= 20; n++) {
    const lr = +(10 ** (n / 20)).toPrecision(3), loss = fun(runOf(fun, start, name, lr, steps)[steps])[0];
    if (loss < best[0]) best = [loss, lr];
  }
  return best[1];
}

// All that is to be seen of a method, up to and at a step.
function racer(fun, start, name, lr, steps, step) {
  const path = runOf(fun, start, name, lr, steps), losses = path.map((w) => fun(w)[0]);
  const arrived = losses.findIndex((loss) => loss <= ARRIVED);
  const lost = !(losses[step] < 1e3 * Math.max(1, losses[0]));
  return { ...METHODS[name], id: name, lr, path, losses, arrived, lost, loss: losses[step] };
}

const list = (words) => words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}` : words.join();

function outcome(racers, step) {
  const able = racers.filter(({ lost }) => !lost).sort((a, b) => a.loss - b.loss);
  const lost = racers.filter((one) => one.lost).map(({ name }) => name);
  const at = ({ name, loss }) => `${name} with loss ${round(loss, 2)}`;
  let words = racers.length ? `At step ${step}` : "No method is switched on.";
  if (able.length) words += ` the first is ${at(able[0])}` + (able.length > 1 ? `, the last ${at(able[able.length - 1])}` : "");
  if (able.length && lost.length) words += ";";
  if (lost.length) words += ` ${list(lost)} ${lost.length > 1 ? "have" : "has"} diverged`;
  return racers.length ? `${words}.` : words;
}

// ---------------------------------------------------------------- drawing

// Level lines by marching squares: in each small square, from edge to edge where the level is crossed.
function levelLines(panel, fun) {
  const across = 84, up = Math.round((across * panel.height) / panel.width);
  const at = (i, j) => panel.data([(i / across) * panel.width, (j / up) * panel.height]);
  const heights = Array.from({ length: up + 1 }, (_, j) => Array.from({ length: across + 1 }, (_, i) => fun(at(i, j))[0]));
  const top = Math.max(...heights.flat());
  let d = "";
  for (let n = 1; n < 10; n++) {
    const level = top * (n / 10) ** 4;
    for (let j = 0; j < up; j++) for (let i = 0; i < across; i++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]], ends = [];
      corners.forEach(([a, b], k) => {
        const [c, e] = corners[(k + 1) % 4], low = heights[b][a] - level, high = heights[e][c] - level;
        if (low < 0 === high < 0) return;
        const share = low / (low - high);
        ends.push([((a + share * (c - a)) / across) * panel.width, ((b + share * (e - b)) / up) * panel.height]);
      });
      ends.forEach(([x, y], k) => { d += `${k % 2 ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`; });
    }
  }
  return stroke("contour", d);
}

function rings(panel, kappa, angle) {
  const cx = panel.X(0), cy = panel.Y(0), unit = panel.X(1) - cx;
  return Array.from({ length: 10 }, (_, k) => `<ellipse class="contour" transform="rotate(${-angle} ${cx} ${cy})" ` +
    `cx="${cx}" cy="${cy}" rx="${2 ** (k - 1) * unit}" ry="${(2 ** (k - 1) * unit) / Math.sqrt(kappa)}"/>`).join("");
}

function makeMap(write, read) {
  const panel = makePanel({ label: "the surface from above, with a path for each method", title: "w₂ (drag the start of the paths)",
    xTitle: "w₁", ...VALLEY, equal: true });
  const levels = make("g", { "aria-hidden": "true" });
  panel.plot.insertBefore(levels, panel.marks);
  const place = (at) => inside(panel, at).map((value) => +value.toFixed(3));
  const step = () => (panel.x[1] - panel.x[0]) / 80;
  const knob = makeKnob(panel, {
    name: "start",
    label: "start of the paths: arrow keys move it, with Shift finer",
    move: (at) => write({ start: place(at) }),
    nudge: (across, up) => {
      const [x, y] = inside(panel, read().start);
      write({ start: place([x + across * step(), y + up * step()]) });
    },
  });
  panel.node.classList.add("wide");
  let drawn;
  return Object.assign(panel, {
    drawMap(surface, kappa, fun, start, marks) {
      Object.assign(panel, { x: surface.x, y: surface.y });
      panel.fit();
      const now = [surface.name, kappa, panel.width].join();
      if (now !== drawn) levels.innerHTML = "angle" in surface ? rings(panel, kappa, surface.angle) : levelLines(panel, fun);
      drawn = now;
      const goals = surface.goals.map(([x, y]) => stroke("goal", `M${panel.X(x) - 5} ${panel.Y(y)}h10m-5 -5v10`));
      panel.marks.innerHTML = goals.join("") + marks();
      panel.drawAxes(ticks(...surface.x, 4), ticks(...surface.y, 4));
      knob.show(start, `w₁ ${round(start[0])}, w₂ ${round(start[1])}`, { now: start[0], min: surface.x[0], max: surface.x[1] });
    },
  });
}

// ---------------------------------------------------------------- controls

function select(name, label, options, pick) {
  const box = make("select", { "data-trait": name }, ...options.map(([value, words]) => make("option", { value }, words)));
  box.addEventListener("change", () => pick(box.value));
  return { node: make("label", { class: "control" }, make("span", {}, label), box), show(value) { box.value = value; } };
}

function makeControls(read, write, rate) {
  const surface = select("surface", "surface", Object.entries(SURFACES).map(([id, { name }]) => [id, name]),
    (id) => write({ surface: id, start: SURFACES[id].start, rates: [] }));
  const method = select("method", "learning rate of", names.map((id) => [id, METHODS[id].name]),
    (id) => write({ method: id, shown: names.filter((one) => one === id || read().shown.includes(one)) }));
  const lr = slider({
    name: "lr", label: "its learning rate η", last: 140, text: (lr) => round(lr),
    input: (lr) => write({ rates: [...read().rates.filter(([id]) => id !== read().method), [read().method, lr]] }),
    value: (n) => inBounds(10 ** (n / 20 - 5)), position: (lr) => 20 * (Math.log10(lr) + 5),
  });
  const step = slider({
    name: "step", label: "look at step", last: 100, input: (value) => write({ step: value }),
    value: (n) => n, position: (t) => t, text: String,
  });
  const steps = slider({
    name: "steps", label: "steps to run", last: 49, input: (value) => write({ steps: value, step: value }),
    value: (n) => 10 * (n + 1), position: (t) => t / 10 - 1, text: String,
  });
  const kappa = slider({
    name: "kappa", label: "condition number κ", last: 120, input: (value) => write({ kappa: value }),
    value: (n) => +(10 ** (n / 40)).toPrecision(3), position: (k) => 40 * Math.log10(k), text: (k) => round(k),
  });
  return {
    nodes: [surface, kappa, step, steps, method, lr].map(({ node }) => node),
    show(state, step_) {
      surface.show(state.surface);
      method.show(state.method);
      lr.show(rate(state, state.method));
      step.show(step_, state.steps);
      steps.show(state.steps);
      kappa.show(state.kappa);
      kappa.node.style.display = "angle" in SURFACES[state.surface] ? "" : "none";
    },
  };
}

// A row for each method: its switch, its line and shape, and how it does.
function makeTable(read, write) {
  const head = ["method", "η", "loss", "steps to 10⁻⁴"];
  const rows = names.map((id) => {
    const { name } = METHODS[id], box = make("input", { type: "checkbox", "data-method": id });
    box.addEventListener("change", () =>
      write({ shown: names.filter((one) => (one === id ? box.checked : read().shown.includes(one))) }));
    const cells = [make("td"), make("td"), make("td")];
    return { id, box, cells, node: make("tr", {}, make("th", { scope: "row" }, make("label", { class: "switch" }, box, sample(METHODS[id]), name)), ...cells) };
  });
  return {
    node: make("table", {}, make("thead", {}, make("tr", {}, ...head.map((words) => make("th", { scope: "col" }, words)))),
      make("tbody", {}, ...rows.map(({ node }) => node))),
    show(state, racers, rate) {
      for (const { id, box, cells } of rows) {
        const one = racers.find((racer) => racer.id === id);
        box.checked = Boolean(one);
        const words = one ? [one.lost ? "diverged" : round(one.loss, 2), one.arrived < 0 ? `> ${state.steps}` : one.arrived] : ["", ""];
        [round(rate(state, id)), ...words].forEach((word, i) => { cells[i].textContent = word; });
      }
    },
  };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const rate = (state, name) => rateOf(state.rates, SURFACES[state.surface].rates(state.kappa), name);
  const scale = (factor) => write({ rates: names.map((name) => [name, inBounds(factor * rate(read(), name))]) });
  const root = makeRoot(el, "all_methods", "Figure to play with: a race of seven methods");
  const map = makeMap(write, read), loss = makeLoss("the loss of each method at every step");
  const controls = makeControls(read, write, rate), table = makeTable(read, write), said = make("p", { class: "outcome" });
  const snap = () => {
    const { surface, kappa, start, steps } = read(), fun = SURFACES[surface].fun(kappa), from = inside(SURFACES[surface], start);
    write({ rates: names.map((name) => [name, bestRate(fun, from, name, steps)]) });
  };
  root.append(
    make("div", { class: "panels" }, map.node, loss.node, make("div", { class: "controls" }, ...controls.nodes)),
    make("div", { class: "buttons" }, button("Snap to the best rates", snap), button("All rates × 10", () => scale(10)),
      button("All rates ÷ 10", () => scale(0.1)), button("Sensible rates", () => write({ rates: [] })), button("Reset", () => write(first))),
    said, table.node);
  const announce = announcer(root);

  function draw(state) {
    const { kappa, steps, shown } = state, surface = SURFACES[state.surface], step = Math.min(state.step, steps);
    const fun = surface.fun(kappa), start = inside(surface, state.start);
    const racers = names.filter((name) => shown.includes(name))
      .map((name) => racer(fun, start, name, rate(state, name), steps, step));
    map.drawMap(surface, kappa, fun, start, () => racers.map((one) => sofar(map, one, one.path, step)).join(""));
    loss.drawLoss(steps, () => stroke("cursor", `M${loss.X(step)} 0V${loss.height}`) +
      racers.map((one) => sofar(loss, one, one.losses.map((value, t) => [t, Math.log10(value)]), step)).join(""));
    controls.show(state, step);
    table.show(state, racers, rate);
    said.textContent = outcome(racers, step);
    announce(said.textContent);
    Object.assign(root.dataset, { surface: state.surface, kappa, start: start.join(" "), steps, step, shown: shown.join(" ") });
    Object.assign(root.dataset, { method: state.method, rates: names.map((name) => rate(state, name)).join(" ") });
    root.dataset.losses = racers.map((one) => one.loss).join(" ");
  }
  return connect(model, NAMES, [map, loss], root, draw);
}

export default { render };
