// Draw a schedule by its knots, and see the loss of SGD on a noisy bowl under it: the mean of all runs, and one run.

const NAMES = ["lr0", "lr1", "lr2", "lr3", "lr4", "lr5", "lr6", "stairs", "noise", "steps", "seed"];
const PLACES = [0, 2, 5, 8, 12, 16, 19]; // of the knots, in twentieths of all steps
const CURVATURE = [1, 10], START = [9, 3];
const LIMIT = 2 / CURVATURE[1], BREAK = 0.21;
const LOW = -4; // of the learning rate and of the loss, powers of ten
const RATES = Array.from({ length: 161 }, (_, n) => +(10 ** (n / 40 - 4)).toPrecision(3));

// ---------------------------------------------------------------- numerics

const knotsOf = (state) => PLACES.map((_, i) => state[`lr${i}`]);
const valuesOf = (knots) => Object.fromEntries(knots.map((lr, i) => [`lr${i}`, +clamp(lr, 1e-4, 1).toPrecision(3)]));
const stepOf = (i, steps) => (PLACES[i] * steps) / 20;

// The learning rate of each step: stairs, or straight lines on the logarithmic axis; after the last knot it stays.
function drawnRates(knots, stairs, steps) {
  const rates = [];
  for (let i = 0; i < knots.length; i++) {
    const from = stepOf(i, steps), to = i + 1 < knots.length ? stepOf(i + 1, steps) : steps;
    const slope = stairs || i + 1 === knots.length ? 0 : Math.log(knots[i + 1] / knots[i]) / (to - from);
    for (let t = from; t < to; t++) rates.push(slope ? knots[i] * Math.exp(slope * (t - from)) : knots[i]);
  }
  return rates;
}

// The mean loss before each step and after the last: E[w²] <- (1 - ηλ)² E[w²] + η² σ² in each direction.
function meanLosses(rates, noise) {
  const squares = START.map((w) => w * w);
  const loss = () => (CURVATURE[0] * squares[0] + CURVATURE[1] * squares[1]) / 2;
  const losses = [loss()];
  for (const lr of rates) {
    for (let i = 0; i < 2; i++) {
      const keep = 1 - lr * CURVATURE[i];
      squares[i] = keep * keep * squares[i] + lr * lr * noise * noise;
    }
    losses.push(loss());
  }
  return losses;
}

const finalLoss = (knots, stairs, noise, steps) => meanLosses(drawnRates(knots, stairs, steps), noise)[steps];

// One run with seeded noise: a counter and a hash of 32 bits; twelve uniform numbers make one nearly normal one.
function normals(seed) {
  let s = Math.imul(seed, 0x85ebca6b) >>> 0;
  const next = () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let h = Math.imul(s ^ (s >>> 15), s | 1);
    h ^= h + Math.imul(h ^ (h >>> 7), h | 61);
    return (h ^ (h >>> 14)) >>> 0;
  };
  return () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += next();
    return sum / 4294967296 - 6;
  };
}

function sampleLosses(rates, noise, seed) {
  const fun = quadratic(CURVATURE), normal = normals(seed), w = [...START], losses = [fun(w)[0]];
  for (const lr of rates) {
    const g = fun(w)[1], e = [normal(), normal()];
    sgd(w, [g[0] + noise * e[0], g[1] + noise * e[1]], null, { lr });
    losses.push(fun(w)[0]);
  }
  return losses;
}

function bestConstant(noise, steps) {
  const tried = RATES.map((lr) => [meanLosses(Array(steps).fill(lr), noise)[steps], lr]);
  const [loss, lr] = tried.reduce((a, b) => (b[0] < a[0] ? b : a));
  return { loss, lr };
}

// The usual shapes, as formulas of t = the steps already taken; lr0 is the highest rate.
const SHAPES = {
  "constant": (lr0) => () => lr0,
  "step": (lr0, steps) => (t) => lr0 * 0.1 ** Math.floor(t / (0.4 * steps)),
  "exponential": (lr0, steps) => (t) => lr0 * Math.exp((-Math.log(100) / steps) * t),
  "1/t": (lr0, steps) => (t) => lr0 / (1 + (50 / steps) * t),
  "cosine": (lr0, steps) => (t) => (lr0 * (1 + Math.cos((Math.PI * t) / steps))) / 2,
  "warm-up + cosine": (lr0, steps) => (t) => {
    const warm = 0.1 * steps;
    return t < warm ? (lr0 * (t + 1)) / warm : (lr0 * (1 + Math.cos((Math.PI * (t - warm)) / (steps - warm)))) / 2;
  },
};

const sampled = (shape, lr0, steps) => PLACES.map((_, i) => SHAPES[shape](lr0, steps)(stepOf(i, steps)));

// Better and better knots: each alone, then all together, a bit up or down; when nothing helps, a smaller bit.
function machineKnots(noise, steps) {
  let knots = sampled("exponential", 0.1, steps), best = finalLoss(knots, false, noise, steps);
  const moves = [...PLACES.map((_, i) => (j) => i === j), () => true];
  for (let factor = 2; factor > 1.004; factor = Math.sqrt(factor)) {
    for (let found = true, sweep = 0; found && sweep < 40; sweep++) {
      found = false;
      for (const moved of moves) for (const f of [factor, 1 / factor]) {
        const next = knots.map((lr, j) => (moved(j) ? clamp(lr * f, 1e-4, 1) : lr));
        const loss = finalLoss(next, false, noise, steps);
        if (loss < best * (1 - 1e-6)) [knots, best, found] = [next, loss, true];
      }
    }
  }
  return knots;
}

function outcome(losses, best) {
  const last = losses[losses.length - 1];
  if (!(last < losses[0])) return { last, broken: true, words: "It runs away: after the last step the mean loss is higher than at the start." };
  const ratio = last / best.loss, times = (r) => (r < 1e9 ? round(r, 2) : "more than a billion");
  let verdict = "yours is as good";
  if (ratio < 0.995) verdict = `yours is ${times(1 / ratio)} times lower`;
  if (ratio > 1.005) verdict = `yours is ${times(ratio)} times higher`;
  return {
    last, broken: false,
    words: `Mean loss at the end ${round(last)}. The best constant rate, ${round(best.lr)}, ends at ${round(best.loss)}: ${verdict}.`,
  };
}

// ---------------------------------------------------------------- drawing

function makeKnot(i, set, read) {
  const knob = make("g", { class: "knob", tabindex: 0, role: "slider", "aria-valuemin": 1e-4, "aria-valuemax": 1, "data-knob": `knot${i}` },
    make("circle", { class: "touch", r: 18 }), make("circle", { class: "ring", r: 11 }), make("circle", { class: "dot", r: 6 }));
  knob.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  knob.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    set(i, read()[i] * 10 ** (way / (event.shiftKey ? 100 : 20)));
  });
  return knob;
}

// Does a finger that waits beside the knots, or holds one, go across and mean to draw? Up and down it scrolls, or moves.
function draws({ kind, from }, [px, py]) {
  const across = from && Math.abs(px - from[0]);
  return kind === "wait" ? across > 6 : kind === "hold" && from && across > Math.max(25, 2 * Math.abs(py - from[1]));
}

// Knots on a panel: drag one, or draw over all of them. A finger beside them draws across, scrolls up and down, or taps.
function makeKnots(panel, set, read) {
  const knobs = PLACES.map((_, i) => makeKnot(i, set, read));
  panel.plot.append(...knobs);
  panel.svg.setAttribute("role", "group");
  panel.svg.style.touchAction = "pan-y";
  const x = (i) => panel.X(PLACES[i] / 20);
  const y = (i) => panel.Y(Math.log10(read()[i]));
  const nearest = (far) => PLACES.reduce((a, _, b) => (far(b) < far(a) ? b : a), 0);
  const across = ([px]) => nearest((i) => Math.abs(x(i) - px));
  const around = ([px, py]) => nearest((i) => Math.hypot(x(i) - px, y(i) - py));
  const put = (i, [, py]) => set(i, 10 ** panel.data([0, py])[1]);
  // A fast pointer leaves knots out: those between the last place and this one get the line between the two.
  const passed = ([a], [b]) => [...new Set([...PLACES.keys()].filter((i) => Math.min(a, b) < x(i) && x(i) < Math.max(a, b)).concat(across([b])))];
  const between = ([ax, ay], [bx, by], px) => {
    const share = bx === ax ? 1 : clamp((px - ax) / (bx - ax), 0, 1);
    return [px, ay + share * (by - ay)];
  };

  // One at a time: "hold" moves knot i, gripped so far above its middle; "draw" sets every knot that it passes; "wait"
  // is a finger beside the knots, which may tap yet, or scroll. Where a finger came down is `from`.
  let gesture = null;
  const follow = (at) => {
    const { kind, i, grip, last } = gesture;
    if (kind === "hold") put(i, [at[0], at[1] + grip]);
    if (kind === "draw") for (const j of passed(last, at)) put(j, between(last, at, x(j)));
    gesture.last = at;
  };
  panel.svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const upon = knobs.some((knob) => knob.contains(event.target)), finger = event.pointerType !== "mouse";
    const at = panel.pixel(event), i = upon ? around(at) : across(at);
    gesture = upon ? { kind: "hold", i, grip: y(i) - at[1], from: finger && at } : { kind: finger ? "wait" : "draw", from: at, last: at };
    if (gesture.kind === "wait") return;
    event.preventDefault();
    panel.svg.setPointerCapture(event.pointerId);
    knobs[i].focus({ preventScroll: true });
    if (!upon) follow(at);
  });
  panel.svg.addEventListener("pointermove", (event) => {
    const at = panel.pixel(event);
    if (gesture && draws(gesture, at)) gesture = { kind: "draw", last: gesture.from };
    if (gesture) follow(at);
  });
  panel.svg.addEventListener("pointerup", (event) => {
    const at = panel.pixel(event);
    if (gesture?.kind === "wait") put(across(at), at);
    gesture = null;
  });
  panel.svg.addEventListener("pointercancel", () => { gesture = null; });
  return (steps) => read().forEach((lr, i) => {
    knobs[i].setAttribute("transform", `translate(${x(i).toFixed(1)} ${clamp(y(i), 0, panel.height).toFixed(1)})`);
    knobs[i].setAttribute("aria-label", `learning rate at step ${stepOf(i, steps)}, knot ${i + 1} of ${PLACES.length}`);
    knobs[i].setAttribute("aria-valuenow", lr);
    knobs[i].setAttribute("aria-valuetext", round(lr));
  });
}

const powers = (...list) => list.map((n) => [n, n ? power(n) : "1"]);

function drawSchedule(panel, { steps, stairs }, rates, best) {
  const points = rates.flatMap((lr, t) => {
    const at = [t / steps, Math.log10(lr)];
    return stairs && t && lr !== rates[t - 1] ? [[at[0], Math.log10(rates[t - 1])], at] : [at];
  });
  const flat = (lr) => `M0 ${panel.Y(Math.log10(lr))}h${panel.width}`;
  panel.drawAxes(ticks(0, steps, 4).map(([t, words]) => [t / steps, words]), powers(0, -1, -2, -3, -4));
  panel.marks.innerHTML = stroke("grid", [-1, -2, -3].map((n) => `M0 ${panel.Y(n)}h${panel.width}`).join("")) +
    stroke("beyond", `${flat(LIMIT)}V0H0Z`) + stroke("limit", flat(LIMIT)) + stroke("descent", flat(best.lr)) +
    stroke("ball", panel.line([...points, [1, Math.log10(rates[steps - 1])]])) +
    text(panel.width - 6, panel.Y(Math.log10(LIMIT)) - 6, "steep direction grows", 'text-anchor="end" class="strong"');
}

function drawLosses(panel, steps, mean, sample, constant) {
  const curve = (losses) => panel.line(losses.map((loss, t) => [t, Math.log10(loss)]));
  panel.x = [0, steps];
  panel.drawAxes(ticks(0, steps, 4), powers(2, 0, -2, -4));
  panel.marks.innerHTML = stroke("grid", [2, 0, -2].map((n) => `M0 ${panel.Y(n)}h${panel.width}`).join("")) +
    stroke("ball coming", curve(sample)) + stroke("descent", curve(constant)) + stroke("ball", curve(mean));
}

function makeSliders(write, read) {
  let whole = null; // the shape that the slider moves, also where it is cut off at the panel's edge
  const peak = slider({
    name: "peak", label: "highest rate", last: 160, value: (n) => RATES[n], position: (lr) => 40 * (Math.log10(lr) + 4),
    text: (lr) => round(lr),
    input: (value) => {
      const now = knotsOf(read());
      if (whole?.shown !== now.join()) whole = { knots: now };
      const top = Math.max(...whole.knots), moved = valuesOf(whole.knots.map((lr) => (lr === top ? value : (lr * value) / top)));
      write(moved);
      whole.shown = Object.values(moved).join();
    },
  });
  const noise = slider({
    name: "noise", label: "noise σ", last: 40, input: (value) => write({ noise: value }),
    value: (n) => (n ? +(10 ** (n / 20 - 1)).toPrecision(3) : 0), position: (s) => (s ? 20 * (Math.log10(s) + 1) : 0), text: (s) => round(s),
  });
  const steps = slider({
    name: "steps", label: "steps", last: 18, input: (value) => write({ steps: value }),
    value: (n) => 20 * (n + 2), position: (t) => t / 20 - 2, text: String,
  });
  return { peak, noise, steps };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => {
    const state = Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
    state.steps = 20 * Math.round(state.steps / 20); // the knots stand at whole steps
    return state;
  };
  const first = read();
  const root = makeRoot(el, "draw_schedule", "Figure to play with: draw a schedule of the learning rate");
  const schedule = makePanel({
    label: "the learning rate at every step, with seven knots to move", title: "learning rate η: draw it, or drag its knots",
    xTitle: "step t", x: [-0.04, 1.02], y: [LOW, 0], ratio: 0.62,
  });
  const loss = makePanel({
    label: "the loss at every step", title: "loss, on a logarithmic scale", xTitle: "step t", x: [0, 200], y: [LOW, 3], ratio: 0.62,
  });
  const showKnots = makeKnots(schedule, (i, lr) => write(valuesOf(knotsOf({ ...read(), [`lr${i}`]: lr }))), () => knotsOf(read()));
  const sliders = makeSliders(write, read);
  const box = make("input", { type: "checkbox", "data-trait": "stairs" });
  box.addEventListener("change", () => write({ stairs: box.checked }));
  const shapes = Object.keys(SHAPES).map((shape) => button(shape, () => {
    const state = read();
    write({ ...valuesOf(sampled(shape, Math.max(...knotsOf(state)), state.steps)), stairs: shape === "step" });
  }));
  const said = make("p", { class: "outcome" });
  const keys = make("div", { class: "legend" },
    ...[["ball", "your schedule, and its mean loss over all noises (one run: pale)"], ["descent", "the best constant rate"]]
      .map(([kind, name]) => make("span", {}, make("span", { class: `key ${kind}` }), name)));
  root.append(
    make("div", { class: "panels" }, schedule.node, loss.node), keys,
    make("div", { class: "buttons" }, ...shapes),
    make("div", { class: "controls" }, ...Object.values(sliders).map((s) => s.node), make("label", { class: "switch" }, box, "stairs: hold each rate until the next knot")),
    make("div", { class: "buttons" },
      button("Let the machine draw", () => write({ ...valuesOf(machineKnots(read().noise, read().steps)), stairs: false })),
      button("New noise", () => write({ seed: (read().seed % 999) + 1 })),
      button("Break it", () => write({ ...valuesOf(PLACES.map(() => BREAK)), stairs: false })),
      button("Reset", () => write(first))),
    said);
  const announce = announcer(root);

  function draw() {
    const state = read(), { noise, steps, stairs } = state, knots = knotsOf(state);
    const rates = drawnRates(knots, stairs, steps), best = bestConstant(noise, steps);
    const mean = meanLosses(rates, noise), sample = sampleLosses(rates, noise, state.seed), seen = outcome(mean, best);
    drawSchedule(schedule, state, rates, best);
    drawLosses(loss, steps, mean, sample, meanLosses(Array(steps).fill(best.lr), noise));
    showKnots(steps);
    for (const name in sliders) sliders[name].show(name === "peak" ? Math.max(...knots) : state[name]);
    box.checked = stairs;
    said.textContent = seen.words;
    announce(seen.words);
    const { seed } = state;
    Object.assign(root.dataset, {
      knots: knots.join(" "), stairs, noise, steps, seed, loss: seen.last, sample: sample[steps],
      constant: best.lr, best: best.loss, outcome: seen.broken ? "diverges" : "converges",
    });
  }
  return connect(model, NAMES, [schedule, loss], root, draw);
}

export default { render };
