// Gradient descent in a valley of curvatures 1 and κ, turned by an angle: the factors |1 - ηλ| of its two
// directions against η, linked to the path and its loss. Along the axis of η runs ηκ, so that the borders
// 1 and 2 are the same lines for every κ.

const NAMES = ["kappa", "angle", "lr", "start", "steps"];
const TOP = 2.4; // of ηκ
const MOST = 20000; // steps after which we stop counting

// As lectopt.quadratic(curvature, angle), operation by operation; the angle is in degrees here.
function valley([a, b], degrees) {
  if (!degrees) return quadratic([a, b]);
  const angle = (degrees * Math.PI) / 180, c = Math.cos(angle), s = Math.sin(angle);
  const h11 = a * c * c + b * s * s, h12 = (a - b) * c * s, h22 = a * s * s + b * c * c;
  return ([x, y]) => {
    const g = [h11 * x + h12 * y, h12 * x + h22 * y];
    return [(g[0] * x + g[1] * y) / 2, g];
  };
}

// What a step does to the part of w along a direction of curvature λ: it multiplies it by 1 - ηλ.
function along(lr, curvature) {
  const factor = 1 - lr * curvature, size = Math.abs(factor);
  let words = factor > 0 ? "creeps" : "changes sides at every step";
  if (size < 1e-9) words = "is at the bottom after one step";
  if (size > 1 - 1e-9) words = factor > 0 ? "does not move" : "jumps from side to side for ever";
  if (factor < -1 - 1e-9) words = "runs away, changing sides at every step";
  return { factor: Math.abs(factor) < 1e-15 ? 0 : factor, size, words };
}

// What one sees, in words; `count` is the number of steps to a millionth of the distance, or null.
function outcome({ kappa, lr }, count) {
  const flat = along(lr, 1), steep = along(lr, kappa), worst = Math.max(flat.size, steep.size);
  const arrives = count === null ? `and more than ${MOST} to a millionth of the distance` : `and ${count} to a millionth of the distance`;
  const enough = Math.max(1, Math.ceil(Math.log(0.5) / Math.log(worst)));
  const time = `${enough} step${enough > 1 ? "s" : ""} to halve the distance, ${arrives}.`;
  let kind = "creeps", words = `It creeps without crossing the valley: ${time}`;
  if (lr * kappa > 1 + 1e-9) [kind, words] = ["zig-zags", `It zig-zags, crossing the valley at every step: ${time}`];
  if (worst < 1e-9) [kind, words] = ["arrives", "It is at the bottom after one step: the valley is round."];
  if (worst > 1 - 1e-9) [kind, words] = lr === 0 ? ["stays", "It does not move."] : ["stays", "It never arrives: it jumps from wall to wall for ever."];
  if (worst > 1 + 1e-9) [kind, words] = ["diverges", `It diverges: across the valley the distance grows by a factor of ${round(worst, 4)} a step.`];
  return { flat, steep, worst, kind, words };
}

function makeFactors(read, write) {
  const panel = makePanel({
    label: "the factor of each direction against the learning rate", title: "factor |1 − ηλ| per step (drag η)",
    xTitle: "learning rate η", x: [0, TOP], y: [0, 1.4], ratio: 0.9,
  });
  const place = (x) => ({ lr: +(clamp(x, 0, TOP) / read().kappa).toPrecision(4) });
  panel.knob = makeKnob(panel, {
    name: "lr",
    label: "learning rate: arrow keys left and right, with Shift finer",
    move: ([x]) => write(place(x)),
    nudge: (across) => write(place(read().lr * read().kappa + across / 50)),
  });
  return panel;
}

function drawFactors(panel, { kappa, lr }, { worst }) {
  const wall = (x) => `M${panel.X(x)} 0V${panel.height}`;
  const steep = panel.line([[0, 1], [1, 0], [TOP, TOP - 1]]);
  const flat = panel.line([0, 1, 2, TOP].concat(kappa < TOP ? [kappa] : []).sort((a, b) => a - b).map((x) => [x, Math.abs(1 - x / kappa)]));
  const best = (2 * kappa) / (1 + kappa), [bx, by] = [panel.X(best), panel.Y((kappa - 1) / (kappa + 1))];
  const at = (x, y, words, anchor = "middle", more = "") => text(panel.X(x), panel.Y(y), words, `text-anchor="${anchor}" ${more}`);
  panel.marks.innerHTML = stroke("beyond", `${wall(2)}H${panel.X(TOP)}V0Z`) + stroke("grid", panel.line([[0, 1], [TOP, 1]])) +
    stroke("cursor", wall(1)) + stroke("limit", wall(2)) + (kappa > 1 ? stroke("flat", flat) : "") + stroke("steep", steep) +
    stroke("best", `M${bx} ${by - 6}l6 6l-6 6l-6 -6Z`) +
    at(0.5, 1.28, "creeps") + at(1.42, 1.28, "zig-zags") + at(TOP - 0.02, 1.28, "diverges", "end", 'class="strong"') +
    at(1, 1.1, "1/λmax") + at(1.96, 1.1, "2/λmax", "end");
  panel.drawAxes([0, 0.5, 1, 1.5, 2].map((n) => [n, round(n / kappa, 2)]), [0, 0.5, 1].map((n) => [n, n]));
  panel.knob.show([lr * kappa, worst], `learning rate ${round(lr)}, factor ${round(worst)}`, { now: lr, min: 0, max: TOP / kappa });
}

function makeSliders(read, write) {
  const kappa = slider({
    name: "kappa", label: "condition number κ", last: 120, input: (value) =>
      write({ kappa: value, lr: Math.min(10, (read().lr * read().kappa) / value) }), // at the same ηκ
    value: (n) => +(10 ** (n / 40)).toPrecision(3), position: (k) => 40 * Math.log10(k), text: (k) => round(k),
  });
  const angle = slider({
    name: "angle", label: "turned by", last: 90, input: (value) => write({ angle: value }),
    value: (n) => n, position: (a) => a, text: (a) => `${round(a)}°`,
  });
  const lr = slider({
    name: "lr", label: "learning rate η", last: 240, input: (value) => write({ lr: value }),
    value: (n) => n / 100 / read().kappa, position: (lr) => 100 * lr * read().kappa, text: (lr) => round(lr),
  });
  const steps = slider({
    name: "steps", label: "steps", last: 49, input: (value) => write({ steps: value }),
    value: (n) => 10 * (n + 1), position: (t) => t / 10 - 1, text: String,
  });
  return { lr, kappa, angle, steps };
}

function directions() {
  const row = (kind, name) => make("li", {}, make("span", { class: `key ${kind}` }), name, make("span"));
  const steep = row("steep", "across the valley: "), flat = row("flat", "along it: ");
  return {
    node: make("ul", { class: "directions" }, steep, flat),
    show(seen, kappa) {
      const say = (item, curvature, { words, factor }) =>
        item.lastChild.textContent = `${words}, factor ${round(factor)} (curvature ${round(curvature)})`;
      say(steep, kappa, seen.steep);
      say(flat, 1, seen.flat);
    },
  };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "conditioning", "Figure to play with: gradient descent in a narrow valley");
  const factors = makeFactors(read, write);
  const bowl = makeBowl("the valley from above, with the path of gradient descent", write, read);
  const loss = makeLoss("the loss at every step");
  loss.y = [-10, 5];
  const sliders = makeSliders(read, write);
  const said = make("p", { class: "outcome" });
  const rows = directions();
  const key = (kind, name) => make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name);
  root.append(
    make("div", { class: "panels" },
      make("div", {}, factors.node, make("div", { class: "legend" }, key("steep", "across the valley"), key("flat", "along it"),
        make("span", { class: "item" }, "◇ best η"))),
      make("div", {}, bowl.node, loss.node,
        make("div", { class: "legend" }, key("ball", "gradient descent"), key("descent", "at the best η")))),
    make("div", { class: "controls" }, ...Object.values(sliders).map((s) => s.node)),
    make("div", { class: "buttons" },
      button("Snap to the best η", () => write(bestDescent(read().kappa))),
      button("Break it", () => write({ lr: 2.02 / read().kappa })),
      button("Reset", () => write(first))),
    said, rows.node);
  const announce = announcer(root);

  function draw(state) {
    const { kappa, angle, lr, start, steps } = state, fun = valley([1, kappa], angle);
    const path = descend(fun, start, sgd, state, steps), count = stepsToMillionth(fun, start, sgd, state, MOST);
    const seen = outcome(state, count);
    drawFactors(factors, state, seen);
    const way = bowl.line(path);
    bowl.drawBowl(kappa, start, stroke("ball", way) + stroke("ball dots", way.replace(/L/g, "h0M") + "h0"));
    for (const ring of bowl.marks.querySelectorAll("ellipse")) {
      ring.setAttribute("transform", `rotate(${-angle} ${bowl.X(0)} ${bowl.Y(0)})`);
    }
    loss.drawLoss(steps, () =>
      stroke("descent", loss.line(loss.losses(fun, descend(fun, start, sgd, bestDescent(kappa), steps)))) +
      stroke("ball", loss.line(loss.losses(fun, path))));
    for (const name in sliders) sliders[name].show(state[name]);
    said.textContent = seen.words;
    rows.show(seen, kappa);
    announce(seen.words);
    Object.assign(root.dataset, { kappa, angle, lr, start: start.join(" "), steps, factor: seen.worst, outcome: seen.kind });
    root.dataset.count = count ?? "never";
  }
  return connect(model, NAMES, [factors, bowl, loss], root, draw);
}

export default { render };
