// What the memory of L-BFGS buys, on a bowl of 20 dimensions whose curvatures are spread evenly from 1 to κ
// on a logarithmic scale. Two line searches: halving from 1, or exact.

const NAMES = ["memory", "kappa", "exact"];
const SIZE = 20, MOST = 1200; // dimensions; steps after which we stop counting

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const plus = (a, t, b) => a.map((x, i) => x + t * b[i]);
const curvatures = (kappa) => Array.from({ length: SIZE }, (_, i) => kappa ** (i / (SIZE - 1)));

// H g by the two-loop recursion; pairs [s, y], the newest last.
function twoLoop(g, pairs) {
  if (!pairs.length) return [...g];
  let q = g;
  const a = pairs.map(() => 0), last = pairs[pairs.length - 1];
  for (let i = pairs.length - 1; i >= 0; i--) {
    const [s, y] = pairs[i];
    a[i] = dot(s, q) / dot(s, y);
    q = plus(q, -a[i], y);
  }
  const gamma = dot(last[0], last[1]) / dot(last[1], last[1]);
  let r = q.map((x) => gamma * x);
  pairs.forEach(([s, y], i) => { r = plus(r, a[i] - dot(y, r) / dot(s, y), s); });
  return r;
}

const lossAt = (c, w) => w.reduce((sum, x, i) => sum + c[i] * x * x, 0) / 2;

// The share of the direction to go: to the lowest point of the line, or by halving from `lr` (Armijo).
function howFar(c, w, g, d, lr, exact) {
  const slope = dot(g, d), loss = lossAt(c, w);
  if (exact) return -slope / d.reduce((sum, x, i) => sum + c[i] * x * x, 0);
  for (let k = 0; k < 60; k++, lr *= 0.5) {
    const there = lossAt(c, plus(w, lr, d));
    if (there <= loss + 1e-4 * lr * slope && there < loss) return lr;
  }
  return 0;
}

// The losses from w = (1, …, 1) until they are down to 10⁻¹⁰ of the first. `memory` 0 is gradient descent at 2 / (κ + 1).
let kept = {};
function losses(memory, kappa, exact) {
  const key = [memory, kappa, exact && memory].join();
  if (kept[key]) return kept[key];
  const c = curvatures(kappa), list = [];
  let w = c.map(() => 1), g = [...c], pairs = [];
  for (let t = 0; t <= MOST; t++) {
    list.push(lossAt(c, w));
    if (list[t] <= 1e-10 * list[0]) break;
    const d = twoLoop(g, pairs).map((x) => -x);
    const lr = memory ? howFar(c, w, g, d, pairs.length ? 1 : 1 / Math.sqrt(dot(g, g)), exact) : 2 / (kappa + 1);
    if (!lr) break;
    const s = d.map((x) => lr * x), next = plus(w, 1, s), h = next.map((x, i) => c[i] * x);
    if (memory) pairs = [...pairs, [s, plus(h, -1, g)]].slice(-memory);
    [w, g] = [next, h];
  }
  if (Object.keys(kept).length > 60) kept = {};
  kept[key] = list;
  return list;
}

function counted(list) {
  return list[list.length - 1] <= 1e-10 * list[0] ? list.length - 1 : null;
}

function outcome({ memory, kappa, exact }) {
  const say = (count) => count ?? `more than ${MOST}`;
  const count = counted(losses(memory, kappa, exact)), one = counted(losses(1, kappa, exact));
  const all = counted(losses(SIZE, kappa, exact)), plain = counted(losses(0, kappa, exact));
  const others = [[1, `with one ${say(one)}`], [SIZE, `with twenty ${say(all)}`]].filter(([n]) => n !== memory).map(([, words]) => words);
  const pairs = `${memory} pair${memory === 1 ? "" : "s"}`;
  return {
    count, one, all, plain,
    words: `With ${pairs} L-BFGS needs ${say(count)} steps; ${others.join(", ")}. Gradient descent needs ${say(plain)}.`,
  };
}

function makeControls(write) {
  const box = make("input", { type: "checkbox", "data-trait": "exact" });
  box.addEventListener("change", () => write({ exact: box.checked }));
  return {
    memory: slider({
      name: "memory", label: "memory m (pairs)", last: SIZE - 1, input: (value) => write({ memory: value }),
      value: (n) => n + 1, position: (m) => m - 1, text: String,
    }),
    kappa: slider({
      name: "kappa", label: "condition number κ", last: 24, input: (value) => write({ kappa: value }),
      value: (n) => +(10 ** (1 + n / 8)).toPrecision(3), position: (k) => 8 * (Math.log10(k) - 1), text: (k) => round(k),
    }),
    exact: {
      node: make("label", { class: "switch" }, box, "exact line search"),
      show(on) { box.checked = on; },
    },
  };
}

function render({ model, el }) {
  const write = writer(model);
  const first = Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const root = makeRoot(el, "lbfgs_memory", "Figure to play with: the memory of L-BFGS");
  const loss = makeLoss("the loss at every step, for several memories"), controls = makeControls(write);
  const bars = makePanel({
    label: "steps until the loss is down to a ten-billionth, against the memory", title: "steps to 10⁻¹⁰ of the first loss",
    xTitle: "memory m", x: [0.5, 20.5], y: [0, 1], ratio: 0.5,
  });
  const said = make("p", { class: "outcome" });
  const key = (kind, name) => make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name);
  root.append(
    make("div", { class: "panels" },
      make("div", {}, loss.node, make("div", { class: "legend" }, key("ball", "this memory"), key("nesterov", "one pair"),
        key("predicted", "twenty pairs"), key("descent", "gradient descent at its best"))),
      bars.node),
    make("div", { class: "controls" }, ...Object.values(controls).map((c) => c.node)),
    make("div", { class: "buttons" }, button("Reset", () => write(first))),
    said);
  const announce = announcer(root);

  function draw(state) {
    const { memory, kappa, exact } = state, now = outcome(state);
    const curve = (m) => losses(m, kappa, exact).map((value, t) => [t, Math.log10(value / losses(m, kappa, exact)[0])]);
    const steps = Math.max(30, now.one ?? MOST);
    loss.drawLoss(steps, () => stroke("descent", loss.line(curve(0).slice(0, steps + 1))) + stroke("nesterov", loss.line(curve(1))) +
      stroke("predicted", loss.line(curve(SIZE))) + stroke("ball", loss.line(curve(memory))));
    const counts = Array.from({ length: SIZE }, (_, i) => counted(losses(i + 1, kappa, exact)) ?? MOST);
    bars.y = [0, 1.1 * Math.max(...counts)];
    bars.drawAxes([1, 5, 10, 15, 20].map((m) => [m, m]), ticks(...bars.y, 4));
    const [x, y] = [bars.X(memory), bars.Y(counts[memory - 1])];
    bars.marks.innerHTML = stroke("ball", bars.line(counts.map((n, i) => [i + 1, n]))) + stroke("best", `M${x} ${y - 6}l6 6l-6 6l-6 -6Z`);
    for (const name in controls) controls[name].show(state[name]);
    said.textContent = now.words;
    announce(now.words);
    Object.assign(root.dataset, { memory, kappa, exact });
    Object.assign(root.dataset, { count: now.count ?? "never", one: now.one ?? "never", all: now.all ?? "never", plain: now.plain ?? "never" });
  }
  return connect(model, NAMES, [loss, bars], root, draw);
}

export default { render };
