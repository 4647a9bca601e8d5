// The plane of momentum μ and learning rate η, linked to the path on the bowl and to its loss.
// Upwards the plane shows ηκ, so that the limit of stability is the same line for every κ.

const TOP = 4.4; // of ηκ; the limit is 2 + 2μ < 4
const NAMES = ["kappa", "momentum", "lr", "start", "steps"];
const LEVELS = [3000, 1000, 500, 300, 200, 150, 100, 70, 50, 40, 30, 20, 10]; // steps for a factor of a million
const MOMENTUM_MAX = 0.995, LR_MAX = 10;

const levelRate = (steps) => 10 ** (-6 / steps);

// Where both directions have rate r or better, corners as [μ, ηκ]: the test of Schur and Cohn makes it
// μ <= r² and ηκ between two straight lines, the lower one from the flat direction, the upper from the steep.
function levelCorners(r, kappa) {
  const down = kappa * (1 - r), up = 1 + r;
  if (up * up < down * (1 - r)) return [];
  const left = Math.max(0, (r * (down - up)) / (down + up));
  const lower = (m) => down * (1 - m / r), upper = (m) => up * (1 + m / r);
  return [[left, lower(left)], [left, upper(left)], [r * r, upper(r * r)], [r * r, lower(r * r)]];
}

// The borders of a direction, [μ, ηκ]: eigenvalues are complex between √(ηλ) = 1 - √μ and 1 + √μ.
// `share` is κ/λ.
function border(share, sign) {
  return Array.from({ length: 101 }, (_, i) => [(i / 100) ** 2, share * (1 + (sign * i) / 100) ** 2]);
}

// What one sees, in words.
function outcome(state) {
  const { kappa, momentum, lr } = state;
  const flat = { regime: regime(state, 1), rate: rate(state, 1) };
  const steep = { regime: regime(state, kappa), rate: rate(state, kappa) };
  const worst = Math.max(flat.rate, steep.rate), shown = round(worst);
  let words = `Rate ${shown} a step: |w| shrinks by a factor of a million in about ${Math.round(Math.log(1e-6) / Math.log(worst))} steps.`;
  if (worst < 0.01) words = `Rate ${shown} a step: at the minimum almost at once.`;
  if (worst >= 1 - 1e-12) words = "It never arrives: nothing shrinks.";
  if (worst > 1 + 1e-12) words = `It diverges: |w| grows by a factor of ${shown} a step.`;
  return { flat, steep, rate: worst, words };
}

function drawPlane(plane, { kappa, momentum, lr }) {
  const clip = (points) => plane.line(points.filter(([, y]) => y <= 2 * TOP));
  const levels = LEVELS.map((n) => levelCorners(levelRate(n), kappa)).filter((corners) => corners.length)
    .map((corners) => stroke("level", plane.line(corners) + "Z"));
  const limit = plane.line([[0, 2], [1, 4]]);
  const beyond = stroke("beyond", `${limit}V0H0Z`);
  const steep = stroke("steep", clip(border(1, -1))) + stroke("steep", clip(border(1, 1)));
  const flat = kappa === 1 ? "" : stroke("flat", clip(border(kappa, -1))) + stroke("flat", clip(border(kappa, 1)));
  const best = bestHeavyBall(kappa), [bx, by] = [plane.X(best.momentum), plane.Y(best.lr * kappa)];
  plane.marks.innerHTML = beyond + levels.join("") + steep + flat + stroke("limit", limit) +
    stroke("best", `M${bx} ${by - 6}l6 6l-6 6l-6 -6Z`) + planeWords(plane, kappa) +
    (lr * kappa > TOP ? text(plane.X(momentum), 30, "↑ above the panel", 'text-anchor="middle"') : "");
  plane.drawAxes([0, 0.2, 0.4, 0.6, 0.8, 1].map((m) => [m, m]), [0, 1, 2, 3, 4].map((n) => [n, round(n / kappa, 2)]));
}

function planeWords(plane, kappa) {
  const at = (m, y, words, attributes = "") => text(plane.X(m), plane.Y(y), words, attributes);
  // along the limit, which rises by 2 over the whole width
  const slope = (-Math.atan2(2 * plane.height / TOP, plane.width) * 180) / Math.PI;
  const along = `transform="rotate(${slope} ${plane.X(0.5)} ${plane.Y(3.12)})"`;
  // the words beside the flat direction's border go where it leaves them room
  const flat = (y) => Math.max(0, 1 - Math.sqrt(y / kappa)) ** 2;
  return at(0.03, 4.05, "diverges", 'class="strong"') + at(0.5, 3.12, "ηκ = 2 + 2μ", along) +
    at(0.012, 1.62, "steep flips") + at(0.012, 0.1, "both creep") +
    (flat(1) > 0.45 ? at(0.12, 0.95, "steep swings") : "") +
    (flat(2) < 0.65 ? at(Math.max(0.25, flat(2) + 0.03), 2, "both swing") : "");
}

function legend() {
  const swatches = [500, 200, 100, 50, 30, 10].map((n) => {
    const depth = LEVELS.indexOf(n) + 1; // levels lie on top of each other
    return make("span", { class: "swatch", style: `--depth: ${1 - 0.92 ** depth}` }, String(n));
  });
  return make("div", { class: "legend" }, make("span", { class: "whole" }, "Bluer is faster. Steps for a factor of a million:"), ...swatches);
}

function directions() {
  const row = (kind, name) => make("li", {}, make("span", { class: `key ${kind}` }), name, make("span"));
  const steep = row("steep", "steep direction: "), flat = row("flat", "flat direction: ");
  return {
    node: make("ul", { class: "directions" }, steep, flat),
    show(seen, kappa) {
      const say = (item, curvature, { regime, rate }) =>
        item.lastChild.textContent = `${regime}, rate ${round(rate)} (curvature ${round(curvature)})`;
      say(steep, kappa, seen.steep);
      say(flat, 1, seen.flat);
    },
  };
}

function makeSliders(read, write) {
  const kappa = slider({
    name: "kappa", label: "condition number κ", last: 120, input: (value) =>
      // η moves along: the handle keeps its place, at the same ηκ
      write({ kappa: value, lr: Math.min(LR_MAX, (read().lr * read().kappa) / value) }),
    value: (n) => +(10 ** (n / 40)).toPrecision(3), position: (k) => 40 * Math.log10(k), text: (k) => round(k),
  });
  const momentum = slider({
    name: "momentum", label: "momentum μ", last: 199, input: (value) => write({ momentum: value }),
    value: (n) => n / 200, position: (m) => 200 * m, text: (m) => round(m),
  });
  const lr = slider({
    name: "lr", label: "learning rate η", last: 220, input: (value) => write({ lr: value }),
    value: (n) => n / 50 / read().kappa, position: (lr) => 50 * lr * read().kappa, text: (lr) => round(lr),
  });
  const steps = slider({
    name: "steps", label: "steps", last: 49, input: (value) => write({ steps: value }),
    value: (n) => 10 * (n + 1), position: (t) => t / 10 - 1, text: String,
  });
  return { momentum, lr, kappa, steps };
}

function makePlane(read, write) {
  const plane = makePanel({
    label: "plane of momentum and learning rate", title: "learning rate η", xTitle: "momentum μ",
    x: [0, 1], y: [0, TOP], ratio: 1.08,
  });
  const place = (m, y) => ({ momentum: +clamp(m, 0, MOMENTUM_MAX).toFixed(3), lr: clamp(y, 0, TOP) / read().kappa });
  plane.knob = makeKnob(plane, {
    name: "plane",
    label: "momentum and learning rate: arrow keys left and right for momentum, up and down for the learning rate, with Shift finer",
    move: ([m, y]) => write(place(m, y)),
    nudge: (across, up) => write(place(read().momentum + across / 100, read().lr * read().kappa + up / 20)),
  });
  return plane;
}

function drawLosses(loss, { kappa, start, steps }, fun, path, seen) {
  const descent = descend(fun, start, sgd, bestDescent(kappa), steps);
  const first = Math.log10(fun(start)[0]);
  const predicted = [[0, first], [steps, first + 2 * steps * Math.log10(Math.max(seen.rate, 1e-30))]];
  loss.drawLoss(steps, () =>
    stroke("descent", loss.line(loss.losses(fun, descent))) + stroke("predicted", loss.line(predicted)) +
    stroke("ball", loss.line(loss.losses(fun, path))));
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "momentum_plane", "Figure to play with: momentum and learning rate on a bowl");
  const plane = makePlane(read, write);
  const bowl = makeBowl("the bowl from above, with the path of heavy ball", write, read);
  const loss = makeLoss("the loss at every step");
  const sliders = makeSliders(read, write);
  const said = make("p", { class: "outcome" });
  const rows = directions();
  const keys = make("div", { class: "legend" },
    ...[["ball", "heavy ball"], ["predicted", "as the rate predicts"], ["descent", "gradient descent at its best"]]
      .map(([kind, name]) => make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name)));
  root.append(
    make("div", { class: "panels" },
      make("div", {}, plane.node, legend()), make("div", {}, bowl.node, loss.node, keys)),
    make("div", { class: "controls" }, ...Object.values(sliders).map((s) => s.node)),
    make("div", { class: "buttons" },
      button("Snap to the best values", () => write(bestHeavyBall(read().kappa))),
      button("Break it", () => write({ lr: (1.02 * (2 + 2 * read().momentum)) / read().kappa })),
      button("Reset", () => write(first))),
    said, rows.node);
  const announce = announcer(root);

  function draw(state) {
    const { kappa, momentum: mu, lr, start, steps } = state;
    const fun = quadratic([1, kappa]), path = descend(fun, start, momentum, state, steps);
    const seen = outcome(state);
    drawPlane(plane, state);
    plane.knob.show([mu, lr * kappa], `momentum ${round(mu)}, learning rate ${round(lr)}`, { now: mu, min: 0, max: MOMENTUM_MAX });
    const way = bowl.line(path);
    bowl.drawBowl(kappa, start, stroke("ball", way) + stroke("ball dots", way.replace(/L/g, "h0M") + "h0"));
    drawLosses(loss, state, fun, path, seen);
    for (const name in sliders) sliders[name].show(state[name]);
    said.textContent = seen.words;
    rows.show(seen, kappa);
    announce(seen.words);
    Object.assign(root.dataset, { kappa, momentum: mu, lr, start: start.join(" "), steps, rate: seen.rate });
    root.dataset.outcome = seen.rate > 1 + 1e-12 ? "diverges" : "converges";
  }
  return connect(model, NAMES, [plane, bowl, loss], root, draw);
}

export default { render };
