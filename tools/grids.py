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

from lectopt import MLP, Optimizer, adam, cosine_decay, l2_penalty, squared_error

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


# ---------------------------------------------------------------- all of them

GRIDS = {"fit": fit}


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
