// The fit of noisy samples by networks that were trained beforehand: depth, L2 strength λ and dropout choose one.

const NAMES = ["depth", "strength", "dropout", "grid"];

// ---------------------------------------------------------------- what tools/grids.py has stored

// The number of a network in the lists of the grid: depth by depth, in each strength by strength.
const place = (grid, { depth, strength, dropout }) =>
  (grid.depths.indexOf(depth) * grid.strengths.length + grid.strengths.indexOf(strength)) * grid.dropouts.length +
  grid.dropouts.indexOf(dropout);

// Its curve, at 60 places from -1 to 1, its errors, and how steep the curve is at most.
function network(grid, state) {
  const at = place(grid, state), heights = grid.curves[at].map((y) => y / 1000), last = heights.length - 1;
  const curve = heights.map((y, i) => [(2 * i) / last - 1, y]);
  const slope = Math.max(...heights.slice(1).map((y, i) => (Math.abs(y - heights[i]) * last) / 2));
  return { curve, slope, train: grid.train[at], test: grid.test[at] };
}

// The network with the lowest test error of all, and the one with the highest.
function extreme(grid, sign) {
  let found = null;
  for (const depth of grid.depths) {
    for (const strength of grid.strengths) {
      for (const dropout of grid.dropouts) {
        const test = sign * network(grid, { depth, strength, dropout }).test;
        if (!found || test < found.test) found = { depth, strength, dropout, test };
      }
    }
  }
  const { depth, strength, dropout } = found;
  return { depth, strength, dropout };
}

function outcome(grid, { train, test }) {
  const noise = grid.noise * grid.noise, best = network(grid, extreme(grid, 1)).test;
  const errors = `Training error ${round(train)}, test error ${round(test)}`;
  if (test <= 1.15 * best) return `${errors}: ${test === best ? "the lowest test error of all" : "close to the best"}.`;
  if (train < noise / 2) return `${errors}: overfitting, it has learned the noise.`;
  if (train > 1.5 * noise) return `${errors}: too stiff, it misses the samples and the truth.`;
  return `${errors}: the best network reaches ${round(best)}.`;
}

// ---------------------------------------------------------------- drawing

const dots = (panel, points) => points.map(([x, y]) => `M${panel.X(x).toFixed(1)} ${panel.Y(y).toFixed(1)}h0`).join("");

function drawFit(fit, grid, state, seen) {
  const bare = network(grid, { depth: state.depth, strength: 0, dropout: 0 });
  fit.drawAxes(ticks(-1, 1, 4), ticks(...fit.y, 4));
  fit.marks.innerHTML =
    stroke("predicted", fit.line(bare.curve.map(([x]) => [x, Math.sin(Math.PI * x)]))) +
    stroke("descent", fit.line(bare.curve)) + stroke("ball", fit.line(seen.curve)) +
    stroke("goal dots", dots(fit, grid.x.map((x, i) => [x, grid.y[i]])));
}

// Both errors over all strengths, at this depth and dropout. The places are evenly spaced, λ is not.
function drawErrors(errors, grid, state, seen) {
  const row = grid.strengths.map((strength) => network(grid, { ...state, strength }));
  const points = (key) => row.map((net, i) => [i, Math.max(Math.log10(net[key]), errors.y[0] + 0.07)]);
  const below = row[0].train < 10 ** errors.y[0] ? text(errors.X(0) + 9, errors.height - 8, `↓ ${round(row[0].train)}`) : "";
  const at = grid.strengths.indexOf(state.strength), noise = errors.Y(2 * Math.log10(grid.noise));
  errors.drawAxes(grid.strengths.map((s, i) => [i, i % 2 ? "" : s]), [0.003, 0.01, 0.03, 0.1, 0.3].map((e) => [Math.log10(e), e]));
  errors.marks.innerHTML =
    stroke("predicted", `M0 ${noise}H${errors.width}`) + text(errors.width - 6, noise + 15, "noise", `text-anchor="end"`) +
    stroke("cursor", `M${errors.X(at)} 0V${errors.height}`) +
    stroke("ball", errors.line(points("train"))) + stroke("ball dots", dots(errors, points("train"))) +
    stroke("descent", errors.line(points("test"))) + below;
  errors.knob.show([at, Math.log10(seen.test)], `λ ${state.strength}, test error ${round(seen.test)}`, { now: at, min: 0, max: row.length - 1 });
}

// A slider that has only the places of the grid, with a tick at each.
function steps({ name, label, values, write, text }) {
  const made = slider({
    name, label, last: values.length - 1, input: (value) => write({ [name]: value }),
    value: (n) => values[n], position: (v) => values.indexOf(v), text,
  });
  const id = `ticks-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  made.node.append(make("datalist", { id }, ...values.map((_, i) => make("option", { value: i }))));
  made.node.querySelector("input").setAttribute("list", id);
  return made;
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read(), { grid } = first, { depths, strengths, dropouts } = grid;
  delete first.grid;
  const root = makeRoot(el, "fit", "Figure to play with: the fit of noisy samples under a penalty, depth and dropout");
  const onto = (n) => write({ strength: strengths[clamp(Math.round(n), 0, strengths.length - 1)] });
  const fit = makePanel({ label: "samples, truth and fit", title: "the fit", xTitle: "x", x: [-1.05, 1.05], y: [-2.1, 2.1], ratio: 0.75 });
  const errors = makePanel({
    label: "errors against the L2 strength", title: "errors (drag along λ)", xTitle: "L2 strength λ",
    x: [-0.3, strengths.length - 0.7], y: [-2.6, 0], ratio: 0.75,
  });
  errors.knob = makeKnob(errors, {
    name: "strength", label: "L2 strength: arrow keys move it from one network to the next",
    move: ([n]) => onto(n),
    nudge: (across, up) => onto(strengths.indexOf(read().strength) + Math.sign(across + up)),
  });
  const controls = [
    steps({ name: "depth", label: "hidden layers", values: depths, write, text: String }),
    steps({ name: "strength", label: "L2 strength λ", values: strengths, write, text: String }),
    steps({ name: "dropout", label: "dropout p", values: dropouts, write, text: String }),
  ];
  const said = make("p", { class: "outcome" }), steep = make("p", { class: "legend" });
  const legend = (...items) => items.map(([kind, words]) => make("span", { class: "item" }, ...(kind ? [make("span", { class: `key ${kind}` })] : []), words));
  const keys = make("div", { class: "legend" },
    make("span", { class: "whole" }, "The fit:"),
    ...legend(["ball", "this fit"], ["descent", "no regularization"], ["predicted", "truth"], ["", "● samples"]),
    make("span", { class: "whole" }, "The errors:"),
    ...legend(["ball", "training error"], ["descent", "test error"], ["predicted", "noise"]),
    make("span", { class: "whole" }, `Trained beforehand: every tick of a slider is one network, ${grid.test.length} in all, and there is none between two ticks.`));
  root.append(
    make("div", { class: "panels" }, fit.node, errors.node), keys,
    make("div", { class: "controls" }, ...controls.map((control) => control.node)),
    make("div", { class: "buttons" },
      button("Snap to the lowest test error", () => write(extreme(grid, 1))),
      button("Break it: too little", () => write({ depth: depths.at(-1), strength: 0, dropout: 0 })),
      button("Break it: too much", () => write({ strength: strengths.at(-1), dropout: dropouts.at(-1) })),
      button("Reset", () => write(first))),
    said, steep);
  const announce = announcer(root);

  function draw(state) {
    const seen = network(grid, state);
    drawFit(fit, grid, state, seen);
    drawErrors(errors, grid, state, seen);
    controls[0].show(state.depth);
    controls[1].show(state.strength);
    controls[2].show(state.dropout);
    said.textContent = outcome(grid, seen);
    steep.textContent = `Steepest place of the fit: slope ${round(seen.slope, 2)}. The truth has ${round(Math.PI, 2)}; the noise on the samples has the variance ${round(grid.noise * grid.noise)}.`;
    announce(said.textContent);
    const { depth, strength, dropout } = state;
    Object.assign(root.dataset, { depth, strength, dropout, train: seen.train, test: seen.test, slope: seen.slope });
  }
  return connect(model, NAMES, [fit, errors], root, draw);
}

export default { render };
