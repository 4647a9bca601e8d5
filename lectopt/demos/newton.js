// Newton's method against gradient descent on a surface one can choose, from a start one can drag;
// the quadratic model at the start; and the basins: which starts end where.

const NAMES = ["surface", "start", "lr", "damping", "search", "basins"];
const MOST = 60, PATIENCE = 4000; // the most steps of Newton and of gradient descent
const SHOWN = 30; // steps in the panel of losses
const BOX = { x: [-2, 2], y: [-1.5, 1.5] };
const GRID = [32, 24]; // starts whose end is computed

// ---------------------------------------------------------------- surfaces and methods

const doubleWell = ([x, y]) => {
  const a = x * x - 1;
  return [a * a / 4 + y * y / 2, [x * a, y]];
};

const trough = ([x, y]) => {
  const r = Math.sqrt(1 + x * x);
  return [x * x / (1 + r) + y * y / 2, [x / r, y]];
};

// Each with a learning rate that suits it, its Hessian [h11, h12, h22] and its critical points.
const SURFACES = {
  wells: {
    name: "two wells", lr: 0.1, fun: doubleWell, hessian: ([x]) => [3 * x * x - 1, 0, 1], levels: [0.02, 0.1, 0.25, 0.5, 1, 1.8, 3],
    points: [{ at: [-1, 0], end: "left", words: "the left-hand minimum" }, { at: [1, 0], end: "right", words: "the right-hand minimum" },
      { at: [0, 0], end: "saddle", words: "the saddle" }],
  },
  rosenbrock: {
    name: "Rosenbrock's valley", lr: 0.001, fun: rosenbrock, hessian: ([x, y]) => [2 - 400 * (y - 3 * x * x), -400 * x, 200],
    levels: [1, 5, 25, 100, 300, 800, 2000], points: [{ at: [1, 1], end: "right", words: "the minimum" }],
  },
  bowl: {
    name: "a bowl", lr: 0.1, fun: quadratic([1, 10]), hessian: () => [1, 0, 10], levels: [0.1, 0.5, 1.2, 2.5, 5, 9],
    points: [{ at: [0, 0], end: "right", words: "the minimum" }],
  },
  trough: {
    name: "√(1 + w₁²) + w₂²/2", lr: 0.1, fun: trough, hessian: ([x]) => [1 / ((1 + x * x) * Math.sqrt(1 + x * x)), 0, 1],
    levels: [0.02, 0.1, 0.3, 0.6, 1, 1.6], points: [{ at: [0, 0], end: "right", words: "the minimum" }],
  },
};

// Solves (H + damping I) d = -g by elimination; null if the matrix is singular.
function newtonDirection([a, b, c], [p, q], damping) {
  a += damping;
  c += damping;
  const swap = Math.abs(b) > Math.abs(a);
  const [r1, r2] = swap ? [[b, c, -q], [a, b, -p]] : [[a, b, -p], [b, c, -q]];
  const factor = r2[0] / r1[0], pivot = r2[1] - factor * r1[1];
  const y = (r2[2] - factor * r1[2]) / pivot, x = (r1[2] - r1[1] * y) / r1[0];
  return Number.isFinite(x + y) ? [x, y] : null;
}

// As lectopt.backtracking: halve until the loss has decreased enough; 0 where rounding leaves nothing to gain.
function backtracking(fun, [x, y], [dx, dy]) {
  const [loss, g] = fun([x, y]), slope = g[0] * dx + g[1] * dy;
  for (let lr = 1; x + lr * dx !== x || y + lr * dy !== y; lr *= 0.5) {
    const there = fun([x + lr * dx, y + lr * dy])[0];
    if (there <= loss + 1e-4 * lr * slope && there < loss) return lr;
  }
  return 0;
}

// The path, the start first. A direction that does not lead down is replaced by -g if there is a line search.
function newtonPath({ fun, hessian }, start, { damping, search }, most = MOST) {
  let w = [...start];
  const path = [w];
  for (let t = 0; t < most; t++) {
    const g = fun(w)[1];
    if (!(Math.max(Math.abs(g[0]), Math.abs(g[1])) > 0)) break;
    let d = newtonDirection(hessian(w), g, damping);
    if (search && (!d || d[0] * g[0] + d[1] * g[1] >= 0)) d = [-g[0], -g[1]];
    if (!d) break;
    const lr = search ? backtracking(fun, w, d) : 1;
    w = [w[0] + lr * d[0], w[1] + lr * d[1]];
    if (w[0] === path[path.length - 1][0] && w[1] === path[path.length - 1][1]) break;
    path.push(w);
    if (!(Math.abs(w[0]) + Math.abs(w[1]) < 1e8)) break;
  }
  return path;
}

function descentPath({ fun }, start, lr, most = PATIENCE) {
  const w = [...start], path = [[...start]];
  for (let t = 0; t < most && Math.abs(w[0]) + Math.abs(w[1]) < 1e8; t++) {
    sgd(w, fun(w)[1], null, { lr });
    path.push([...w]);
    if (Math.abs(w[0] - path[t][0]) + Math.abs(w[1] - path[t][1]) < 1e-13) break;
  }
  return path;
}

// Where a path ends, and after how many steps it is within a millionth of that point.
const near = ([x, y], [u, v], r) => Math.abs(x - u) <= r && Math.abs(y - v) <= r;
function ending({ points }, path) {
  const last = path[path.length - 1];
  if (!(Math.abs(last[0]) + Math.abs(last[1]) < 1e8)) return { end: "diverges", words: "runs away", count: null };
  const point = points.find(({ at }) => near(last, at, 1e-6));
  if (!point) return { end: "open", words: `has not arrived after ${path.length - 1} steps`, count: null };
  const count = path.findIndex((w) => near(w, point.at, 1e-6));
  return { end: point.end, count, words: `is at ${point.words} after ${count} step${count === 1 ? "" : "s"}` };
}

// The end of every start of the grid, row by row from above.
function basinEnds(state) {
  const surface = SURFACES[state.surface], [n, m] = GRID, ends = [];
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) {
      const start = [BOX.x[0] + ((i + 0.5) * 4) / n, BOX.y[1] - ((j + 0.5) * 3) / m];
      const path = state.basins === "newton" ? newtonPath(surface, start, state) : descentPath(surface, start, state.lr, 400);
      let { end } = ending(surface, path);
      if (end === "open") end = (surface.points.find(({ at }) => near(path[path.length - 1], at, 0.1)) ?? { end }).end;
      ends.push(end);
    }
  }
  return ends;
}

function outcome(state) {
  const surface = SURFACES[state.surface];
  const path = newtonPath(surface, state.start, state), way = descentPath(surface, state.start, state.lr);
  const newton = ending(surface, path), descent = ending(surface, way);
  return { path, way, newton, descent, words: `Newton ${newton.words}; gradient descent ${descent.words}.` };
}

// ---------------------------------------------------------------- drawing

// Level lines of fun on the panel, by marching squares.
function levelLines(panel, fun, levels, n = 64, m = 48) {
  const x = (i) => BOX.x[0] + (4 * i) / n, y = (j) => BOX.y[0] + (3 * j) / m;
  const value = Array.from({ length: m + 1 }, (_, j) => Array.from({ length: n + 1 }, (_, i) => fun([x(i), y(j)])));
  let d = "";
  for (const level of levels) {
    for (let j = 0; j < m; j++) {
      for (let i = 0; i < n; i++) {
        const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]], cuts = [];
        for (let k = 0; k < 4; k++) {
          const [p, q] = [corners[k], corners[(k + 1) % 4]];
          const a = value[p[1]][p[0]] - level, b = value[q[1]][q[0]] - level;
          if (a < 0 === b < 0) continue;
          const share = a / (a - b);
          cuts.push([x(p[0] + share * (q[0] - p[0])), y(p[1] + share * (q[1] - p[1]))]);
        }
        for (let k = 0; k + 1 < cuts.length; k += 2) d += panel.line([cuts[k], cuts[k + 1]]);
      }
    }
  }
  return d;
}

// Each end has a shade and, in the middle of its cell, a sign of its own.
const SIGNS = { left: "m-2 0h4", right: "m0 -2v4", saddle: "m-2 -2l4 4m-4 0l4 -4", diverges: "m-2 1.5l2 -3l2 3", open: "h0.1" };
const MEANING = { left: "left-hand minimum", right: "right-hand minimum", saddle: "saddle", diverges: "runs away", open: "has not arrived" };

// Only this figure needs these: a page carries the common style once for each figure.
const STYLE = `
.lectopt-demo path.basin { stroke: none; fill: var(--tint); fill-opacity: 0.16; }
.lectopt-demo path.sign { stroke: var(--tint); stroke-opacity: 0.55; stroke-width: 1.2; stroke-linecap: round; }
.lectopt-demo path.basin ~ path.contour { stroke: var(--soft); }
.lectopt-demo path.left { --tint: var(--nesterov); }
.lectopt-demo path.right { --tint: var(--shade); }
.lectopt-demo path.saddle { --tint: var(--descent); }
.lectopt-demo path:is(.diverges, .open) { --tint: var(--ink); }
.lectopt-demo .item svg { vertical-align: middle; }
`;

let seen = { key: "" };
function basinMarks(panel, state) {
  if (state.basins === "nothing") return "";
  const { surface, lr, damping, search, basins } = state;
  const key = [surface, basins, ...(basins === "newton" ? [damping, search] : [lr])].join();
  if (seen.key !== key) seen = { key, ends: basinEnds(state) };
  const [n] = GRID, width = panel.width / n, height = panel.height / GRID[1], cells = {}, signs = {};
  seen.ends.forEach((end, k) => {
    const left = (k % n) * width, top = Math.floor(k / n) * height;
    cells[end] = (cells[end] ?? "") + `M${left.toFixed(1)} ${top.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}Z`;
    signs[end] = (signs[end] ?? "") + `M${(left + width / 2).toFixed(1)} ${(top + height / 2).toFixed(1)}${SIGNS[end]}`;
  });
  return Object.keys(cells).map((end) => stroke(`basin ${end}`, cells[end]) + stroke(`sign ${end}`, signs[end])).join("");
}

// The quadratic model at the start: its level lines, and its critical point, where Newton goes next.
function modelMarks(panel, { surface, start, damping }) {
  const { fun, hessian } = SURFACES[surface], [loss, g] = fun(start), [a, b, c] = hessian(start);
  const d = newtonDirection([a, b, c], g, damping);
  if (!d) return "";
  const model = ([x, y]) => {
    const u = x - start[0], v = y - start[1];
    return loss + g[0] * u + g[1] * v + ((a + damping) * u * u + 2 * b * u * v + (c + damping) * v * v) / 2;
  };
  const goal = [start[0] + d[0], start[1] + d[1]], bottom = model(goal), size = Math.abs(loss - bottom);
  const lines = levelLines(panel, model, [-2.25, -1, -0.25, 0.25, 1, 2.25].map((s) => bottom + s * size));
  const [px, py] = [panel.X(goal[0]), panel.Y(goal[1])];
  return stroke("predicted", lines) + (Math.abs(px) + Math.abs(py) < 1e4 ? stroke("best", `M${px} ${py - 6}l6 6l-6 6l-6 -6Z`) : "");
}

function makeMap(read, write) {
  const panel = makePanel({ label: "the surface from above, with both paths", title: "w₂ (drag the start)", xTitle: "w₁", ...BOX, equal: true });
  const place = (x, y) => ({ start: [+clamp(x, ...BOX.x).toFixed(2), +clamp(y, ...BOX.y).toFixed(2)] });
  panel.knob = makeKnob(panel, {
    name: "start", label: "start of both paths: arrow keys move it, with Shift finer",
    move: ([x, y]) => write(place(x, y)),
    nudge: (across, up) => write(place(read().start[0] + across / 20, read().start[1] + up / 20)),
  });
  return panel;
}

let drawn = { key: "" };
function drawMap(panel, state, { path, way }) {
  const surface = SURFACES[state.surface], key = [state.surface, panel.width].join(), [x, y] = state.start;
  if (drawn.key !== key) drawn = { key, lines: levelLines(panel, (w) => surface.fun(w)[0], surface.levels) };
  const crosses = surface.points.map(({ at }) => `M${panel.X(at[0]) - 5} ${panel.Y(at[1])}h10m-5 -5v10`).join("");
  const line = panel.line(path), short = way.slice(0, 400);
  panel.marks.innerHTML = basinMarks(panel, state) + stroke("contour", drawn.lines) + modelMarks(panel, state) + stroke("goal", crosses) +
    stroke("descent", panel.line(short)) + stroke("ball", line) + stroke("ball dots", line.replace(/L/g, "h0M") + "h0");
  panel.drawAxes(ticks(...BOX.x, 4), ticks(...BOX.y, 3));
  panel.knob.show(state.start, `w₁ ${round(x)}, w₂ ${round(y)}`, { now: x, min: BOX.x[0], max: BOX.x[1] });
}

// ---------------------------------------------------------------- controls

function choice(name, label, options, write) {
  const list = make("select", { "data-trait": name }, ...Object.entries(options).map(([value, words]) => make("option", { value }, words)));
  list.addEventListener("change", () => write({ [name]: list.value }));
  return {
    node: make("label", { class: "control" }, make("span", {}, label), list),
    show(value) { list.value = value; },
  };
}

const logSlider = (name, label, low, high, write, zero) => slider({
  name, label, last: 8 * (high - low), input: (value) => write({ [name]: value }),
  value: (n) => zero && !n ? 0 : +(10 ** (low + n / 8)).toPrecision(3),
  position: (v) => v ? 8 * (Math.log10(v) - low) : 0, text: (v) => v ? round(v) : "none",
});

function makeControls(write) {
  const box = make("input", { type: "checkbox", "data-trait": "search" });
  box.addEventListener("change", () => write({ search: box.checked }));
  return {
    surface: choice("surface", "surface", Object.fromEntries(Object.entries(SURFACES).map(([id, { name }]) => [id, name])), ({ surface }) => write({ surface, lr: SURFACES[surface].lr })),
    basins: choice("basins", "basins of", { nothing: "nothing", newton: "Newton", descent: "gradient descent" }, write),
    damping: logSlider("damping", "damping of Newton", -2, 2, write, true),
    lr: logSlider("lr", "learning rate of gradient descent", -4, 0, write),
    search: {
      node: make("label", { class: "switch" }, box, "line search for Newton, downhill only"),
      show(on) { box.checked = on; },
    },
  };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "newton", "Figure to play with: Newton's method against gradient descent");
  const map = makeMap(read, write), loss = makeLoss("the losses of both at every step"), controls = makeControls(write);
  const said = make("p", { class: "outcome" });
  const key = (kind, name) => make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name);
  const ends = Object.keys(SIGNS).map((end) => {
    const svg = make("svg", { width: 16, height: 16, "aria-hidden": "true" });
    svg.innerHTML = stroke(`basin ${end}`, "M0 0h16v16h-16Z") + stroke(`sign ${end}`, "M8 8" + SIGNS[end]);
    return make("span", { class: "item" }, svg, ` ${MEANING[end]}`);
  });
  root.append(
    make("style", {}, STYLE),
    make("div", { class: "panels" },
      make("div", {}, map.node, make("div", { class: "legend" }, make("span", { class: "whole" }, "A cell shows where a start in its middle ends:"), ...ends)),
      make("div", {}, loss.node,
        make("div", { class: "legend" }, key("ball", "Newton"), key("descent", "gradient descent"), key("predicted", "quadratic model at the start")))),
    make("div", { class: "controls" }, ...Object.values(controls).map((c) => c.node)),
    make("div", { class: "buttons" },
      button("Break it", () => write({ surface: "trough", lr: 0.1, start: [1.3, 0.8], damping: 0, search: false })),
      button("Mend it", () => write({ search: true })),
      button("Reset", () => write(first))),
    said);
  const announce = announcer(root);

  function draw(state) {
    const fun = SURFACES[state.surface].fun, now = outcome(state);
    drawMap(map, state, now);
    loss.drawLoss(SHOWN, () => stroke("descent", loss.line(loss.losses(fun, now.way.slice(0, SHOWN + 1)))) +
      stroke("ball", loss.line(loss.losses(fun, now.path.slice(0, SHOWN + 1)))));
    for (const name in controls) controls[name].show(state[name]);
    said.textContent = now.words;
    announce(now.words);
    const { surface, start, lr, damping, search, basins } = state;
    Object.assign(root.dataset, { surface, start: start.join(" "), lr, damping, search, basins });
    Object.assign(root.dataset, { end: now.newton.end, count: now.newton.count ?? "never", descent: now.descent.end, steps: now.descent.count ?? "never" });
  }
  return connect(model, NAMES, [map, loss], root, draw);
}

export default { render };
