// The first steps of Adam under a constant or a noisy gradient, with the correction of either average on or off.

const NAMES = ["beta1", "beta2", "correct_m", "correct_v", "noise", "seed"];
const STEPS = 200, EPS = 1e-8;

// Gradients of mean 1: twelve uniform numbers, summed, less 6, have mean 0 and variance 1. The generator is Park
// and Miller's; all its numbers are exact, so Python gets the same bits.
function gradientsOf({ noise, seed }) {
  let state = 12345 + 7919 * seed;
  const draw = () => (state = (state * 16807) % 2147483647) / 2147483647;
  for (let i = 0; i < 12; i++) draw();
  return Array.from({ length: STEPS }, () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += draw();
    return 1 + noise * (sum - 6);
  });
}

// Adam's two averages as the step uses them, and the step's length in units of η.
function course({ beta1, beta2, correct_m, correct_v }, gradients) {
  let m = 0, v = 0;
  return gradients.map((g, i) => {
    const t = i + 1;
    m += (1 - beta1) * (g - m);
    v += (1 - beta2) * (g * g - v);
    const mean = correct_m ? m / (1 - beta1 ** t) : m;
    const root = Math.sqrt(correct_v ? v / (1 - beta2 ** t) : v);
    return { t, mean, root, length: Math.abs(mean) / (root + EPS) };
  });
}

// What a constant gradient gives if nothing is corrected.
const theory = ({ beta1, beta2 }, t) => (1 - beta1 ** t) / Math.sqrt(1 - beta2 ** t);

const longest = (steps) => steps.reduce((a, b) => (b.length > a.length * (1 + 1e-9) ? b : a));

function outcome(steps) {
  const top = longest(steps), first = steps[0], last = steps[steps.length - 1];
  const ends = `The first is ${round(first.length)} η long, the last (t = ${STEPS}) ${round(last.length)} η.`;
  if (Math.abs(top.length - 1) < 1e-6) return `No step is longer than η. ${ends}`;
  return `The longest step is ${round(top.length)} η, at t = ${top.t}. ${ends}`;
}

function drawLengths(panel, steps, state) {
  const at = (t, length) => [t, Math.log10(Math.max(length, 1e-9))], top = longest(steps);
  const lengths = [[-2, "0.01"], [-1, "0.1"], [0, "1"], [1, "10"], [2, "100"]];
  const px = panel.X(top.t), py = panel.Y(clamp(Math.log10(top.length), ...panel.y));
  panel.drawAxes(ticks(0, STEPS, 4), lengths);
  panel.marks.innerHTML = stroke("grid", lengths.map(([y]) => `M0 ${panel.Y(y)}h${panel.width}`).join("")) +
    stroke("ball", panel.line(steps.map(({ t, length }) => at(t, length)))) +
    stroke("predicted", panel.line(steps.map(({ t }) => at(t, theory(state, t))))) +
    stroke("best", `M${px} ${py - 6}l6 6l-6 6l-6 -6Z`) +
    text(Math.min(px + 10, panel.width - 90), Math.max(py - 8, 14), `${round(top.length)} at t = ${top.t}`);
}

function drawAverages(panel, steps) {
  const values = steps.flatMap(({ mean, root }) => [mean, root]);
  panel.y = [Math.min(0, ...values), Math.max(1.2, 1.1 * Math.max(...values))];
  panel.drawAxes(ticks(0, STEPS, 4), ticks(...panel.y, 4));
  panel.marks.innerHTML = stroke("grid", `M0 ${panel.Y(1)}h${panel.width}`) +
    stroke("descent", panel.line(steps.map(({ t, mean }) => [t, mean]))) +
    stroke("nesterov", panel.line(steps.map(({ t, root }) => [t, root])));
}

function makeSliders(write) {
  const beta = (name, label, last) => slider({
    name, label, last, input: (value) => write({ [name]: value }),
    value: (n) => +(1 - 10 ** (-n / 20)).toFixed(4), position: (b) => -20 * Math.log10(1 - b), text: String,
  });
  const noise = slider({
    name: "noise", label: "noise of g", last: 30, input: (value) => write({ noise: value }),
    value: (n) => n / 10, position: (sigma) => 10 * sigma, text: (sigma) => round(sigma),
  });
  return { beta1: beta("beta1", "β₁ (of m)", 40), beta2: beta("beta2", "β₂ (of v)", 80), noise };
}

function makeSwitch(name, label, write) {
  const box = make("input", { type: "checkbox", "data-trait": name });
  box.addEventListener("change", () => write({ [name]: box.checked }));
  return { node: make("label", { class: "switch" }, box, label), show(on) { box.checked = on; } };
}

function keys(...items) {
  return make("div", { class: "legend" }, ...items.map(([kind, name]) =>
    make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name)));
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "adam_start", "Figure to play with: the first steps of Adam");
  const lengths = makePanel({ label: "the length of every step", title: "length of each step in units of η",
    xTitle: "step t", x: [0, STEPS], y: [-2.3, 2.3] });
  const averages = makePanel({ label: "the two averages at every step", title: "what is divided by what",
    xTitle: "step t", x: [0, STEPS], y: [0, 1.2] });
  const sliders = makeSliders(write);
  const switches = { correct_m: makeSwitch("correct_m", "correct m: divide it by 1 − β₁ᵗ", write),
    correct_v: makeSwitch("correct_v", "correct v: divide it by 1 − β₂ᵗ", write) };
  const said = make("p", { class: "outcome" });
  root.append(
    make("div", { class: "panels" },
      make("div", {}, lengths.node, keys(["ball", "Adam's step"], ["predicted", "nothing corrected, g constant"])),
      make("div", {}, averages.node, keys(["descent", "m"], ["nesterov", "√v"]))),
    make("div", { class: "controls" }, switches.correct_m.node, switches.correct_v.node, ...Object.values(sliders).map((s) => s.node)),
    make("div", { class: "buttons" },
      button("Correct both", () => write({ correct_m: true, correct_v: true })),
      button("Break it", () => write({ correct_m: true, correct_v: false })),
      button("Other noise", () => write({ seed: (read().seed + 1) % 100, noise: read().noise || 1 })),
      button("Reset", () => write(first))),
    said);
  const announce = announcer(root);

  function draw(state) {
    const steps = course(state, gradientsOf(state)), top = longest(steps);
    drawLengths(lengths, steps, state);
    drawAverages(averages, steps);
    for (const name in sliders) sliders[name].show(state[name]);
    for (const name in switches) switches[name].show(state[name]);
    said.textContent = outcome(steps);
    announce(said.textContent);
    Object.assign(root.dataset, { beta1: state.beta1, beta2: state.beta2, noise: state.noise, seed: state.seed });
    Object.assign(root.dataset, { corrected: `${+state.correct_m} ${+state.correct_v}`, at: top.t });
    Object.assign(root.dataset, { longest: top.length.toPrecision(3), first: steps[0].length.toPrecision(3) });
  }
  return connect(model, NAMES, [lengths, averages], root, draw);
}

export default { render };
