// The noise ball: SGD on a bowl with gradient noise that falls like 1/√B, at an equal number of samples.

const NAMES = ["batch", "lr", "decay", "samples", "by_samples", "start", "seed"];
const CURVATURE = [1, 4], SIGMA = 6; // of the gradient of one sample, in either direction
const WHOLE = 256; // samples in the set: the whole batch is exact, and one step of it costs as much as 256 samples
const LOW = -4, HIGH = 3; // of the loss, powers of ten
const BREAK = 0.52; // a learning rate just above the limit 2 / 4
const STABLE = 2 / CURVATURE[1];

// ---------------------------------------------------------------- numerics

// Noise without Math.random: xorshift of 32 bits (Marsaglia), and twelve uniform numbers added up,
// which have the mean 6 and the variance 1. Nothing here is rounded, so every machine has the same noise.
function noiseTable(seed, rows) {
  let s = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0 || 1;
  const next = () => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return (s >>>= 0);
  };
  const normal = () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += next();
    return sum / 4294967296 - 6;
  };
  for (let i = 0; i < 20; i++) next(); // seeds that are alike begin alike
  return Array.from({ length: rows }, () => [normal(), normal()]);
}

const updates = ({ batch, samples }) => Math.floor(samples / batch);

// The learning rate of step t = 0, 1, …: with decay, half of it after 128 samples, a third after 256.
const lrAt = ({ lr, decay, batch }, t) => (decay ? lr / (1 + (batch / 128) * t) : lr);

function noisyPath(state, noise) {
  const fun = quadratic(CURVATURE), spread = SIGMA / Math.sqrt(state.batch);
  const w = [...state.start], path = [[...w]];
  for (let t = 0; t < updates(state); t++) {
    const g = fun(w)[1];
    sgd(w, [g[0] + spread * noise[t][0], g[1] + spread * noise[t][1]], null, { lr: lrAt(state, t) });
    path.push([...w]);
  }
  return path;
}

// The standard deviation of w around the minimum in the long run: E[w²] = η σ² / (B λ (2 - ηλ)).
const radius = (lr, batch, curvature) => Math.sqrt((lr * SIGMA * SIGMA) / (batch * curvature * (2 - lr * curvature)));

// The mean over all noises of the loss after the last step: E[w²] <- (1 - ηλ)² E[w²] + η² σ² / B.
function expectedLoss(state) {
  let loss = 0;
  CURVATURE.forEach((curvature, i) => {
    let square = state.start[i] ** 2;
    for (let t = 0; t < updates(state); t++) {
      const lr = lrAt(state, t);
      square = (1 - lr * curvature) ** 2 * square + (lr * lr * SIGMA * SIGMA) / state.batch;
    }
    loss += (curvature * square) / 2;
  });
  return loss;
}

// The slider's learning rates: ten to a factor of ten, from 0.001 to 1.
const lrOf = (n) => +(10 ** (n / 20 - 3)).toPrecision(3);
const bestLr = (state) => Array.from({ length: 61 }, (_, n) => lrOf(n)).reduce((a, b) =>
  (expectedLoss({ ...state, lr: b }) < expectedLoss({ ...state, lr: a }) ? b : a));

// How many of the iterates of the second half lie in the ellipse of two standard deviations.
function inside(path, axes) {
  const late = path.slice(Math.ceil(path.length / 2));
  return late.filter(([x, y]) => (x / axes[0]) ** 2 + (y / axes[1]) ** 2 <= 4).length / late.length;
}

function outcome(state, path) {
  const steps = updates(state), last = quadratic(CURVATURE)(path[steps])[0];
  const now = lrAt(state, steps - 1), axes = CURVATURE.map((c) => radius(now, state.batch, c));
  const mean = expectedLoss(state);
  const count = `${state.samples} samples make ${steps} update${steps > 1 ? "s" : ""}.`;
  const broken = state.lr >= STABLE && !state.decay;
  if (broken) return { words: `${count} The learning rate is too high for any batch: it diverges.`, broken, last, mean, axes };
  const ball = `The ball reaches ${round(2 * axes[0], 2)} along, ${round(2 * axes[1], 2)} across${state.decay ? ", and shrinks." : "."}`;
  return { words: `${count} Loss at the end ${round(last, 2)}, in the mean of all noises ${round(mean)}. ${ball}`, broken, last, mean, axes };
}

// ---------------------------------------------------------------- drawing

function ellipse(panel, axes) {
  const [rx, ry] = [2 * axes[0] * (panel.X(1) - panel.X(0)), 2 * axes[1] * (panel.Y(0) - panel.Y(1))];
  if (!Number.isFinite(rx + ry)) return "";
  return stroke("limit", `M${panel.X(0) - rx} ${panel.Y(0)}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`);
}

const LEVELS = [2, 0, -2, -4].map((n) => [n, n ? power(n) : "1"]);

function drawLoss(loss, state, path, seen) {
  const fun = quadratic(CURVATURE), steps = updates(state), unit = state.by_samples ? state.batch : 1;
  const exactSteps = state.by_samples ? Math.floor(state.samples / WHOLE) : steps;
  const points = (way, each) => way.map((w, t) => [t * each, Math.log10(fun(w)[0])]);
  const exact = descend(fun, state.start, sgd, { lr: state.lr }, exactSteps);
  loss.x = [0, steps * unit];
  loss.drawAxes(ticks(0, steps * unit, steps * unit < 4 ? steps * unit : 4), LEVELS);
  loss.svg.querySelector("text.axis").textContent = state.by_samples ? "samples seen" : "updates";
  const floor = CURVATURE.reduce((sum, c, i) => sum + (c * seen.axes[i] ** 2) / 2, 0);
  loss.marks.innerHTML = stroke("grid", LEVELS.map(([n]) => `M0 ${loss.Y(n)}h${loss.width}`).join("")) +
    stroke("ball", loss.line(points(path, unit))) +
    stroke("descent", loss.line(points(exact, state.by_samples ? WHOLE : 1))) +
    (seen.broken ? "" : stroke("limit", `M0 ${loss.Y(Math.log10(floor))}h${loss.width}`));
}

function makeSliders(write) {
  const batch = slider({
    name: "batch", label: "batch size B", last: 7, input: (value) => write({ batch: value }),
    value: (n) => 2 ** n, position: Math.log2, text: String,
  });
  const lr = slider({
    name: "lr", label: "learning rate η", last: 60, input: (value) => write({ lr: value }),
    value: lrOf, position: (lr) => 20 * (Math.log10(lr) + 3), text: (lr) => round(lr),
  });
  const samples = slider({
    name: "samples", label: "samples in all", last: 4, input: (value) => write({ samples: value }),
    value: (n) => 128 * 2 ** n, position: (s) => Math.log2(s / 128), text: String,
  });
  return { batch, lr, samples };
}

function makeSwitch(name, words, write) {
  const box = make("input", { type: "checkbox", "data-trait": name });
  box.addEventListener("change", () => write({ [name]: box.checked }));
  return { node: make("label", { class: "switch" }, box, words), show(on) { box.checked = on; } };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "noise_ball", "Figure to play with: the noise ball against batch size and learning rate");
  const bowl = makeBowl("the bowl from above, with the path of SGD and the noise ball", write, read);
  const loss = makePanel({
    label: "the loss against updates or against samples seen", title: "loss, on a logarithmic scale", xTitle: "updates",
    x: [0, 64], y: [LOW, HIGH], ratio: 0.52,
  });
  const sliders = makeSliders(write);
  const switches = {
    decay: makeSwitch("decay", "decay: let the learning rate fall like 1/t", write),
    by_samples: makeSwitch("by_samples", "count samples seen, not updates", write),
  };
  const said = make("p", { class: "outcome" });
  const keys = make("div", { class: "legend" },
    ...[["ball", "batches of B"], ["descent", `whole set of ${WHOLE}, no noise`], ["limit", "noise ball and its mean loss"]]
      .map(([kind, name]) => make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name)));
  root.append(
    make("div", { class: "panels" }, bowl.node, loss.node), keys,
    make("div", { class: "controls" }, ...Object.values({ ...sliders, ...switches }).map((s) => s.node)),
    make("div", { class: "buttons" },
      button("Snap to the best learning rate", () => write({ lr: bestLr(read()) })),
      button("New noise", () => write({ seed: (read().seed % 999) + 1 })),
      button("Break it", () => write({ lr: BREAK, decay: false })),
      button("Reset", () => write(first))),
    said);
  const announce = announcer(root);
  let table = [], seed = 0;

  function draw(state) {
    if (seed !== state.seed) table = noiseTable((seed = state.seed), 2048);
    const path = noisyPath(state, table), seen = outcome(state, path);
    const way = bowl.line(path);
    bowl.drawBowl(CURVATURE[1], state.start,
      stroke("ball coming", way) + stroke("ball cloud", way.replace(/L/g, "h0M") + "h0") + (seen.broken ? "" : ellipse(bowl, seen.axes)));
    drawLoss(loss, state, path, seen);
    for (const part of [sliders, switches]) for (const name in part) part[name].show(state[name]);
    said.textContent = seen.words;
    announce(seen.words);
    const { start, ...rest } = state;
    Object.assign(root.dataset, rest, {
      start: start.join(" "), updates: updates(state), loss: seen.last, mean: seen.mean, radius: seen.axes.join(" "),
      inside: inside(path, seen.axes), outcome: seen.broken ? "diverges" : "converges",
    });
  }
  return connect(model, NAMES, [bowl, loss], root, draw);
}

export default { render };
