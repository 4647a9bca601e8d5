// Exponentially weighted averages of the temperatures of a year, and the weights of one day as bars.

const NAMES = ["beta", "correct", "from_first", "day", "temperatures"];

// ---------------------------------------------------------------- numerics, as in lectopt/averages.py

// v <- beta v + (1 - beta) x, from 0; `fromFirst`: from the first value, which then stands on day 1.
function ewa(x, beta, correct, fromFirst) {
  let v = fromFirst ? x[0] : 0;
  return x.map((value, i) => {
    if (!fromFirst || i) v = beta * v + (1 - beta) * value;
    return correct ? v / (1 - beta ** (i + 1)) : v;
  });
}

// The weights of x_1 … x_t at time t.
function weights(beta, t, correct, fromFirst) {
  const sum = correct ? 1 - beta ** t : 1;
  return Array.from({ length: t }, (_, i) =>
    (fromFirst && i === 0 ? beta ** (t - 1) : (1 - beta) * beta ** (t - 1 - i)) / sum);
}

function plainMeans(x) {
  let sum = 0;
  return x.map((value, i) => (sum += value) / (i + 1));
}

const add = (values) => values.reduce((a, b) => a + b, 0);
const nearest = (beta) => Math.round(1 / (1 - beta)); // the window of the rule of thumb, in days

// What the chosen day's average is made of. Its weights add up to `total`; `share` lies on the window, `start`
// on what stood there before the first day; `age` is the mean age of what counts, `noise` what is left of
// the variance of independent values.
function facts({ beta, correct, from_first: fromFirst }, t) {
  const w = weights(beta, t, correct, fromFirst), total = add(w), size = Math.min(t, nearest(beta));
  return {
    w, size, total,
    share: add(w.slice(t - size)) / total,
    start: fromFirst ? w[0] : correct ? 0 : beta ** t,
    age: add(w.map((weight, i) => weight * (t - 1 - i))) / total,
    noise: add(w.map((weight) => weight * weight)),
  };
}

const percent = (share) => `${round(100 * share)} %`;

function outcome(average, t, { total, size, share }) {
  const days = size === 1 ? "the newest day carries" : `the newest ${size} days carry`;
  const sum = Math.abs(total - 1) < 5e-4 ? "add up to 1" : `add up to ${round(total)}, not to 1`;
  return `Day ${t}: the average is ${average.toFixed(1)} °C. Its weights ${sum}; ${days} ${percent(share)} of them.`;
}

// ---------------------------------------------------------------- drawing

function drawYear(year, x, averages, state, t, { size }) {
  const points = (values) => values.map((value, i) => [i + 1, value]);
  const line = (kind, values) => stroke(kind, year.line(points(values)));
  year.x = [1, x.length];
  year.y = [Math.min(0, Math.floor(Math.min(...x))), Math.ceil(Math.max(...x)) + 1];
  year.drawAxes([1, ...ticks(0, x.length, 5).map(([n]) => n).slice(1)].map((n) => [n, n]), ticks(...year.y, 5));
  year.marks.innerHTML = stroke("cursor", `M${year.X(t)} 0V${year.height}`) + line("data", x) +
    stroke("newest", year.line(points(x).slice(t - size, t))) +
    line("descent", plainMeans(x)) + line("ball", averages) +
    (averages[t - 1] > year.y[1] ? text(year.X(t) + 10, 30, "↑ above the panel") : "");
  year.knob.show([t, averages[t - 1]], `day ${t}, average ${averages[t - 1].toFixed(1)} degrees`, { now: t, min: 1, max: x.length });
}

// Newest on the right, as in the year. A start that outweighs all days is cut off, and says how much it is.
function drawBars(bars, { beta, correct, from_first: fromFirst }, t, { w, size, start }) {
  const back = Math.ceil(Math.min(Math.max(20, t), Math.max(20, 5 / (1 - beta))));
  const top = 1.2 * Math.max(...(fromFirst && t > 1 ? w.slice(1) : w));
  bars.x = [-back - 0.5, 0.5];
  bars.y = [0, 100 * top];
  const gap = bars.X(1) - bars.X(0) > 4 ? 1 : 0;
  const bar = (age, weight) => {
    const [left, right, height] = [bars.X(-age - 0.5), bars.X(-age + 0.5) - gap, bars.Y(100 * Math.min(weight, top))];
    return `M${left.toFixed(2)} ${bars.height}V${height.toFixed(2)}H${right.toFixed(2)}V${bars.height}Z`;
  };
  const row = w.map((weight, i) => (t - 1 - i <= back ? bar(t - 1 - i, weight) : ""));
  const from = fromFirst ? 1 : 0, old = fromFirst ? t - 1 : t; // the start stands on day 1, or before it
  const px = bars.X(-old), right = px > bars.width / 2;
  bars.drawAxes(ticks(-back, 0, 5).map(([n]) => [n, -n]), ticks(0, 100 * top, 4));
  bars.marks.innerHTML = stroke("bar", row.slice(from, t - size).join("")) +
    stroke("bar near", row.slice(Math.max(from, t - size)).join("")) +
    (start > 0.002 ? stroke("bar start", bar(old, start)) +
      text(px + (right ? -8 : 8), 18, `${fromFirst ? "x₁" : "v₀ = 0"} has ${percent(start)}`,
        `class="strong" text-anchor="${right ? "end" : "start"}"`) : "");
}

function rows() {
  const node = make("ul", { class: "directions" }, ...[0, 1].map(() => make("li")));
  return {
    node,
    show({ age, noise }) {
      node.children[0].textContent = `Mean age of what it averages: ${age.toFixed(1)} days.`;
      node.children[1].textContent = `Of independent noise, ${percent(noise)} of the variance is left.`;
    },
  };
}

function check(name, label, write) {
  const box = make("input", { type: "checkbox", "data-trait": name });
  box.addEventListener("change", () => write({ [name]: box.checked }));
  return { node: make("label", { class: "switch" }, box, label), show(on) { box.checked = on; } };
}

function render({ model, el }) {
  const write = writer(model);
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const first = read();
  const root = makeRoot(el, "running_average", "Figure to play with: exponentially weighted averages of a year");
  const onto = (day) => write({ day: Math.round(clamp(day, 1, read().temperatures.length)) });
  const year = makePanel({
    label: "temperatures of a year, with averages", title: "°C, synthetic (drag the chosen day)", xTitle: "day t", x: [1, 2], y: [0, 1], ratio: 0.7,
  });
  year.knob = makeKnob(year, {
    name: "day", label: "chosen day: arrow keys move it by five days, with Shift by one",
    move: ([day]) => onto(day),
    nudge: (across, up) => onto(read().day + 5 * (across + up)),
  });
  const bars = makePanel({
    label: "the weights of the chosen day's average", title: "weights in %", xTitle: "days before the chosen day", x: [0, 1], y: [0, 1], ratio: 0.7,
  });
  const beta = slider({
    name: "beta", label: "β", last: 198, input: (value) => write({ beta: value }),
    value: (n) => n / 200, position: (b) => 200 * b, text: (b) => round(b),
  });
  const day = slider({
    name: "day", label: "chosen day t", last: 364, input: onto,
    value: (n) => n + 1, position: (t) => t - 1, text: String,
  });
  const correct = check("correct", "bias correction: divide by 1 − βᵗ", write);
  const fromFirst = check("from_first", "start at x₁, not at 0", write);
  const said = make("p", { class: "outcome" }), more = rows();
  const keys = make("div", { class: "legend" },
    ...[["ball", "weighted average"], ["descent", "plain mean so far"], ["data", "temperature"], ["newest", "newest 1/(1 − β) days"]]
      .map(([kind, name]) => make("span", { class: "item" }, make("span", { class: `key ${kind}` }), name)));
  root.append(
    make("div", { class: "panels" }, year.node, bars.node), keys,
    make("div", { class: "controls" }, beta.node, correct.node, day.node, fromFirst.node),
    make("div", { class: "buttons" },
      ...[0.5, 0.9, 0.98].map((b) => button(`β = ${b}`, () => write({ beta: b }))),
      button("Break it: correct twice", () => write({ correct: true, from_first: true })),
      button("Reset", () => write(first))),
    said, more.node);
  const announce = announcer(root);

  function draw(state) {
    const { beta: b, temperatures: x } = state, t = Math.min(state.day, x.length);
    const averages = ewa(x, b, state.correct, state.from_first), seen = facts(state, t);
    drawYear(year, x, averages, state, t, seen);
    drawBars(bars, state, t, seen);
    beta.show(b);
    day.show(t, x.length - 1);
    correct.show(state.correct);
    fromFirst.show(state.from_first);
    said.textContent = outcome(averages[t - 1], t, seen);
    more.show(seen);
    announce(said.textContent);
    Object.assign(root.dataset, { beta: b, day: t, correct: state.correct, first: state.from_first });
    Object.assign(root.dataset, { average: averages[t - 1], total: seen.total, share: seen.share, start: seen.start });
  }
  return connect(model, NAMES, [year, bars], root, draw);
}

export default { render };
