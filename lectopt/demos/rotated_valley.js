// needs: methods.js

// A race in a valley that one can turn. The start turns with it, so a method that treats all directions alike
// does the same at every angle. Each method has the best of its learning rates, for this angle or for none.

const NAMES = ["kappa", "angle", "start", "steps", "step", "tuned"];
const REACH = 9.5; // of the start from the bottom
const RATES = Array.from({ length: 110 }, (_, n) => +(10 ** ((n - 80) / 20)).toPrecision(3));

const RACERS = ["sgd", "momentum", "rmsprop", "adam"].map((id) => METHODS[id]);

// Along and across the valley, seen from the page.
function turn([along, across], degrees) {
  const angle = (degrees * Math.PI) / 180, c = Math.cos(angle), s = Math.sin(angle);
  return degrees ? [along * c - across * s, along * s + across * c] : [along, across];
}

const valley = (kappa, degrees) => (degrees ? turned([1, kappa], (degrees * Math.PI) / 180) : quadratic([1, kappa]));

function pathOf({ rule, more }, { kappa, start, steps }, degrees, lr) {
  return run(valley(kappa, degrees), turn(start, degrees), rule, { lr, ...more }, steps);
}

// The learning rate, of twenty in every power of ten, whose worst loss in the last tenth of the steps is lowest: the
// loss of the last step alone would reward a lucky swing.
function bestRate(racer, state, degrees) {
  const fun = valley(state.kappa, degrees), late = Math.floor(0.9 * state.steps);
  let best = [Infinity, RATES[0]];
  for (const lr of RATES) {
    const worst = Math.max(...pathOf(racer, state, degrees, lr).slice(late + 1).map((w) => fun(w)[0]));
    if (worst < best[0]) best = [worst, lr];
  }
  return best[1];
}

// The rates of all, kept until something changes that they depend on. Gradient descent and momentum do not see the
// angle.
const known = new Map();
function rateOf(racer, state, degrees) {
  const seen = racer.rule === sgd || racer.rule === momentum ? 0 : degrees;
  const key = [racer.name, state.kappa, state.start, state.steps, seen].join();
  if (known.size > 2000) known.clear();
  if (!known.has(key)) known.set(key, bestRate(racer, state, seen));
  return known.get(key);
}

function racers(state) {
  const fun = valley(state.kappa, state.angle), step = Math.min(state.step, state.steps), flat = quadratic([1, state.kappa]);
  return RACERS.map((racer) => {
    const straight = rateOf(racer, state, 0), lr = state.tuned ? rateOf(racer, state, state.angle) : straight;
    const path = pathOf(racer, state, state.angle, lr);
    const losses = path.map((w) => fun(w)[0]);
    return { ...racer, lr, path, losses, loss: losses[step], unturned: flat(pathOf(racer, state, 0, straight)[step])[0] };
  });
}

function outcome(runs, { angle }, step) {
  const order = [...runs].sort((a, b) => a.loss - b.loss);
  const said = order.map(({ name, loss }) => `${name} ${round(loss, 2)}`);
  return `${angle ? `Turned by ${round(angle)}°` : "Along the axes"}, the losses at step ${step}: ${said.join(", ")}.`;
}

function rings(panel, kappa, degrees) {
  const cx = panel.X(0), cy = panel.Y(0), unit = panel.X(1) - cx;
  return Array.from({ length: 10 }, (_, k) => `<ellipse class="contour" transform="rotate(${-degrees} ${cx} ${cy})" ` +
    `cx="${cx}" cy="${cy}" rx="${2 ** k * unit}" ry="${(2 ** k * unit) / Math.sqrt(kappa)}"/>`).join("");
}

function makeMap(write, read) {
  const panel = makePanel({ label: "the valley from above, with four paths", title: "w₂ (drag the start of the paths)",
    xTitle: "w₁", x: [-10, 10], y: [-10, 10], equal: true });
  const place = (point) => {
    const far = Math.max(1, Math.sqrt(point[0] * point[0] + point[1] * point[1]) / REACH);
    return turn(point, -read().angle).map((value) => +clamp(value / far, -REACH, REACH).toFixed(2));
  };
  const knob = makeKnob(panel, {
    name: "start",
    label: "start of the paths: arrow keys move it, with Shift finer",
    move: (at) => write({ start: place(at) }),
    nudge: (across, up) => {
      const [x, y] = turn(read().start, read().angle);
      write({ start: place([x + across / 4, y + up / 4]) });
    },
  });
  return Object.assign(panel, {
    drawMap({ kappa, angle, start }, paths) {
      const goal = stroke("goal", `M${panel.X(0) - 5} ${panel.Y(0)}h10m-5 -5v10`);
      panel.marks.innerHTML = rings(panel, kappa, angle) + goal + paths;
      panel.drawAxes(ticks(-10, 10, 4), ticks(-10, 10, 4));
      const words = `along the valley ${round(start[0])}, across it ${round(start[1])}`;
      knob.show(turn(start, angle), words, { now: start[0], min: -REACH, max: REACH });
    },
  });
}

function makeTable() {
  const rows = RACERS.map((racer) => {
    const cells = [make("td"), make("td"), make("td")];
    return { cells, node: make("tr", {}, make("th", { scope: "row" }, make("span", { class: "switch" }, sample(racer), racer.name)), ...cells) };
  });
  const head = ["method", "η", "loss", "at 0°"].map((words) => make("th", { scope: "col" }, words));
  return {
    node: make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows.map(({ node }) => node))),
    show(runs) {
      runs.forEach(({ lr, loss, unturned }, i) => [lr, loss, unturned].forEach((value, k) => {
        rows[i].cells[k].textContent = round(value, 2);
      }));
    },
  };
}

function makeSliders(write) {
  const angle = slider({
    name: "angle", label: "turned by", last: 90, input: (value) => write({ angle: value }),
    value: (n) => n, position: (degrees) => degrees, text: (degrees) => `${round(degrees)}°`,
  });
  const kappa = slider({
    name: "kappa", label: "condition number κ", last: 120, input: (value) => write({ kappa: value }),
    value: (n) => +(10 ** (n / 40)).toPrecision(3), position: (k) => 40 * Math.log10(k), text: (k) => round(k),
  });
  const step = slider({
    name: "step", label: "look at step", last: 100, input: (value) => write({ step: value }),
    value: (n) => n, position: (t) => t, text: String,
  });
  const steps = slider({
    name: "steps", label: "steps to run", last: 19, input: (value) => write({ steps: value, step: value }),
    value: (n) => 10 * (n + 1), position: (t) => t / 10 - 1, text: String,
  });
  return { angle, step, kappa, steps };
}

function makeSwitch(write) {
  const box = make("input", { type: "checkbox", "data-trait": "tuned" });
  box.addEventListener("change", () => write({ tuned: box.checked }));
  return {
    node: make("label", { class: "switch" }, box, "each at its best rate for this angle, not for 0°"),
    show(on) { box.checked = on; },
  };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "rotated_valley", "Figure to play with: a race of four methods in a valley that can be turned");
  const map = makeMap(write, read), loss = makeLoss("the loss of each method at every step");
  const sliders = makeSliders(write), tuned = makeSwitch(write), table = makeTable(), said = make("p", { class: "outcome" });
  root.append(
    make("div", { class: "panels" }, map.node, make("div", {}, loss.node, table.node)),
    make("div", { class: "controls" }, ...Object.values(sliders).map((s) => s.node), tuned.node),
    make("div", { class: "buttons" }, button("Along the axes", () => write({ angle: 0 })),
      button("Turn it by 45°", () => write({ angle: 45 })), button("Reset", () => write(first))),
    said);
  const announce = announcer(root);

  function draw(state) {
    const step = Math.min(state.step, state.steps), runs = racers(state);
    map.drawMap(state, runs.map((one) => sofar(map, one, one.path, step)).join(""));
    loss.drawLoss(state.steps, () => stroke("cursor", `M${loss.X(step)} 0V${loss.height}`) +
      runs.map((one) => sofar(loss, one, one.losses.map((value, t) => [t, Math.log10(value)]), step)).join(""));
    for (const name in sliders) sliders[name].show(name === "step" ? step : state[name], name === "step" ? state.steps : undefined);
    tuned.show(state.tuned);
    table.show(runs);
    said.textContent = outcome(runs, state, step);
    announce(said.textContent);
    const { kappa, angle, start, steps } = state;
    Object.assign(root.dataset, { kappa, angle, start: start.join(" "), steps, step, tuned: state.tuned });
    Object.assign(root.dataset, { rates: runs.map(({ lr }) => lr).join(" "), losses: runs.map((one) => one.loss).join(" ") });
  }
  return connect(model, NAMES, [map, loss], root, draw);
}

export default { render };
