// Gradient descent, heavy ball and Nesterov from one start, each at its best values for curvatures 1 and κ.

const NAMES = ["kappa", "start", "steps", "step", "tuned"];
const MOST = 20000; // steps after which we stop counting; κ = 1000 needs 6908

function racers({ kappa, tuned }) {
  return [
    { name: "gradient descent", kind: "descent", rule: sgd, hyper: bestDescent(kappa) },
    { name: "heavy ball", kind: "ball", rule: momentum, hyper: bestHeavyBall(kappa) },
    { name: "Nesterov", kind: "nesterov", rule: nesterov, hyper: bestNesterov(kappa, tuned) },
  ];
}

// A second cue besides the colour: each racer has its own shape.
const shapes = {
  descent: (x, y) => `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z`,
  ball: (x, y) => `M${x - 5} ${y - 5}h10v10h-10Z`,
  nesterov: (x, y) => `M${x} ${y - 6}l6 11h-12Z`,
};

function runner(panel, kind, [x, y]) {
  const px = panel.X(x), py = panel.Y(y);
  if (!Number.isFinite(px + py)) return "";
  return stroke(`runner ${kind}`, shapes[kind](clamp(px, 6, panel.width - 6), clamp(py, 6, panel.height - 6)));
}

// The way to come is faint, the way so far strong, and the racer stands where it is.
function sofar(panel, kind, points, step) {
  return stroke(`${kind} coming`, panel.line(points.slice(step))) +
    stroke(kind, panel.line(points.slice(0, step + 1))) + runner(panel, kind, points[step]);
}

function makeTable() {
  const head = ["method", "learning rate η", "momentum μ", "steps to |w| ≤ 10⁻⁶ |w₀|"];
  const body = make("tbody");
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...head.map((words) => make("th", { scope: "col" }, words)))), body);
  return {
    node: table,
    show(runs) {
      body.replaceChildren(...runs.map(({ name, kind, hyper, count }) => make("tr", { "data-racer": kind },
        make("th", { scope: "row" }, make("span", { class: `key ${kind}` }), name),
        make("td", {}, round(hyper.lr)), make("td", {}, "momentum" in hyper ? round(hyper.momentum) : "–"),
        make("td", {}, String(count ?? `more than ${MOST}`)))));
    },
  };
}

function makeSliders(write) {
  const kappa = slider({
    name: "kappa", label: "condition number κ", last: 120, input: (value) => write({ kappa: value }),
    value: (n) => +(10 ** (n / 40)).toPrecision(3), position: (k) => 40 * Math.log10(k), text: (k) => round(k),
  });
  const steps = slider({
    name: "steps", label: "steps to run", last: 49, input: (value) => write({ steps: value, step: value }),
    value: (n) => 10 * (n + 1), position: (t) => t / 10 - 1, text: String,
  });
  const step = slider({
    name: "step", label: "look at step", last: 100, input: (value) => write({ step: value }),
    value: (n) => n, position: (t) => t, text: String,
  });
  return { step, steps, kappa };
}

function makeSwitch(write) {
  const box = make("input", { type: "checkbox", "data-trait": "tuned" });
  box.addEventListener("change", () => write({ tuned: box.checked }));
  return {
    node: make("label", { class: "switch" }, box, "Nesterov tuned for bowls, not the usual η = 1/λₙ"),
    show(on) { box.checked = on; },
  };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "race", "Figure to play with: a race of gradient descent, heavy ball and Nesterov");
  const bowl = makeBowl("the bowl from above, with three paths", write, read);
  const loss = makeLoss("the losses of the three at every step");
  const sliders = makeSliders(write), tuned = makeSwitch(write), table = makeTable();
  const said = make("p", { class: "outcome" });
  root.append(
    make("div", { class: "panels" }, bowl.node, loss.node),
    make("div", { class: "controls" }, ...Object.values(sliders).map((s) => s.node), tuned.node),
    make("div", { class: "buttons" }, button("Reset", () => write(first))),
    table.node, said);
  const announce = announcer(root);

  function draw(state) {
    const { kappa, start, steps } = state, step = Math.min(state.step, steps), fun = quadratic([1, kappa]);
    const runs = racers(state).map((racer) => ({
      ...racer,
      path: descend(fun, start, racer.rule, racer.hyper, steps),
      count: stepsToMillionth(fun, start, racer.rule, racer.hyper, MOST),
    }));
    bowl.drawBowl(kappa, start, runs.map(({ kind, path }) =>
      sofar(bowl, kind, path, step)).join(""));
    loss.drawLoss(steps, () => {
      const curves = runs.map(({ kind, path }) => [kind, loss.losses(fun, path)]);
      return stroke("cursor", `M${loss.X(step)} 0V${loss.height}`) +
        curves.map(([kind, points]) => sofar(loss, kind, points, step)).join("");
    });
    for (const name in sliders) sliders[name].show(name === "step" ? step : state[name], name === "step" ? steps : undefined);
    tuned.show(state.tuned);
    table.show(runs);
    const counts = runs.map(({ name, count }) => `${name} ${count ?? `more than ${MOST}`}`).join(", ");
    said.textContent = `At step ${step}: ` + runs.map(({ name, path }) => `${name} has loss ${round(fun(path[step])[0])}`).join(", ") + ".";
    announce(`Steps to a millionth of the distance: ${counts}. ${said.textContent}`);
    Object.assign(root.dataset, { kappa, start: start.join(" "), steps, step, tuned: state.tuned });
    root.dataset.counts = runs.map(({ count }) => count).join(" ");
  }
  return connect(model, NAMES, [bowl, loss], root, draw);
}

export default { render };
