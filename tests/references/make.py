"""Write torch.json: where torch's optimizers are after some steps.

Needs torch and scikit-learn, which `make bench` installs:

    .venv-bench/bin/python tests/references/make.py

The problems are written here with torch and its own gradients, in the tests with
lectopt, so that only the method is the same.
"""

import json
from pathlib import Path

import numpy as np

STEPS = (1, 2, 3, 10, 40)
CURVATURE = [0.1, 3.0, 17.0, 90.0]
OPTIMIZERS = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {}),
    "nesterov": ("SGD", {"nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "rprop": ("Rprop", {}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
    "adamw": ("AdamW", {}),
}
# rule, hyperparameters by the names of lectopt, learning rates on the three problems
CASES = [
    ("sgd", {}, (0.01, 4e-4, 0.5)),
    ("momentum", {"momentum": 0.9}, (0.01, 4e-4, 0.1)),
    ("momentum", {"momentum": 0.5}, (0.01, 4e-4, 0.5)),
    ("nesterov", {"momentum": 0.9}, (0.005, 4e-4, 0.1)),
    ("nesterov", {"momentum": 0.5}, (0.01, 4e-4, 0.5)),
    ("adagrad", {}, (0.3, 0.1, 0.05)),
    ("adagrad", {"eps": 0.1}, (0.3, 0.1, 0.05)),
    ("rprop", {}, (0.1, 0.01, 0.01)),
    ("rprop", {"shrink": 0.3, "grow": 1.5, "d_min": 1e-3, "d_max": 0.2}, (0.1, 0.01, 0.01)),
    ("rmsprop", {}, (0.01, 0.01, 0.005)),
    ("rmsprop", {"rho": 0.99, "eps": 0.1}, (0.01, 0.01, 0.005)),
    ("adam", {}, (0.05, 0.02, 0.01)),
    ("adam", {"beta1": 0.5, "beta2": 0.9, "eps": 0.1}, (0.05, 0.02, 0.01)),
    ("adam", {"beta1": 0.0, "beta2": 0.99, "eps": 0.1}, (0.05, 0.02, 0.01)),
    ("adamw", {}, (0.05, 0.02, 0.01)),
    ("adamw", {"beta1": 0.8, "beta2": 0.95, "eps": 0.1, "weight_decay": 0.3}, (0.05, 0.02, 0.01)),
]


def names_of_torch(rule, hyper):
    if rule in ("adam", "adamw"):
        betas = hyper.get("beta1", 0.9), hyper.get("beta2", 0.999)
        return {"betas": betas, **{k: v for k, v in hyper.items() if not k.startswith("beta")}}
    if rule == "rprop":
        etas = hyper.get("shrink", 0.5), hyper.get("grow", 1.2)
        return {"etas": etas, "step_sizes": (hyper.get("d_min", 1e-6), hyper.get("d_max", 50.0))}
    if rule == "rmsprop":  # torch's alpha is 0.99 unless said
        return {"alpha": hyper.get("rho", 0.9), **({"eps": hyper["eps"]} if "eps" in hyper else {})}
    return hyper


def digits():
    """The first 40 threes and 40 eights of scikit-learn's digits: pixels 0 to 16 as letters, a label a row."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    rows = [i for digit in (3, 8) for i in np.flatnonzero(y == digit)[:40]]
    return ["".join(chr(ord("a") + int(pixel)) for pixel in x[i]) for i in rows], [int(y[i] == 8) for i in rows]


def problems(torch, pixels, labels):
    x = torch.tensor([[ord(c) - ord("a") for c in row] for row in pixels], dtype=torch.float64) / 16
    y = torch.tensor(labels, dtype=torch.float64)
    c = torch.tensor(CURVATURE, dtype=torch.float64)
    return {
        "ill-conditioned": (lambda w: (c * w**2).sum() / 2, [1.0, -2.0, 0.5, 3.0]),
        "rosenbrock": (lambda w: (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2, [-1.2, 1.0]),
        "logistic": (lambda w: torch.nn.functional.binary_cross_entropy_with_logits(x @ w, y), [0.0] * 64),
    }


def path(torch, fun, start, rule, lr, hyper):
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    maker, fixed = OPTIMIZERS[rule]
    opt, rows = getattr(torch.optim, maker)([w], lr=lr, **fixed, **names_of_torch(rule, hyper)), []
    for t in range(1, max(STEPS) + 1):
        opt.zero_grad()
        fun(w).backward()
        opt.step()
        if t in STEPS and (len(start) < 10 or t in (1, 40)):
            rows.append([t, w.detach().tolist()])
    return rows


def main():
    import torch

    pixels, labels = digits()
    cases = []
    for rule, hyper, lrs in CASES:
        for (name, (fun, start)), lr in zip(problems(torch, pixels, labels).items(), lrs, strict=True):
            rows = path(torch, fun, start, rule, lr, hyper)
            cases.append({"rule": rule, "hyper": hyper, "problem": name, "lr": lr, "start": start, "path": rows})
    data = {"torch": torch.__version__, "curvature": CURVATURE, "pixels": pixels, "labels": labels}
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = json.dumps(data)[:-1] + ', "cases": [\n' + lines + "\n]}\n"
    (Path(__file__).parent / "torch.json").write_text(text)


if __name__ == "__main__":
    main()
