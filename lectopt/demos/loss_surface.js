// One sigmoid unit y = σ(w x + b) on eight samples: its loss over the plane of w and b, once half the squared
// error, once KL, and gradient descent on both from one start. Losses and gradients as in lectopt/losses.py.

const NAMES = ["start", "lr_l2", "lr_kl", "steps"];
const INPUTS = [-3, -2, -1.2, -0.4, 0.5, 1.1, 2, 3], TARGETS = [0, 0, 0, 1, 0, 1, 1, 1];
const BOX = { x: [-8, 8], y: [-6, 6] };
const FLAT = [-7, 2]; // a start where all eight samples are confidently wrong

function sigmoid(z) {
  const small = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : small) / (1 + small);
}

const softplus = (z) => Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));

// The mean over the samples of what `one` gives for z and d: [loss, its slope by z].
const surface = (one) => ([w, b]) => {
  const n = INPUTS.length;
  let loss = 0, gw = 0, gb = 0;
  for (let i = 0; i < n; i++) {
    const [value, slope] = one(w * INPUTS[i] + b, TARGETS[i]);
    loss += value;
    gw += (slope / n) * INPUTS[i];
    gb += slope / n;
  }
  return [loss / n, [gw, gb]];
};

const squaredError = surface((z, d) => {
  const y = sigmoid(z), r = y - d;
  return [(r * r) / 2, r * y * sigmoid(-z)];
});

const klDivergence = surface((z, d) => [d * softplus(-z) + (1 - d) * softplus(z), sigmoid(z) - d]);

// `best` and `lowest`: where the minimum is and how high, found once and held by a test. `levels`: of the contours.
const L2 = {
  name: "L2", trait: "lr_l2", kind: "descent", fun: squaredError,
  best: [1.0951, 0.019], lowest: 0.055729544082, levels: Array.from({ length: 15 }, (_, i) => 0.07 + 0.03 * i),
};
const KL = {
  name: "KL", trait: "lr_kl", kind: "ball", fun: klDivergence,
  best: [1.5057, -0.0177], lowest: 0.327767536733, levels: Array.from({ length: 20 }, (_, i) => 0.4 + 0.75 * i),
};

// What is left of the loss above its lowest, as a share of what it was at the start.
function shares({ fun, lowest }, path) {
  const above = path.map((at) => fun(at)[0] - lowest), first = above[0];
  return above.map((height) => first > 1e-9 ? Math.max(0, height) / first : 0);
}

// The learning rate, of ten for each power of ten, whose path ends lowest.
function bestRate({ fun }, start, steps) {
  let best = 0.01, lowest = Infinity;
  for (let k = -20; k <= 20; k++) {
    const lr = +(10 ** (k / 10)).toPrecision(3), loss = fun(descend(fun, start, sgd, { lr }, steps)[steps])[0];
    if (loss < lowest) [best, lowest] = [lr, loss];
  }
  return best;
}

const percent = (share) => share < 0.001 ? "less than 0.1 %" : `${round(100 * share, 3)} %`;

// How far one descent has come, in words.
function told(share, slope) {
  if (share > 1 + 1e-9) return ["higher", "is higher than at the start"];
  if (share < 0.01) return ["arrived", `has arrived: ${percent(share)} of the excess loss is left`];
  if (share > 0.9 && slope < 0.02) return ["stuck", `has hardly moved: ${percent(share)} of the excess loss is left, and the slope there is ${round(slope, 2)}`];
  return ["on its way", `is on its way: ${percent(share)} of the excess loss is left`];
}

function outcome({ start, steps, ...rates }) {
  const seen = {};
  for (const { name, trait, fun, lowest } of [L2, KL]) {
    const path = descend(fun, start, sgd, { lr: rates[trait] }, steps), left = shares({ fun, lowest }, path);
    const [gw, gb] = fun(path[steps])[1];
    const [kind, words] = told(left[steps], Math.sqrt(gw * gw + gb * gb));
    seen[name] = { path, left, kind, words: `${name} ${words}` };
  }
  seen.words = `After ${steps} steps ${seen.KL.words}. ${seen.L2.words}.`;
  return seen;
}

// ---------------------------------------------------------------- panels

// Contour lines by marching squares: in every cell of a grid, straight pieces between its crossed edges.
function contourLines(panel, { fun, levels }, across = 48, up = 36) {
  const at = (i, n, [low, high]) => low + (i / n) * (high - low);
  const grid = [];
  for (let j = 0; j <= up; j++) {
    grid.push(Array.from({ length: across + 1 }, (_, i) => {
      const x = at(i, across, panel.x), y = at(j, up, panel.y);
      return [panel.X(x), panel.Y(y), fun([x, y])[0]];
    }));
  }
  let d = "";
  for (let j = 0; j < up; j++) {
    for (let i = 0; i < across; i++) {
      const corners = [grid[j][i], grid[j][i + 1], grid[j + 1][i + 1], grid[j + 1][i]];
      for (const level of levels) {
        const crossed = [];
        corners.forEach((a, k) => {
          const b = corners[(k + 1) % 4];
          if ((a[2] < level) === (b[2] < level)) return;
          const t = (level - a[2]) / (b[2] - a[2]);
          crossed.push(`${(a[0] + t * (b[0] - a[0])).toFixed(1)} ${(a[1] + t * (b[1] - a[1])).toFixed(1)}`);
        });
        for (let k = 0; k + 1 < crossed.length; k += 2) d += `M${crossed[k]}L${crossed[k + 1]}`;
      }
    }
  }
  return d;
}

const place = ([w, b]) => ({ start: [+clamp(w, ...BOX.x).toFixed(2), +clamp(b, ...BOX.y).toFixed(2)] });

function makeSurface(loss, read, write) {
  const panel = makePanel({
    label: `the ${loss.name} loss from above, with the path of gradient descent`,
    title: `${loss.name}: bias b (drag the start)`, xTitle: "weight w", ...BOX, ratio: 0.72,
  });
  const knob = makeKnob(panel, {
    name: `start-${loss.trait.slice(3)}`,
    label: `start on ${loss.name}: arrow keys move it, with Shift finer`,
    move: (at) => write(place(at)),
    nudge: (across, up) => write(place([read().start[0] + across / 4, read().start[1] + up / 4])),
  });
  let width = 0, lines = ""; // the surface depends on nothing that can be moved
  panel.show = ({ start }, { path }) => {
    if (width !== panel.width) [width, lines] = [panel.width, contourLines(panel, loss)];
    const way = panel.line(path), end = path[path.length - 1], [gx, gy] = [panel.X(loss.best[0]), panel.Y(loss.best[1])];
    const [ex, ey] = [panel.X(end[0]), panel.Y(end[1])];
    panel.marks.innerHTML = stroke("contour", lines) + stroke(loss.kind, way) +
      `<path class="${loss.kind} dots" style="stroke-width:4.5;stroke-dasharray:none" d="${way.replace(/L/g, "h0M")}h0"/>` + stroke("goal", `M${gx - 5} ${gy}h10m-5 -5v10`) +
      stroke(`runner ${loss.kind}`, `M${ex - 5} ${ey}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0`);
    panel.drawAxes(ticks(...BOX.x, 4), ticks(...BOX.y, 4));
    knob.show(start, `w ${round(start[0])}, b ${round(start[1])}`, { now: start[0], min: BOX.x[0], max: BOX.x[1] });
  };
  return panel;
}

function drawShares(panel, steps, seen) {
  const powers = [0, -2, -4, -6];
  panel.x = [0, steps];
  panel.drawAxes(ticks(0, steps, 4), powers.map((n) => [n, n ? power(n) : "1"]));
  const line = ({ left }) => panel.line(left.map((share, t) => [t, Math.log10(Math.max(share, 1e-12))]));
  panel.marks.innerHTML = stroke("grid", powers.map((n) => `M0 ${panel.Y(n)}h${panel.width}`).join("")) +
    stroke(L2.kind, line(seen.L2)) + stroke(KL.kind, line(seen.KL));
}

function drawUnit(panel, seen) {
  const grid = Array.from({ length: 71 }, (_, i) => -3.5 + i / 10);
  const line = ({ path }) => {
    const [w, b] = path[path.length - 1];
    return panel.line(grid.map((x) => [x, sigmoid(w * x + b)]));
  };
  const samples = INPUTS.map((x, i) => `M${panel.X(x)} ${panel.Y(TARGETS[i])}h0`).join("");
  panel.drawAxes(ticks(...panel.x, 4), [[0, "0"], [0.5, "0.5"], [1, "1"]]);
  panel.marks.innerHTML = stroke("grid", panel.line([[-3.5, 0.5], [3.5, 0.5]])) + stroke("goal dots", samples) +
    stroke(L2.kind, line(seen.L2)) + stroke(KL.kind, line(seen.KL));
}

// ---------------------------------------------------------------- controls

function makeSliders(write) {
  const rate = ({ name, trait }) => slider({
    name: trait, label: `rate η for ${name}`, last: 80, input: (value) => write({ [trait]: value }),
    value: (n) => +(10 ** (n / 20 - 2)).toPrecision(3), position: (lr) => 20 * (Math.log10(lr) + 2), text: (lr) => round(lr),
  });
  const steps = slider({
    name: "steps", label: "steps", last: 49, input: (value) => write({ steps: value }),
    value: (n) => 10 * (n + 1), position: (t) => t / 10 - 1, text: String,
  });
  return { lr_l2: rate(L2), lr_kl: rate(KL), steps };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "loss_surface", "Figure to play with: one sigmoid unit under L2 and under KL");
  const l2 = makeSurface(L2, read, write), kl = makeSurface(KL, read, write);
  const left = makePanel({
    label: "the share of the excess loss that is left at every step", title: "share of the excess loss that is left",
    xTitle: "step t", x: [0, 100], y: [-7, 1], ratio: 0.5,
  });
  const unit = makePanel({
    label: "the eight samples and the two units after the last step", title: "the unit after the last step: y = σ(wx + b)",
    xTitle: "input x", x: [-3.5, 3.5], y: [-0.15, 1.15], ratio: 0.5,
  });
  const sliders = makeSliders(write);
  const said = make("p", { class: "outcome" });
  const key = (kind, name) => make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name);
  const snap = () => {
    const { start, steps } = read();
    write({ lr_l2: bestRate(L2, start, steps), lr_kl: bestRate(KL, start, steps) });
  };
  root.append(
    make("div", { class: "panels" }, l2.node, kl.node, left.node, unit.node),
    make("div", { class: "legend" }, key("descent", "L2"), key("ball", "KL"),
      make("span", { class: "item" }, "+ minimum"), make("span", { class: "item" }, "● samples and their targets")),
    make("div", { class: "controls" }, ...Object.values(sliders).map((s) => s.node)),
    make("div", { class: "buttons" },
      button("Snap to the best rates", snap),
      button("Break it", () => write({ start: FLAT })),
      button("Reset", () => write(first))),
    said);
  const announce = announcer(root);

  function draw(state) {
    const seen = outcome(state), { start, steps } = state;
    l2.show(state, seen.L2);
    kl.show(state, seen.KL);
    drawShares(left, steps, seen);
    drawUnit(unit, seen);
    for (const name in sliders) sliders[name].show(state[name]);
    said.textContent = seen.words;
    announce(seen.words);
    Object.assign(root.dataset, {
      start: start.join(" "), rates: `${state.lr_l2} ${state.lr_kl}`, steps,
      l2: seen.L2.left[steps], kl: seen.KL.left[steps], outcome: `${seen.L2.kind}, ${seen.KL.kind}`,
    });
  }
  return connect(model, NAMES, [l2, kl, left, unit], root, draw);
}

export default { render };
