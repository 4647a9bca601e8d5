"""Every figure to play with, and its traits."""

import json
from pathlib import Path

from ..data import london_temperatures
from .traits import Choice, Number, OneOf, Point, Rates, Series, Some, Stored, Switch

METHODS = ("sgd", "momentum", "nesterov", "adagrad", "rprop", "rmsprop", "adam")


def stored(name):
    """A grid of networks trained beforehand, as tools/grids.py has written it."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))


FIT = stored("fit")
ACCURACY = stored("accuracy_grid")

# Every demo with its traits: the value it starts with, and the values that it takes.
DEMOS = {
    "momentum_plane": {
        "kappa": Number(25.0, 1, 1000),
        "momentum": Number(0.5, 0, 0.999),
        "lr": Number(0.02, 0, 10),
        "start": Point((-9.0, 2.0), (-10, 10), (-4, 4)),
        "steps": Number(100, 1, 500, whole=True),
    },
    "race": {
        "kappa": Number(25.0, 1, 1000),
        "start": Point((-9.0, 2.0), (-10, 10), (-4, 4)),
        "steps": Number(100, 1, 500, whole=True),
        "step": Number(10, 0, 500, whole=True),
        "tuned": Switch(False),
    },
    "noise_ball": {
        "batch": Number(1, 1, 128, whole=True),
        "lr": Number(0.1, 0.001, 1),
        "decay": Switch(False),
        "samples": Number(1024, 128, 2048, whole=True),
        "by_samples": Switch(False),
        "start": Point((-9.0, 3.0), (-10, 10), (-4, 4)),
        "seed": Number(1, 1, 999, whole=True),
    },
    "conditioning": {
        "kappa": Number(25.0, 1, 1000),
        "angle": Number(20.0, 0, 90),
        "lr": Number(0.02, 0, 10),
        "start": Point((-8.0, -2.0), (-10, 10), (-4, 4)),
        "steps": Number(100, 1, 500, whole=True),
    },
    "saddle_escape": {
        "w1": Number(1.0, -1.5, 1.5),
        "offset": Number(1e-4, 0, 1),
        "noise": Number(0.0, 0, 1),
        "lr": Number(0.05, 0.01, 0.5),
        "seed": Number(0, 0, 99, whole=True),
    },
    "running_average": {
        "beta": Number(0.9, 0, 0.999),
        "correct": Switch(False),
        "from_first": Switch(False),
        "day": Number(20, 1, 1000, whole=True),
        "temperatures": Series(london_temperatures(), 2, 1000),
    },
    "loss_surface": {
        "start": Point((-4.0, 2.0), (-8, 8), (-6, 6)),
        "lr_l2": Number(1.0, 0.01, 100),
        "lr_kl": Number(1.0, 0.01, 100),
        "steps": Number(100, 1, 500, whole=True),
    },
    "all_methods": {
        "surface": Choice("valley", "valley", "turned", "rosenbrock", "wells", "beale"),
        "kappa": Number(25.0, 1, 1000),
        "start": Point((-9.0, 3.0), (-10, 10), (-4, 4)),  # each surface keeps it within its own bounds
        "steps": Number(100, 1, 500, whole=True),
        "step": Number(15, 0, 500, whole=True),
        "shown": Some(METHODS, *METHODS),
        "method": Choice("sgd", *METHODS),
        "rates": Rates(1e-5, 100, *METHODS),
    },
    "adam_start": {
        "beta1": Number(0.9, 0, 0.999),
        "beta2": Number(0.999, 0, 0.9999),
        "correct_m": Switch(False),
        "correct_v": Switch(False),
        "noise": Number(0.0, 0, 3),
        "seed": Number(0, 0, 99, whole=True),
    },
    "rotated_valley": {
        "kappa": Number(1000.0, 1, 1000),
        "angle": Number(0.0, 0, 90),
        "start": Point((-6.5, 2.0), (-9.5, 9.5), (-9.5, 9.5)),
        "steps": Number(100, 1, 200, whole=True),
        "step": Number(100, 0, 200, whole=True),
        "tuned": Switch(True),
    },
    "draw_schedule": {
        **{f"lr{i}": Number(0.1, 1e-4, 1) for i in range(7)},
        "stairs": Switch(False),
        "noise": Number(1.0, 0, 10),
        "steps": Number(200, 40, 400, whole=True),
        "seed": Number(1, 1, 999, whole=True),
    },
    "newton": {
        "surface": Choice("wells", "wells", "rosenbrock", "bowl", "trough"),
        "start": Point((0.7, 1.2), (-2, 2), (-1.5, 1.5)),
        "lr": Number(0.1, 1e-4, 1),
        "damping": Number(0.0, 0, 100),
        "search": Switch(False),
        "basins": Choice("newton", "nothing", "newton", "descent"),
    },
    "lbfgs_memory": {
        "memory": Number(5, 1, 20, whole=True),
        "kappa": Number(1000.0, 10, 10_000),
        "exact": Switch(False),
    },
    "batchnorm": {
        "batch": Number(8, 2, 32, whole=True),
        "neighbor": Number(4.0, -10, 10),
        "shift": Number(0.0, -5, 5),
        "scale": Number(1.0, 0.1, 3),
        "gamma": Number(1.0, 0, 3),
        "beta": Number(0.0, -5, 5),
        "test": Switch(False),
        "running_mean": Number(2.0, -100, 100),
        "running_var": Number(4.0, 0, 10_000),
    },
    "fit": {
        "depth": OneOf(3, *FIT["depths"]),
        "strength": OneOf(0, *FIT["strengths"]),
        "dropout": OneOf(0, *FIT["dropouts"]),
        "grid": Stored(FIT),
    },
    "accuracy_grid": {
        "method": Choice("momentum", *METHODS[:3], *METHODS[-2:]),
        "rate": OneOf(1 / 128, *ACCURACY["rates"]),
        "batch": OneOf(200, *ACCURACY["batches"]),
        "test": Switch(False),
        "grid": Stored(ACCURACY),
    },
    "front": {
        "start": Point((-1.0, 1.4), (-2, 2), (-0.4, 1.6)),
        "steps": Number(150, 10, 500, whole=True),
        "lr_sgd": Number(0.02, 1e-5, 10),
        "lr_momentum": Number(0.005, 1e-5, 10),
        "lr_rmsprop": Number(0.02, 1e-5, 10),
        "lr_adam": Number(0.5, 1e-5, 10),
        "playing": Switch(True),
    },
}
