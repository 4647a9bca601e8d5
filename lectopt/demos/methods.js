// Rules that scale every coordinate by itself, operation by operation as in lectopt/rules.py, for vectors of any
// length; their path; surfaces that core.js does not have; and how a method is drawn. A figure takes them by
// `// needs: methods.js`.
// As in lectopt, a rule takes w, the gradient, its state (arrays, changed in place) and, in one object, its numbers.

function adagrad(w, g, h, { lr, eps = 1e-10 }) {
  for (let i = 0; i < w.length; i++) {
    h[i] += g[i] * g[i];
    w[i] -= lr * g[i] / (Math.sqrt(h[i]) + eps);
  }
}

// numpy's: Math.sign would keep the sign of a zero
const sign = (x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : x);

function rprop(w, g, before, d, { t, lr, shrink = 0.5, grow = 1.2, d_min = 1e-6, d_max = 50 }) {
  for (let i = 0; i < w.length; i++) {
    if (t === 1) d[i] += lr;
    const agreement = g[i] * before[i];
    if (agreement > 0) d[i] *= grow;
    if (agreement < 0) d[i] *= shrink;
    d[i] = clamp(d[i], d_min, d_max);
    before[i] = agreement < 0 ? 0 : g[i];
    w[i] -= d[i] * sign(before[i]);
  }
}

function rmsprop(w, g, v, { lr, rho = 0.9, eps = 1e-8 }) {
  for (let i = 0; i < w.length; i++) {
    v[i] += (1 - rho) * (g[i] * g[i] - v[i]);
    w[i] -= lr * g[i] / (Math.sqrt(v[i]) + eps);
  }
}

function adam(w, g, m, v, { t, lr, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 }) {
  const unbias = 1 / (1 - beta2 ** t), rate = lr / (1 - beta1 ** t);
  for (let i = 0; i < w.length; i++) {
    m[i] += (1 - beta1) * (g[i] - m[i]);
    v[i] += (1 - beta2) * (g[i] * g[i] - v[i]);
    w[i] -= rate * m[i] / (Math.sqrt(unbias * v[i]) + eps);
  }
}

function adamw(w, g, m, v, { weight_decay = 0.01, ...hyper }) {
  const kept = 1 - hyper.lr * weight_decay;
  for (let i = 0; i < w.length; i++) w[i] *= kept;
  adam(w, g, m, v, hyper);
}

// The path of `steps` steps, the start first, of these rules or of core.js's. Before each step `see`, if there is
// one, gets t, w, the state and the gradient, for figures that show them. A rule's state starts at zero; how many
// vectors it has, its number of parameters tells (all but w, the gradient and the numbers).
function run(fun, start, rule, hyper, steps, see) {
  const w = [...start], path = [[...start]];
  const state = Array.from({ length: rule.length - 3 }, () => w.map(() => 0));
  for (let t = 1; t <= steps; t++) {
    const g = fun(w)[1];
    see?.(t, w, state, g);
    rule(w, g, ...state, { ...hyper, t });
    path.push([...w]);
  }
  return path;
}

// quadratic([a, b], angle): a bowl whose axes are turned
function turned([a, b], angle) {
  const c = Math.cos(angle), s = Math.sin(angle);
  const h11 = a * c * c + b * s * s, h12 = (a - b) * c * s, h22 = a * s * s + b * c * c;
  return ([x, y]) => {
    const g = [h11 * x + h12 * y, h12 * x + h22 * y];
    return [(g[0] * x + g[1] * y) / 2, g];
  };
}

function beale([x, y]) {
  const y2 = y * y, y3 = y2 * y;
  const a = 1.5 - x + x * y, b = 2.25 - x + x * y2, c = 2.625 - x + x * y3;
  const gx = 2 * (a * (y - 1) + b * (y2 - 1) + c * (y3 - 1)), gy = 2 * x * (a + 2 * b * y + 3 * c * y2);
  return [a * a + b * b + c * c, [gx, gy]];
}

function doubleWell([x, y]) {
  const a = x * x - 1;
  return [a * a / 4 + y * y / 2, [x * a, y]];
}

// A second cue besides the colour: each racer has its own dash (in demo.css) and shape.
const METHODS = {
  sgd: { name: "gradient descent", kind: "descent", rule: sgd, shape: "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z" },
  momentum: { name: "momentum", kind: "ball", rule: momentum, more: { momentum: 0.9 }, shape: "m-5-5h10v10h-10Z" },
  nesterov: { name: "Nesterov", kind: "nesterov", rule: nesterov, more: { momentum: 0.9 }, shape: "m0-6l6 11h-12Z" },
  adagrad: { name: "AdaGrad", kind: "adagrad", rule: adagrad, shape: "m0-7l7 7l-7 7l-7-7Z" },
  rprop: { name: "RProp", kind: "rprop", rule: rprop, shape: "m0 6l6-11h-12Z" },
  rmsprop: { name: "RMSProp", kind: "rmsprop", rule: rmsprop, shape: "m-2.5-6.5h5v4h4v5h-4v4h-5v-4h-4v-5h4Z" },
  adam: { name: "Adam", kind: "adam", rule: adam, shape: "m0-8l2.4 5.6l5.6 2.4l-5.6 2.4l-2.4 5.6l-2.4-5.6l-5.6-2.4l5.6-2.4Z" },
};

// A method's line and shape, for a legend or a table.
const sample = ({ kind, shape }) => make("svg", { class: "swatch-line", "aria-hidden": "true" },
  make("path", { class: kind, d: "M0 9h34" }), make("path", { class: `runner ${kind}`, d: `M17 9${shape}` }));

// The way to come is faint, the way so far strong, and the racer stands where it is.
function sofar(panel, { kind, shape }, points, step) {
  const [x, y] = points[step], px = panel.X(x), py = panel.Y(y);
  const here = Number.isNaN(px + py) ? "" :
    stroke(`runner ${kind}`, `M${clamp(px, 7, panel.width - 7)} ${clamp(py, 7, panel.height - 7)}${shape}`);
  return stroke(`${kind} coming`, panel.line(points.slice(step))) + stroke(kind, panel.line(points.slice(0, step + 1))) + here;
}
