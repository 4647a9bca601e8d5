// Gradient descent on the saddle f = (x² - y²) / 2, started at the distance `offset` from its ridge y = 0,
// with or without noise on the gradient: how many steps until |y| >= 1, and how that grows with log(1/offset).

const NAMES = ["w1", "offset", "noise", "lr", "seed"];
const MOST = 4000; // steps after which we stop waiting
const GRID = Array.from({ length: 33 }, (_, i) => 10 ** ((i - 32) / 2)); // offsets of the curve

// A seeded generator (mulberry32) and numbers of mean 0 and variance 1: twelve uniform ones, summed, less 6.
// All is exact in binary, so Python gets the same bits. One long list for a seed, two numbers for each step.
function uniform(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function deviates(seed) {
  const draw = uniform(seed), list = new Float64Array(2 * MOST);
  for (let i = 0; i < list.length; i++) {
    let sum = 0;
    for (let k = 0; k < 12; k++) sum += draw();
    list[i] = sum - 6;
  }
  return list;
}

let drawn = { seed: null };
function deviatesOf(seed) {
  if (drawn.seed !== seed) drawn = { seed, list: deviates(seed) };
  return drawn.list;
}

// As lectopt.noisy(saddle, sigma, rng): it draws two numbers at every call.
function noisySaddle(sigma, list) {
  let i = 0;
  return (w) => {
    const [loss, g] = saddle(w);
    return [loss, [g[0] + sigma * list[i++], g[1] + sigma * list[i++]]];
  };
}

// The first step at which |y| >= 1, or null.
function escape({ w1, offset, noise, lr, seed }) {
  const fun = noisySaddle(noise, deviatesOf(seed)), w = [w1, offset];
  for (let t = 0; t < MOST; t++) {
    if (Math.abs(w[1]) >= 1) return t;
    sgd(w, fun(w)[1], null, { lr });
  }
  return Math.abs(w[1]) >= 1 ? MOST : null;
}

// Without noise y grows by the factor 1 + η a step.
const predicted = (offset, lr) => Math.log(1 / offset) / Math.log(1 + lr);

// What one sees, in words.
function outcome(state) {
  const count = escape(state), plain = state.noise ? escape({ ...state, noise: 0 }) : count;
  const steps = (n) => n === null ? `not within ${MOST} steps` : `after ${n} step${n === 1 ? "" : "s"}`;
  let words = `It has escaped ${steps(count)}; ln(1/offset) / ln(1 + η) = ${round(predicted(state.offset, state.lr), 4)}.`;
  if (state.noise) words = `It has escaped ${steps(count)}; without noise, ${steps(plain)}.`;
  if (count === null) words = `It has not escaped within ${MOST} steps.`;
  if (count === null && state.noise && plain !== null) words = `It has not escaped within ${MOST} steps; without noise, ${steps(plain)}.`;
  if (state.noise && count !== null && plain === null) words = `It has escaped ${steps(count)}; without noise it never would.`;
  if (!state.noise && state.offset === 0) words = "It never escapes: exactly on the ridge nothing pushes it off, and it walks into the saddle point.";
  return { count, plain, words };
}

// ---------------------------------------------------------------- panels

const BOX = { x: [-1.6, 1.6], y: [-1.1, 1.1] };
const small = (value) => value ? round(value) : "0";

function makeSaddle(read, write) {
  const panel = makePanel({
    label: "the saddle from above, with the path of gradient descent", title: "w₂ (drag the start of the path)", xTitle: "w₁",
    ...BOX, equal: true,
  });
  const place = (x, y) => ({ w1: +clamp(x, -1.5, 1.5).toFixed(2), offset: clamp(y < 0.005 ? 0 : +y.toFixed(2), 0, 1) });
  panel.knob = makeKnob(panel, {
    name: "start",
    label: "start of the path: arrow keys move it, with Shift finer",
    move: ([x, y]) => write(place(x, y)),
    nudge: (across, up) => write(place(read().w1 + across / 10, read().offset + up / 20)),
  });
  return panel;
}

function hyperbolas(panel) {
  const ys = Array.from({ length: 23 }, (_, i) => -1.1 + i / 10), xs = Array.from({ length: 33 }, (_, i) => -1.6 + i / 10);
  let d = panel.line([[-2, -2], [2, 2]]) + panel.line([[-2, 2], [2, -2]]);
  for (const r of [0.25, 0.5, 0.75, 1, 1.25, 1.5]) {
    for (const side of [-1, 1]) {
      d += panel.line(ys.map((y) => [side * Math.sqrt(r * r + y * y), y])) + panel.line(xs.map((x) => [x, side * Math.sqrt(r * r + x * x)]));
    }
  }
  return stroke("contour", d);
}

function drawSaddle(panel, { w1, offset }, path) {
  const way = panel.line(path), far = panel.line([[-2, 1], [2, 1]]) + panel.line([[-2, -1], [2, -1]]);
  const goal = stroke("goal", `M${panel.X(0) - 5} ${panel.Y(0)}h10m-5 -5v10`);
  panel.marks.innerHTML = hyperbolas(panel) + stroke("limit", far) + goal + stroke("ball", way) +
    stroke("ball dots", way.replace(/L/g, "h0M") + "h0");
  panel.drawAxes(ticks(...BOX.x, 4), ticks(...BOX.y, 4));
  panel.knob.show([w1, offset], `w₁ ${round(w1)}, offset ${small(offset)}`, { now: w1, min: -1.5, max: 1.5 });
}

function makeCounts(read, write) {
  const panel = makePanel({
    label: "steps until it has escaped, against the offset", title: "steps until it has escaped (drag the offset)",
    xTitle: "offset from the ridge", x: [-16.5, 0], y: [0, 1], ratio: 0.5,
  });
  const place = (x) => ({ offset: x < -16.2 ? 0 : +(10 ** clamp(x, -16, 0)).toPrecision(2) });
  panel.knob = makeKnob(panel, {
    name: "offset",
    label: "offset: arrow keys left and right, with Shift finer",
    move: ([x]) => write(place(x)),
    nudge: (across) => write(place(Math.log10(read().offset || 10 ** -16.5) + across / 2)),
  });
  return panel;
}

function drawCounts(panel, state, { count }) {
  const counts = (noise) => GRID.map((offset) => [Math.log10(offset), escape({ ...state, noise, offset }) ?? NaN]);
  const line = (points) => panel.line(points.filter(([, n]) => !Number.isNaN(n)));
  const plain = counts(0), noisy = state.noise ? counts(state.noise) : plain;
  const x = state.offset ? Math.max(Math.log10(state.offset), -16) : -16.5;
  panel.y = [0, 1.15 * Math.max(20, predicted(1e-16, state.lr))];
  panel.marks.innerHTML = stroke("descent", line(plain)) + (state.noise ? stroke("ball", line(noisy)) : "");
  panel.drawAxes([-16, -12, -8, -4, 0].map((n) => [n, n ? power(n) : "1"]), ticks(...panel.y, 4));
  const words = count === null ? "never escapes" : `${count} steps`;
  panel.knob.show([x, count ?? panel.y[1]], `offset ${small(state.offset)}: ${words}`, { now: state.offset, min: 0, max: 1 });
}

function drawLevels(panel, fun, path) {
  panel.x = [0, path.length - 1];
  panel.drawAxes(ticks(...panel.x, 4), [-0.5, 0, 0.5, 1].map((n) => [n, n]));
  panel.marks.innerHTML = stroke("grid", `M0 ${panel.Y(0)}h${panel.width}`) +
    stroke("ball", panel.line(path.map((w, t) => [t, fun(w)[0]])));
}

// ---------------------------------------------------------------- controls

// Position 0 is the value 0; the others are powers of ten, four to each.
const logSlider = (name, label, last, write, say) => slider({
  name, label, last, input: (value) => write({ [name]: value }),
  value: (n) => n ? +(10 ** ((n - last) / 4)).toPrecision(3) : 0,
  position: (v) => v ? Math.max(1, last + 4 * Math.log10(v)) : 0, text: say,
});

function makeSliders(write) {
  const offset = logSlider("offset", "offset from the ridge", 64, write, small);
  const noise = logSlider("noise", "noise of the gradient", 32, write, (v) => v ? round(v) : "none");
  const lr = slider({
    name: "lr", label: "learning rate η", last: 49, input: (value) => write({ lr: value }),
    value: (n) => (n + 1) / 100, position: (lr) => 100 * lr - 1, text: (lr) => round(lr),
  });
  const seed = slider({
    name: "seed", label: "seed of the noise", last: 99, input: (value) => write({ seed: value }),
    value: (n) => n, position: (n) => n, text: String,
  });
  return { offset, noise, lr, seed };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "saddle_escape", "Figure to play with: how long gradient descent stays at a saddle");
  const plane = makeSaddle(read, write), counts = makeCounts(read, write);
  const level = makePanel({ label: "the loss at every step", title: "loss", xTitle: "step t", x: [0, 100], y: [-0.7, 1.2], ratio: 0.42 });
  const sliders = makeSliders(write);
  const said = make("p", { class: "outcome" });
  const key = (kind, name) => make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name);
  root.append(
    make("div", { class: "panels" }, plane.node,
      make("div", {}, level.node, counts.node,
        make("div", { class: "legend" }, key("descent", "without noise"), key("ball", "with this noise")))),
    make("div", { class: "controls" }, ...Object.values(sliders).map((s) => s.node)),
    make("div", { class: "buttons" },
      button("Add noise", () => write({ noise: 0.01 })),
      button("Break it", () => write({ offset: 0, noise: 0 })),
      button("Reset", () => write(first))),
    said);
  const announce = announcer(root);

  function draw(state) {
    const { w1, offset, noise, lr, seed } = state, seen = outcome(state);
    const path = descend(noisySaddle(noise, deviatesOf(seed)), [w1, offset], sgd, { lr }, (seen.count ?? 500) + 5);
    drawSaddle(plane, state, path);
    drawLevels(level, saddle, path);
    drawCounts(counts, state, seen);
    for (const name in sliders) sliders[name].show(state[name]);
    said.textContent = seen.words;
    announce(seen.words);
    Object.assign(root.dataset, { w1, offset, noise, lr, seed, count: seen.count ?? "never", plain: seen.plain ?? "never" });
  }
  return connect(model, NAMES, [plane, level, counts], root, draw);
}

export default { render };
