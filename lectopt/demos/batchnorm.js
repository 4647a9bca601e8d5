// A batch of one unit's values, normalized: inputs above, outputs below, a line from each to each.

const NAMES = ["batch", "neighbor", "shift", "scale", "gamma", "beta", "test", "running_mean", "running_var"];

// ---------------------------------------------------------------- numerics, as in lectopt/normalization.py

const EPS = 1e-5, DECAY = 0.9;
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

// Mean and variance of a batch; the variance is divided by the number of values.
function statistics(z) {
  const m = mean(z);
  return { mean: m, var: mean(z.map((v) => (v - m) * (v - m))) };
}

const normalize = (z, { mean, var: v }, gamma, beta) => z.map((x) => (gamma * (x - mean)) / Math.sqrt(v + EPS) + beta);

// The running statistics after taking in the batch once more; B / (B - 1) on the variance only.
function update(running, z) {
  const own = statistics(z), unbiased = (own.var * z.length) / (z.length - 1);
  return {
    mean: running.mean + (1 - DECAY) * (own.mean - running.mean),
    var: running.var + (1 - DECAY) * (unbiased - running.var),
  };
}

// ---------------------------------------------------------------- the batch

const POINT = 3; // the reader's point; then the neighbor; then these, whose mean and variance are about 2 and 4
const OTHERS = [
  0.8, 3.5, -1.1, 2.3, 1.4, 4.8, 2.7, -0.3, 1.8, 5.7, 0.3, 3.1, 2, -2.2, 4.2, 1.1, 2.9, 0.6, 6.2, 1.6,
  -0.7, 3.8, 2.5, 0, 5.2, 1.3, 3.3, -1.6, 2.2, 4.5];

const raw = ({ batch, neighbor }) => [POINT, neighbor, ...OTHERS.slice(0, batch - 2)];
const inputs = (state) => raw(state).map((v) => state.scale * v + state.shift);

// The outputs in both modes, and what shift and scale alone change for the reader's point.
function facts(state) {
  const z = inputs(state), own = statistics(z), running = { mean: state.running_mean, var: state.running_var };
  const out = (values, by) => normalize(values, by, state.gamma, state.beta);
  const plain = raw(state);
  return {
    z, own, running, train: out(z, own), test: out(z, running),
    moved: { train: out(z, own)[0] - out(plain, statistics(plain))[0], test: out(z, running)[0] - out(plain, running)[0] },
  };
}

const short = (value) => value.toFixed(2).replace("-", "−").replace(/^−(0\.00)$/, "$1");

function outcome({ test: on }, { z, train, test }) {
  const [now, other] = on ? [test, train] : [train, test];
  return `${on ? "Test" : "Train"} mode: your point ${short(z[0])} comes out at ${short(now[0])}. ` +
    `In ${on ? "train" : "test"} mode it would come out at ${short(other[0])}.`;
}

function lines({ test: on, batch }, { own, running, moved }) {
  const tell = ({ mean, var: v }) => `mean ${short(mean)}, standard deviation ${short(Math.sqrt(v))}`;
  const by = short(moved[on ? "test" : "train"]);
  return [
    `This batch of ${batch}: ${tell(own)}. Running: ${tell(running)}.`,
    `Shift and scale of the input change your point's output by ${by}.`,
  ];
}

// ---------------------------------------------------------------- drawing

const TOP = 0.72, LOW = 0.15;

function drawBatch(panel, state, { z, own, running, train, test }) {
  const y = state.test ? test : train, by = state.test ? running : own;
  const [up, down] = [panel.Y(TOP), panel.Y(LOW)], at = (value) => clamp(panel.X(value), -1e4, 1e4).toFixed(1);
  const spread = Math.sqrt(by.var), bar = panel.Y(0.92);
  const link = (i) => `M${at(z[i])} ${up}L${at(y[i])} ${down}`;
  const rest = z.map((_, i) => i).slice(2);
  panel.drawAxes(ticks(-10, 10, 6), [[TOP, "in"], [LOW, "out"]]);
  panel.marks.innerHTML = stroke("grid", `M0 ${up}h${panel.width}M0 ${down}h${panel.width}`) +
    stroke("data", rest.map(link).join("")) + stroke("ball", link(1)) + stroke("descent", link(0)) +
    stroke("newest", `M${at(by.mean - spread)} ${bar}H${at(by.mean + spread)}M${at(by.mean)} ${bar - 6}v12`) +
    stroke("dots", rest.map((i) => `M${at(z[i])} ${up}h0M${at(y[i])} ${down}h0`).join("")) +
    stroke("runner ball", square(at(y[1]), down)) +
    stroke("runner descent", diamond(at(z[0]), up) + diamond(at(y[0]), down));
  panel.knob.show([z[1], TOP], `neighbor ${short(z[1])}, its output ${short(y[1])}`, { now: z[1], min: -10, max: 10 });
}

const diamond = (x, y) => `M${x} ${y - 8}l8 8l-8 8l-8 -8Z`;
const square = (x, y) => `M${x - 6} ${y - 6}h12v12h-12Z`;

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "batchnorm", "Figure to play with: a batch, normalized");
  const onto = (value) => write({ neighbor: +clamp(value, -10, 10).toFixed(2) });
  const panel = makePanel({
    label: "the values of one unit before and after BatchNorm", title: "one unit's values (drag the neighbor, the round point)",
    xTitle: "value", x: [-10, 10], y: [0, 1], ratio: 0.5,
  });
  panel.node.classList.add("wide");
  panel.knob = makeKnob(panel, {
    name: "neighbor", label: "neighbor's value: arrow keys move it, with Shift finer",
    move: ([x]) => onto((x - read().shift) / read().scale),
    nudge: (across, up) => onto(read().neighbor + (across + up) / 2),
  });
  const tenths = (name, label, low, high, unit = 0.1) => slider({
    name, label, last: Math.round((high - low) / unit), input: (value) => write({ [name]: value }),
    value: (n) => +(low + n * unit).toFixed(2), position: (v) => (v - low) / unit, text: (v) => round(v).replace("-", "−"),
  });
  const bars = [
    tenths("batch", "batch size B", 2, 32, 1), tenths("gamma", "γ", 0, 3), tenths("beta", "β", -5, 5),
    tenths("shift", "shift of the input", -5, 5), tenths("scale", "scale of the input", 0.1, 3),
  ];
  const names = ["batch", "gamma", "beta", "shift", "scale"];
  const box = make("input", { type: "checkbox", "data-trait": "test" });
  box.addEventListener("change", () => write({ test: box.checked }));
  const takeIn = () => {
    const { z, running } = facts(read());
    let now = running;
    for (let i = 0; i < 10; i++) now = update(now, z);
    write({ running_mean: now.mean, running_var: now.var });
  };
  const said = make("p", { class: "outcome" });
  const more = make("ul", { class: "directions" }, make("li"), make("li"));
  const keys = make("div", { class: "legend" },
    ...[["descent", "your point"], ["ball", "its neighbor"], ["data", "the others"], ["newest", "mean ± standard deviation in use"]]
      .map(([kind, name]) => make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name)));
  root.append(
    make("div", { class: "panels" }, panel.node), keys,
    make("div", { class: "controls" }, ...bars.map((bar) => bar.node),
      make("label", { class: "switch" }, box, "test mode: running statistics")),
    make("div", { class: "buttons" },
      button("Shift and rescale", () => write({ shift: -4, scale: 2 })),
      button("Running statistics: take in this batch 10 times", takeIn),
      button("Break it: batch of 2", () => write({ batch: 2 })),
      button("Reset", () => write(first))),
    said, more);
  const announce = announcer(root);

  function draw(state) {
    const seen = facts(state);
    drawBatch(panel, state, seen);
    bars.forEach((bar, i) => bar.show(state[names[i]]));
    box.checked = state.test;
    said.textContent = outcome(state, seen);
    lines(state, seen).forEach((words, i) => { more.children[i].textContent = words; });
    announce(said.textContent);
    Object.assign(root.dataset, { batch: state.batch, neighbor: state.neighbor, test: state.test });
    Object.assign(root.dataset, { train: seen.train[0], tested: seen.test[0], rmean: state.running_mean, rvar: state.running_var });
    Object.assign(root.dataset, { outputs: (state.test ? seen.test : seen.train).join(" ") });
  }
  return connect(model, NAMES, [panel], root, draw);
}

export default { render };
