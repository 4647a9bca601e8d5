"""Networks trained beforehand: what the figures that show many of them carry.

A figure to play with cannot train a network at every move of a slider. So each function
here trains a whole grid of them, with seeds that are fixed and stored with the results,
and `make grids` writes what they return to lectopt/demos/NAME.json. Run it again after a
change here, in the network or in the rules; a test recomputes a few points.

    python tools/grids.py [NAME ...]
"""

import json
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np

from lectopt import (
    MLP,
    Optimizer,
    adam,
    cosine_decay,
    l2_penalty,
    momentum,
    nesterov,
    rmsprop,
    sgd,
    squared_error,
    train,
)
from lectopt.data import digits as digit_images

FOLDER = Path(__file__).parent.parent / "lectopt" / "demos"

# ---------------------------------------------------------------- chapter 10: the fit of a noisy curve

FIT = {
    "seed": 2,  # of the samples; the start of a network of depth k has the seed [0, k]
    "samples": 16,
    "noise": 0.25,
    "width": 16,
    "steps": 3000,
    "lr": 0.01,  # at first; it falls to 0 along half a cosine
    "depths": [1, 2, 3, 4],
    "strengths": [0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 1e-1],
    "dropouts": [0, 0.1, 0.3],
    "draws": 8,  # more sets of samples, seeds 100, 101 ..., for a network of depth 3
}
X = np.linspace(-1, 1, 60)


def truth(x):
    """The curve that the samples are taken from."""
    return np.sin(np.pi * x)


def samples(seed, n):
    """n noisy samples of the truth between -1 and 1, from left to right, to a thousandth."""
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(-1, 1, n)).round(3)
    return x, (truth(x) + FIT["noise"] * rng.standard_normal(n)).round(3)


def fitted(depth, strength, dropout, seed=FIT["seed"]):
    """Train one network: returns its curve on X, its training error and its test error.

    Both errors are mean squares. The test samples are 1000 fresh ones, noisy too.
    """
    rng = np.random.default_rng([0, depth])
    sizes = [1, *[FIT["width"]] * depth, 1]
    net = MLP(sizes, "tanh", output="linear", loss=squared_error, dropout=dropout)
    w = net.init(rng)
    punished = np.zeros_like(w)
    for layer in net.views(punished):
        layer["W"][...] = strength  # not the biases
    x, y = samples(seed, FIT["samples"])
    fun = net.fun(3 * x[:, None], y[:, None], rng)  # inputs from -3 to 3
    opt = Optimizer(adam, cosine_decay(FIT["lr"], FIT["steps"]))
    for _ in range(FIT["steps"]):
        opt.step(w, fun(w)[1] + l2_penalty(w, punished)[1])

    def error(x, y):
        return float(((net.predict(w, 3 * x[:, None])[:, 0] - y) ** 2).mean())

    return net.predict(w, 3 * X[:, None])[:, 0], error(x, y), error(*samples(1, 1000))


def fit():
    """One network for each depth, strength and dropout, in this order; then errors for other samples."""
    grid = {**FIT, "curves": [], "train": [], "test": [], "elsewhere": []}
    x, y = samples(FIT["seed"], FIT["samples"])
    grid |= {"x": x.tolist(), "y": y.tolist()}
    for point in product(FIT["depths"], FIT["strengths"], FIT["dropouts"]):
        curve, train, test = fitted(*point)
        grid["curves"].append(thousandths(curve))
        grid["train"].append(digits(train))
        grid["test"].append(digits(test))
    settings = [*((strength, 0) for strength in FIT["strengths"]), *((0, p) for p in FIT["dropouts"][1:])]
    for strength, dropout in settings:
        row = [fitted(3, strength, dropout, seed=100 + draw) for draw in range(FIT["draws"])]
        grid["elsewhere"].append(
            {
                "strength": strength,
                "dropout": dropout,
                "train": [digits(train) for _, train, _ in row],
                "test": [digits(test) for _, _, test in row],
            }
        )
    return grid


def thousandths(curve):
    """The curve in whole thousandths: short to write, exact to read."""
    return np.round(1000 * np.asarray(curve)).astype(int).tolist()


def digits(error):
    """An error to six digits, however small it is: the figures have logarithmic axes."""
    return float(f"{error:.6g}")


# ---------------------------------------------------------------- chapter 11: the digits, five methods

RULES = {rule.__name__: rule for rule in (sgd, momentum, nesterov, rmsprop, adam)}
GRID = {
    "sizes": [64, 64, 64, 10],
    "epochs": 15,
    "seeds": [0, 1, 2, 3, 4],
    "batches": [8, 20, 50, 200, 1000],
    "rates": [2.0**k for k in range(-13, 1)],
}
FAIR = {
    "batch": 50,
    "tuning_seeds": list(range(100, 108)),
    "seeds": list(range(1000, 1040)),  # nothing was chosen with them
    "lowest": {"sgd": -5, "momentum": -7, "nesterov": -7, "rmsprop": -11, "adam": -11},  # powers of 2
    "default": 0.001,  # of Adam in the paper and everywhere; torch has it for momentum too
}


def recognized(rule, lr, batch, seed, parts):
    """Train one network on the first of the parts: how many images of each other part it recognizes.

    The seed draws the start and the order of the samples, so methods with one seed
    share both. A run that diverges ends with numbers that are none, and guesses.
    """
    (images, labels), *others = parts
    rng = np.random.default_rng([11, seed])
    net = MLP(GRID["sizes"])
    w = net.init(rng)
    with np.errstate(all="ignore"):
        fun = net.fun(images, np.eye(10)[labels])
        w, _ = train(fun, w, Optimizer(RULES[rule], lr), len(images), batch, GRID["epochs"], rng)
        return [int((net.predict(w, x).argmax(axis=1) == y).sum()) for x, y in others]


def accuracy_grid():
    """Images recognized by every network: by batch, in it by rate, in it by seed; of 300 and of 497."""
    parts = digit_images()
    grid = {**GRID, "images": [len(y) for _, y in parts[1:]]}
    for rule in RULES:
        points = product(GRID["batches"], GRID["rates"], GRID["seeds"])
        counts = [recognized(rule, lr, batch, seed, parts) for batch, lr, seed in points]
        grid[rule] = dict(zip(("validation", "test"), zip(*counts, strict=True), strict=True))
    return grid


def fair():
    """Each method at its best rate of eleven, by the validation images; then the test images, fresh seeds.

    "splits" repeats the measurement with the same rates on other splits of the images,
    which the seed draws. "default" is that of momentum and Adam at one common rate.
    """
    parts, batch = digit_images(), FAIR["batch"]
    grid = {**FAIR, "images": [len(y) for _, y in parts[1:]], "rates": {}, "tuning": {}, "chosen": {}}
    grid |= {"test": {}, "default_test": {}, "splits": {}}
    for rule in RULES:
        rates = [2.0 ** (FAIR["lowest"][rule] + k / 2) for k in range(11)]
        runs = [[recognized(rule, lr, batch, seed, parts)[0] for seed in FAIR["tuning_seeds"]] for lr in rates]
        totals = [sum(row) for row in runs]
        best = rates[totals.index(max(totals))]  # the smallest of equals
        grid["rates"][rule], grid["tuning"][rule], grid["chosen"][rule] = rates, runs, best
        grid["test"][rule] = [recognized(rule, best, batch, seed, parts)[1] for seed in FAIR["seeds"]]
    for rule in ("momentum", "adam"):
        lr, best = FAIR["default"], grid["chosen"][rule]
        grid["default_test"][rule] = [recognized(rule, lr, batch, seed, parts)[1] for seed in FAIR["seeds"]]
        drawn = ((seed, digit_images(np.random.default_rng([12, seed]))) for seed in FAIR["seeds"])
        grid["splits"][rule] = [recognized(rule, best, batch, seed, other)[1] for seed, other in drawn]
    return grid


# ---------------------------------------------------------------- all of them

GRIDS = {"fit": fit, "accuracy_grid": accuracy_grid, "fair": fair}


def write(name):
    """Compute a grid and write its file: one line for each entry."""
    start = time.perf_counter()
    entries = [f"{json.dumps(key)}: {json.dumps(entry, separators=(',', ':'))}" for key, entry in GRIDS[name]().items()]
    path = FOLDER / f"{name}.json"
    path.write_text("{" + ",\n ".join(entries) + "}\n", encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    for name in sys.argv[1:] or GRIDS:
        write(name)
