// Runs the demos of the book on a page without a kernel.
// The page holds the state of its widgets as JSON, and a script element where each is to be seen.
// A demo's state carries its module and style sheet; we give it a model with the methods it uses.
(() => {
  const OURS = "lectopt.demos.Demo"; // other widgets need a kernel: they stay as they are

  // The part of a widget's model that demos use. Nobody listens behind save_changes: there is no kernel.
  function makeModel(values) {
    const listeners = new Map();
    const tell = (event) => [...(listeners.get(event) ?? [])].forEach((listener) => listener());
    return {
      get: (name) => values[name],
      set(name, value) {
        if (values[name] === value) return;
        values[name] = value;
        tell(`change:${name}`);
        tell("change");
      },
      on(event, listener) {
        listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
      },
      off: (event, listener) => listeners.get(event)?.delete(listener),
      save_changes() {},
    };
  }

  // A module from a Blob loads from http and from file:// alike.
  const modules = new Map();
  function load(source) {
    if (!modules.has(source)) {
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      modules.set(source, import(url).finally(() => URL.revokeObjectURL(url)));
    }
    return modules.get(source);
  }

  const styles = new Set();
  function style(css) {
    if (styles.has(css)) return;
    styles.add(css);
    document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  }

  const json = (kind) => [...document.querySelectorAll(`script[type="application/vnd.jupyter.widget-${kind}+json"]`)]
    .map((script) => [script, JSON.parse(script.textContent)]);

  function run() {
    const widgets = Object.assign({}, ...json("state").map(([, page]) => page.state));
    const models = new Map(); // a widget shown twice is one model
    for (const [script, { model_id: id }] of json("view")) {
      const values = widgets[id]?.state;
      if (values?._anywidget_id !== OURS) continue;
      if (!models.has(id)) models.set(id, makeModel({ ...values }));
      const el = document.createElement("div");
      script.after(el);
      style(values._css);
      load(values._esm)
        .then((module) => module.default.render({ model: models.get(id), el }))
        .catch((error) => {
          el.textContent = "This figure did not start; it needs a browser of 2024 or later.";
          console.error(error);
        });
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
})();
