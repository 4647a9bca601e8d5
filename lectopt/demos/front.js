// needs: methods.js

// Four methods roll from one start through a curved valley, seen from above. The race runs by itself while it is in
// view, until it is paused. Who asks for less motion sees where the paths end, and a button that plays one run.

const NAMES = ["start", "steps", "lr_sgd", "lr_momentum", "lr_rmsprop", "lr_adam", "playing"];
const BOX = { x: [-2, 2], y: [-0.4, 1.6] };
const GOAL = [1, 1], NEAR = 0.1; // who comes this near to the goal and stays there has arrived
const RUN = 7000, REST = 3000; // milliseconds of a run, and of the rest after it
const SEEN = 0.3; // the share of the picture that has to be in view

// Rosenbrock's valley, its walls ten times less steep.
const STEEP = 10;
const valley = ([x, y]) => {
  const a = 1 - x, b = y - x * x;
  return [a * a + STEEP * b * b, [-2 * a - 4 * STEEP * x * b, 2 * STEEP * b]];
};

const RACERS = ["sgd", "momentum", "rmsprop", "adam"].map((id) => ({ id, ...METHODS[id] }));

// A racer's path, the step at which it has arrived (null: it has not), and whether it has flown far away.
function racer(one, { start, steps, [`lr_${one.id}`]: lr }) {
  const path = run(valley, start, one.rule, { lr, ...one.more }, steps), [x, y] = path[steps];
  const away = path.map(([x, y]) => !(Math.hypot(x - GOAL[0], y - GOAL[1]) <= NEAR));
  const arrived = away.lastIndexOf(true) + 1;
  return { ...one, lr, path, arrived: arrived > steps ? null : arrived, lost: !(Math.hypot(x, y) < 10) };
}

function outcome(racers, steps) {
  const names = (some) => some.map(({ name }) => name).join(", ").replace(/, ([^,]*)$/, " and $1");
  const clause = (some, one, many, rest) => some.length ? [`${names(some)} ${some.length > 1 ? many : one} ${rest}`] : [];
  const there = racers.filter(({ arrived }) => arrived !== null).sort((a, b) => a.arrived - b.arrived);
  const firsts = there.filter(({ arrived }) => arrived === there[0].arrived);
  const later = there.slice(firsts.length).map(({ name, arrived }) => `, then ${name} after ${arrived}`).join("");
  const [late, lost] = [false, true].map((gone) => racers.filter((one) => one.arrived === null && one.lost === gone));
  return [
    ...clause(firsts, "arrives", "arrive", `first, after ${there[0]?.arrived} steps${later}`),
    ...clause(late, "is", "are", `still on the way after ${steps} steps`),
    ...clause(lost, "has", "have", "left the picture"),
  ].map((words) => `${words[0].toUpperCase()}${words.slice(1)}.`).join(" ");
}

// ---------------------------------------------------------------- drawing

// The surface at and below a level is one closed curve: x from 1 - √level to 1 + √level, around y = x².
function basin(panel, level) {
  const points = Array.from({ length: 361 }, (_, i) => {
    const turn = (i / 180) * Math.PI, x = 1 - Math.sqrt(level) * Math.cos(turn);
    return [x, x * x + Math.sqrt(level / STEEP) * Math.sin(turn)];
  });
  return stroke("basin", panel.line(points));
}

function makeMap(write, read) {
  const panel = makePanel({ label: "a curved valley from above; a cross marks its lowest point", title: "", ...BOX, equal: true,
    edges: [1, 1, 1, 1] });
  const ground = make("g", { "aria-hidden": "true" });
  const trails = RACERS.map(({ kind }) => make("path", { class: kind }));
  const runners = RACERS.map(({ kind, shape }) => make("path", { class: `runner ${kind}`, d: `M0 0${shape}` }));
  panel.plot.insertBefore(ground, panel.marks);
  panel.plot.firstChild.classList.add("slope");
  panel.node.classList.add("wide");
  panel.marks.append(...trails, ...runners);
  const place = ([x, y]) => [clamp(x, ...BOX.x), clamp(y, ...BOX.y)].map((value) => +value.toFixed(2));
  const knob = makeKnob(panel, {
    name: "start",
    label: "start of the race: arrow keys move it, with Shift finer",
    move: (at) => write({ start: place(at) }),
    nudge: (across, up) => write({ start: place([read().start[0] + across / 20, read().start[1] + up / 20]) }),
  });
  let lines = [], drawn = 0;
  return Object.assign(panel, {
    drawMap(start, racers) {
      const [x, y, r] = [panel.X(GOAL[0]), panel.Y(GOAL[1]), panel.X(NEAR) - panel.X(0)];
      if (drawn !== panel.width) ground.innerHTML = [128, 64, 32, 16, 8, 4, 2, 1, 0.5, 0.2, 0.05].map((level) => basin(panel, level)).join("") +
        stroke("goal", `M${x - 5} ${y}h10m-5 -5v10`) + stroke("goal", `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`) +
        text(panel.width - 8, panel.height - 8, "w₁", 'text-anchor="end"') + text(8, 18, "w₂") +
        text(8, panel.height - 8, "drag the start");
      drawn = panel.width;
      // every path as points of the panel, up to the first that is no number, and as pieces to be joined
      lines = racers.map(({ path }) => panel.line(path).slice(1).split("L").map((piece) => [piece, piece.split(" ").map(Number)]));
      knob.show(start, `w₁ ${round(start[0])}, w₂ ${round(start[1])}`, { now: start[0], min: BOX.x[0], max: BOX.x[1] });
    },
    // All racers at a moment, which may lie between two steps.
    drawMoment(moment) {
      lines.forEach((line, i) => {
        const step = Math.min(Math.floor(moment), line.length - 1), [, from] = line[step], [, to] = line[step + 1] ?? line[step];
        const [x, y] = from.map((value, k) => (value + (moment - step) * (to[k] - value)).toFixed(2));
        trails[i].setAttribute("d", `M${line.slice(0, step + 1).map(([piece]) => piece).join("L")}L${x} ${y}`);
        runners[i].setAttribute("transform", `translate(${clamp(x, 9, panel.width - 9)} ${clamp(y, 9, panel.height - 9)})`);
      });
    },
  });
}

function makeLegend() {
  const rates = RACERS.map(() => make("span", { class: "value" }));
  const items = RACERS.map((one, i) => make("span", { class: "item" }, sample(one), `${one.name} `, rates[i]));
  const node = make("div", { class: "legend racers" }, make("span", {}, "learning rates:"), ...items);
  return { node, show: (racers) => racers.forEach(({ lr }, i) => { rates[i].textContent = round(lr); }) };
}

// Calls `tick` with the milliseconds since the last frame while the figure is in view, the page is, and `may` allows it.
function makeClock(picture, may, tick) {
  let asked = 0, last = 0, seen = false;
  const allowed = () => seen && !document.hidden && may();
  const frame = (now) => {
    asked = 0;
    if (!allowed()) return;
    tick(clamp(now - last, 0, 100));
    last = now;
    asked = requestAnimationFrame(frame);
  };
  const wake = () => {
    if (asked || !allowed()) return;
    last = performance.now();
    asked = requestAnimationFrame(frame);
  };
  const observer = new IntersectionObserver((entries) => {
    seen = entries[entries.length - 1].intersectionRatio >= SEEN - 0.01;
    wake();
  }, { threshold: [0, SEEN] });
  observer.observe(picture);
  document.addEventListener("visibilitychange", wake);
  const stop = () => {
    observer.disconnect();
    document.removeEventListener("visibilitychange", wake);
  };
  return { wake, stop };
}

function render({ model, el }) {
  const write = writer(model), still = matchMedia("(prefers-reduced-motion: reduce)");
  const read = () => Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
  const { start } = read();
  const root = makeRoot(el, "front", "Figure to play with: a race of four methods through a curved valley");
  const map = makeMap(write, read), legend = makeLegend();
  const count = make("span", { class: "value" }), said = make("p", { class: "outcome" });
  const toggle = button("Pause", () => write({ playing: !read().playing }));
  root.append(make("div", { class: "panels" }, map.node), legend.node,
    make("div", { class: "buttons" }, toggle, button("Reset", () => write({ start })), count), said);
  const announce = announcer(root);
  let time = 0, drawn = {}, racers = [];

  // The outcome keeps its place while the first run of a race hides it: nothing below may jump.
  function show() {
    const { steps } = read(), moment = Math.min(time / RUN, 1) * steps;
    map.drawMoment(moment);
    count.textContent = `step ${Math.floor(moment)} of ${steps}`;
    root.dataset.step = Math.floor(moment);
    if (time < RUN || !said.style.visibility) return;
    said.style.visibility = "";
    announce(said.textContent);
  }

  const clock = makeClock(map.svg, () => read().playing, (milliseconds) => {
    const resting = time >= RUN;
    time += milliseconds;
    if (time >= RUN && still.matches) write({ playing: false });
    if (time >= RUN + REST) time = 0;
    if (!resting || time < RUN) show();
  });

  function draw({ playing, ...race }) {
    if (playing && !drawn.playing && time >= RUN) time = 0;
    if (JSON.stringify(race) !== drawn.race) {
      racers = RACERS.map((one) => racer(one, race));
      time = playing ? 0 : RUN;
      said.textContent = outcome(racers, race.steps);
      said.style.visibility = "hidden";
      legend.show(racers);
    }
    drawn = { playing, race: JSON.stringify(race) };
    toggle.textContent = playing ? "Pause" : "Play";
    map.drawMap(race.start, racers);
    show();
    Object.assign(root.dataset, { start: race.start.join(" "), playing, arrived: racers.map(({ arrived }) => arrived ?? "never").join(" ") });
    clock.wake();
  }

  if (still.matches) write({ playing: false });
  else announce(""); // nothing is known yet: the outcome is told at the end of the first run
  const disconnect = connect(model, NAMES, [map], root, draw);
  return () => { disconnect(); clock.stop(); };
}

export default { render };
