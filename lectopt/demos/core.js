// What all demos share: first the numerics of lectopt, then the few pieces that figures are made of.
// A demo's own file is joined to this one in Python, because a module loaded from a Blob cannot import.

// ---------------------------------------------------------------- problems and rules
// Operation by operation as in lectopt/problems.py and lectopt/rules.py, in the same order:
// the trajectories are then equal to the last bit, and a test holds them to it.

const quadratic = ([a, b]) => ([x, y]) => {
  const g = [a * x, b * y];
  return [(g[0] * x + g[1] * y) / 2, g];
};

const rosenbrock = ([x, y]) => {
  const a = 1 - x, b = y - x * x;
  return [a * a + 100 * b * b, [-2 * a - 400 * x * b, 200 * b]];
};

const saddle = ([x, y]) => [(x * x - y * y) / 2, [x, -y]];

function sgd(w, g, v, { lr }) {
  for (let i = 0; i < 2; i++) w[i] -= lr * g[i];
}

function momentum(w, g, v, { lr, momentum }) {
  for (let i = 0; i < 2; i++) {
    v[i] = v[i] * momentum + g[i];
    w[i] -= lr * v[i];
  }
}

function nesterov(w, g, v, { lr, momentum }) {
  for (let i = 0; i < 2; i++) {
    v[i] = v[i] * momentum + g[i];
    w[i] -= lr * (g[i] + momentum * v[i]);
  }
}

// The path of `steps` steps: a list of points, the start first. For these three rules, in two dimensions; `run` in
// methods.js takes any rule and any length. All three get a velocity, sgd too, which does not use it.
function descend(fun, start, rule, hyper, steps) {
  const w = [...start], v = [0, 0], path = [[...start]];
  for (let t = 1; t <= steps; t++) {
    rule(w, fun(w)[1], v, hyper);
    path.push([w[0], w[1]]);
  }
  return path;
}

// The first step at which |w| is a millionth of what it was, or null if `most` steps do not get there.
function stepsToMillionth(fun, start, rule, hyper, most) {
  const w = [...start], v = [0, 0], goal = 1e-6 * Math.sqrt(w[0] * w[0] + w[1] * w[1]);
  for (let t = 0; t <= most; t++) {
    if (Math.sqrt(w[0] * w[0] + w[1] * w[1]) <= goal) return t;
    rule(w, fun(w)[1], v, hyper);
  }
  return null;
}

// ---------------------------------------------------------------- heavy ball on a bowl
// In a direction of curvature λ, heavy ball is w_{t+1} = s w_t - μ w_{t-1} with s = 1 + μ - ηλ.

// The rate: by what factor the distance shrinks a step, in the long run. It is the smallest r that
// passes the test of Schur and Cohn, μ <= r² and |s| <= r + μ/r, and we find it by halving.
function rate({ momentum, lr }, curvature) {
  const s = Math.abs(1 + momentum - lr * curvature);
  let low = Math.sqrt(momentum), high = Math.max(low, s);
  if (low + low >= s) return low;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (middle + momentum / middle < s) low = middle;
    else high = middle;
  }
  return high;
}

function regime({ momentum, lr }, curvature) {
  const s = 1 + momentum - lr * curvature, critical = 2 * Math.sqrt(momentum);
  if (lr === 0) return "does not move";
  if (lr * curvature >= 2 + 2 * momentum) return "diverges";
  if (Math.abs(Math.abs(s) - critical) < 1e-9) return "critically damped";
  if (Math.abs(s) < critical) return "swings";
  return s > 0 ? "creeps" : "flips at every step";
}

// The best values for curvatures 1 and κ.
const bestDescent = (kappa) => ({ lr: 2 / (1 + kappa) });

function bestHeavyBall(kappa) {
  const root = Math.sqrt(kappa), r = (root - 1) / (root + 1), q = 2 / (1 + root);
  return { lr: q * q, momentum: r * r };
}

// Nesterov's method as it is usually set, η = 1/L, or tuned for bowls.
function bestNesterov(kappa, tuned) {
  const root = Math.sqrt(tuned ? 3 * kappa + 1 : kappa), shift = tuned ? 2 : 1;
  return { lr: tuned ? 4 / (3 * kappa + 1) : 1 / kappa, momentum: (root - shift) / (root + shift) };
}

// ---------------------------------------------------------------- numbers in words

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const power = (n) => "10" + String(n).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);

function round(value, digits = 3) {
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (Number.isFinite(size) && (size < -3 || size > 5)) return `${round(value / 10 ** size, digits)} · ${power(size)}`;
  return String(+value.toPrecision(digits));
}

// Round values that divide an axis into about `count` parts.
function ticks(low, high, count) {
  const raw = (high - low) / count, unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((s) => s >= raw);
  const values = [];
  for (let i = Math.ceil(low / step); i * step <= high * (1 + 1e-9); i++) values.push([i * step, round(i * step)]);
  return values;
}

// ---------------------------------------------------------------- elements

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "g", "circle", "path", "rect"]);

function make(tag, attributes = {}, ...children) {
  const node = DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function makeRoot(el, name, label) {
  const root = make("div", { class: "lectopt-demo", "data-demo": name, role: "group", "aria-label": label });
  // JupyterLab would take the arrow keys for itself and move to another cell.
  root.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  });
  el.append(root);
  return root;
}

function button(text, press) {
  const node = make("button", { type: "button" }, text);
  node.addEventListener("click", press);
  return node;
}

// A slider has whole positions 0 … last; `value` and `position` translate. The value itself lives in
// the model, so a value between two positions (from Python, from "snap") stays exact.
function slider({ name, label, last, value, position, text, input }) {
  const bar = make("input", { type: "range", min: 0, max: last, step: 1, "data-trait": name });
  // for the eye alone: the bar tells its value itself, and only when it is asked
  const shown = make("span", { class: "value", "aria-hidden": "true" });
  bar.addEventListener("input", () => input(value(Number(bar.value))));
  // a finger that comes down on the bar and then scrolls the page has not meant the bar
  let latest, before;
  bar.addEventListener("pointerdown", () => { before = latest; });
  bar.addEventListener("pointercancel", () => input(before));
  return {
    node: make("label", { class: "control" }, make("span", {}, label), bar, shown),
    show(current, max = last) {
      latest = current;
      bar.max = max;
      bar.value = Math.round(position(current));
      bar.setAttribute("aria-valuetext", text(current));
      shown.textContent = text(current);
    },
  };
}

// Tells the outcome to a screen reader, once, when the reader has paused; `first` is on the page already.
function announcer(root) {
  const region = make("div", { class: "spoken", role: "status", "aria-live": "polite" });
  let timer, said;
  root.append(region);
  return (text) => {
    said ??= text;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (text !== said) region.textContent = said = text;
    }, 900);
  };
}

// ---------------------------------------------------------------- panels

// A panel is an SVG as large as its place; `plot` is an inner SVG, which clips, of `width` x `height` pixels.
// With `equal`, both axes have one scale and the height follows. `edges` is the room for axes: left, top, right, bottom.
function makePanel({ label, title, xTitle, x, y, equal = false, ratio = 0.6, edges = [42, 6, 14, 36] }) {
  const axes = make("g", { "aria-hidden": "true" });
  const marks = make("g", { "aria-hidden": "true" });
  const plot = make("svg", {}, make("rect", { class: "ground", width: "100%", height: "100%" }), marks);
  const svg = make("svg", { role: "img", "aria-label": label }, axes, plot); // with a knob, a group (makeKnob)
  const [left, top, right, bottom] = edges;
  const panel = {
    svg, plot, marks, x, y, width: 0, height: 0,
    node: make("div", { class: "panel" }, make("div", { class: "title", "aria-hidden": "true" }, title), svg),
    X: (value) => ((value - panel.x[0]) / (panel.x[1] - panel.x[0])) * panel.width,
    Y: (value) => ((panel.y[1] - value) / (panel.y[1] - panel.y[0])) * panel.height,
    // where the pointer is, in pixels of the plot
    pixel(event) {
      const box = svg.getBoundingClientRect();
      return [event.clientX - box.left - left, event.clientY - box.top - top];
    },
    data: ([px, py]) => [
      panel.x[0] + clamp(px / panel.width, 0, 1) * (panel.x[1] - panel.x[0]),
      panel.y[1] - clamp(py / panel.height, 0, 1) * (panel.y[1] - panel.y[0]),
    ],
    fit() {
      const full = svg.getBoundingClientRect().width;
      panel.width = Math.max(0, full - left - right);
      panel.height = panel.width * (equal ? (panel.y[1] - panel.y[0]) / (panel.x[1] - panel.x[0]) : ratio);
      svg.setAttribute("height", panel.height + top + bottom);
      svg.setAttribute("viewBox", `0 0 ${full} ${panel.height + top + bottom}`); // on paper the picture is scaled
      for (const [name, value] of Object.entries({ x: left, y: top, width: panel.width, height: panel.height })) {
        plot.setAttribute(name, value);
      }
    },
    drawAxes(xTicks, yTicks) {
      const base = top + panel.height;
      const across = xTicks.map(([v, text]) =>
        `<path d="M${left + panel.X(v)} ${base}v4"/><text x="${left + panel.X(v)}" y="${base + 16}" text-anchor="middle">${text}</text>`);
      const up = yTicks.map(([v, text]) =>
        `<path d="M${left} ${top + panel.Y(v)}h-4"/><text x="${left - 7}" y="${top + panel.Y(v) + 4}" text-anchor="end">${text}</text>`);
      axes.innerHTML = across.join("") + up.join("") +
        `<text class="axis" x="${left + panel.width}" y="${base + 32}" text-anchor="end">${xTitle}</text>`;
    },
    // A path through data points, up to the first that is no number. Far outside, SVG's own numbers give out.
    line(points) {
      let d = "";
      for (const [x, y] of points) {
        const px = panel.X(x), py = panel.Y(y);
        if (Number.isNaN(px + py)) break;
        d += `${d ? "L" : "M"}${clamp(px, -1e4, 1e4).toFixed(1)} ${clamp(py, -1e4, 1e4).toFixed(1)}`;
      }
      return d;
    },
  };
  return panel;
}

const text = (x, y, words, attributes = "") => `<text x="${x}" y="${y}" ${attributes}>${words}</text>`;
const stroke = (kind, d) => `<path class="${kind}" d="${d}"/>`;

// A knob to drag with mouse or finger, or to move with the arrow keys (Shift: finer).
// `move` gets a point of the panel, `nudge` gets whole steps across and up.
function makeKnob(panel, { name, label, move, nudge }) {
  const knob = make("g", { class: "knob", tabindex: 0, role: "slider", "aria-label": label, "data-knob": name },
    make("circle", { class: "touch", r: 18 }), make("circle", { class: "ring", r: 12 }), make("circle", { class: "dot", r: 7 }));
  panel.plot.append(knob);
  panel.svg.setAttribute("role", "group");
  let place = [0, 0], grip = null, tap = false;
  const keys = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  const follow = (event) => {
    const [px, py] = panel.pixel(event);
    move(panel.data([px + grip[0], py + grip[1]]));
  };
  // Held by a finger, the knob moves and the page does not (inside an SVG, touch-action alone does not do it).
  knob.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  panel.svg.addEventListener("pointerdown", (event) => {
    const held = knob.contains(event.target);
    if (event.button) return;
    // A mouse may start anywhere. A finger beside the knob may want to scroll: it counts as a tap when it lifts.
    tap = event.pointerType !== "mouse" && !held;
    if (tap) return;
    event.preventDefault();
    knob.focus({ preventScroll: true });
    panel.svg.setPointerCapture(event.pointerId);
    const [px, py] = panel.pixel(event);
    grip = held ? [place[0] - px, place[1] - py] : [0, 0];
    if (!held) follow(event);
  });
  panel.svg.addEventListener("pointermove", (event) => grip && follow(event));
  panel.svg.addEventListener("pointerup", (event) => {
    if (tap) move(panel.data(panel.pixel(event)));
    grip = null;
    tap = false;
  });
  panel.svg.addEventListener("pointercancel", () => { grip = null; tap = false; });
  knob.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    nudge(...keys[event.key].map((n) => n * (event.shiftKey ? 0.2 : 1)));
  });
  return {
    node: knob,
    show([x, y], words, now) {
      place = [clamp(panel.X(x), 0, panel.width), clamp(panel.Y(y), 0, panel.height)];
      knob.setAttribute("transform", `translate(${place[0].toFixed(1)} ${place[1].toFixed(1)})`);
      knob.setAttribute("aria-valuetext", words);
      for (const [key, value] of Object.entries(now)) knob.setAttribute(`aria-value${key}`, value);
    },
  };
}

// ---------------------------------------------------------------- the bowl and the loss, in two of our panels

const BOWL = { x: [-10, 10], y: [-4, 4] };

function makeBowl(label, write, read) {
  const panel = makePanel({ label, title: "w₂ (drag the start of the path)", xTitle: "w₁", ...BOWL, equal: true });
  const place = ([x, y]) => [clamp(x, ...BOWL.x), clamp(y, ...BOWL.y)].map((value) => +value.toFixed(2));
  const knob = makeKnob(panel, {
    name: "start",
    label: "start of the path: arrow keys move it, with Shift finer",
    move: (at) => write({ start: place(at) }),
    nudge: (across, up) => write({ start: place([read().start[0] + across / 4, read().start[1] + up / 4]) }),
  });
  return Object.assign(panel, {
    drawBowl(kappa, start, paths) {
      let rings = "";
      for (let radius = 0.5; radius < 400; radius *= 2) {
        const [cx, cy] = [panel.X(0), panel.Y(0)], unit = panel.X(1) - cx;
        rings += `<ellipse class="contour" cx="${cx}" cy="${cy}" rx="${radius * unit}" ry="${(radius * unit) / Math.sqrt(kappa)}"/>`;
      }
      const goal = stroke("goal", `M${panel.X(0) - 5} ${panel.Y(0)}h10m-5 -5v10`);
      panel.marks.innerHTML = rings + paths + goal;
      panel.drawAxes(ticks(...BOWL.x, 4), ticks(...BOWL.y, 4));
      knob.show(start, `w₁ ${round(start[0])}, w₂ ${round(start[1])}`, { now: start[0], min: BOWL.x[0], max: BOWL.x[1] });
    },
  });
}

function makeLoss(label) {
  const panel = makePanel({ label, title: "loss, on a logarithmic scale", xTitle: "step t", x: [0, 100], y: [-10, 4], ratio: 0.5 });
  return Object.assign(panel, {
    losses: (fun, path) => path.map((w, t) => [t, Math.log10(fun(w)[0])]),
    drawLoss(steps, marks) {
      panel.x = [0, steps];
      panel.drawAxes(ticks(0, steps, 4), [4, 0, -4, -8].map((n) => [n, n ? power(n) : "1"]));
      panel.marks.innerHTML = stroke("grid", [4, 0, -4, -8].map((n) => `M0 ${panel.Y(n)}h${panel.width}`).join("")) + marks();
    },
  });
}

// ---------------------------------------------------------------- model and drawing

// The state of a demo is in the widget's model (Python's traits, where there is a kernel).
// `draw` runs once after any number of changes made together, and whenever the size changes.
function connect(model, names, panels, root, draw) {
  let waiting = false;
  const read = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const redraw = () => {
    waiting = false;
    if (panels[0].width > 0) draw(read());
  };
  for (const name of names) {
    model.on(`change:${name}`, () => {
      if (!waiting) queueMicrotask(redraw);
      waiting = true;
    });
  }
  // What the pictures show is said in the outcome. The id is random: a counter would start again in a second figure.
  const said = root.querySelector(".outcome");
  said.id = `outcome-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  panels.forEach((panel) => panel.svg.setAttribute("aria-describedby", said.id));
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    panels.forEach((panel) => panel.fit());
    redraw();
  });
  observer.observe(root);
  return () => observer.disconnect();
}

function writer(model) {
  return (values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  };
}
