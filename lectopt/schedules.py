"""The learning rate as a function of the number of steps already taken.

`step_decay(0.1, factor=0.5, every=100)` makes one, for Optimizer or `plt.plot`.
"""

import functools
import inspect

import numpy as np

from . import arguments


class Schedule:
    """A formula for the learning rate with its numbers filled in."""

    def __init__(self, maker, values):
        self.maker, self.values = maker, values

    def __call__(self, t):
        """The learning rate after t steps: a float, or an array of t's shape."""
        t, given = arguments.floats("t", t).astype(float), t
        if not (t >= 0).all():
            raise ValueError(f"t, the number of steps taken, must be 0 or more, got {given!r}")
        lr = self.maker.__wrapped__(t, **self.values)
        return lr if t.ndim else float(lr)

    def __repr__(self):
        return f"{self.maker.__name__}({', '.join(f'{k}={v!r}' for k, v in self.values.items())})"


def schedule(formula):
    """Turn formula(t, ...) into a function of the rest that returns a Schedule."""
    signature = inspect.signature(formula)
    signature = signature.replace(parameters=list(signature.parameters.values())[1:])

    @functools.wraps(formula)
    def maker(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        return Schedule(maker, {name: _checked(name, value) for name, value in given.items()})

    maker.__signature__ = signature
    return maker


def _checked(name, value):
    if name == "schedule":
        return arguments.function(name, value)
    if name in ("every", "total", "steps", "steps_per_epoch"):
        return arguments.whole(name, value, 1)
    return float(arguments.number(name, value, 0, wanted="a finite number, 0 or more"))


@schedule
def constant(t, lr0):
    """The same learning rate always."""
    return np.full_like(t, lr0)


@schedule
def step_decay(t, lr0, factor, every):
    """Multiplied by `factor` each time `every` more steps are taken.

        lr = lr0 factor^floor(t / every)

    >>> step_decay(0.8, factor=0.5, every=10)([9, 10, 20])
    array([0.8, 0.4, 0.2])
    """
    return lr0 * factor ** (t // every)


@schedule
def exponential_decay(t, lr0, rate):
    """The same share is lost at every step.

        lr = lr0 exp(-rate t)

    Summed over all steps it is finite: it can stop before it arrives.
    """
    return lr0 * np.exp(-rate * t)


@schedule
def inverse_time_decay(t, lr0, rate):
    """Falls like 1 / t in the end (Robbins and Monro, 1951).

        lr = lr0 / (1 + rate t)

    After 1 / rate steps it has halved.
    """
    return lr0 / (1 + rate * t)


@schedule
def inverse_sqrt_decay(t, lr0):
    """Falls like one over the root of the step's number, which is t + 1.

        lr = lr0 / sqrt(t + 1)

    After 3 steps it has halved, after 15 once more.
    """
    return lr0 / np.sqrt(t + 1)


@schedule
def cosine_decay(t, lr0, total, floor=0.0):
    """From lr0 to the floor along half a cosine (Loshchilov and Hutter, 2017).

        lr = floor + (lr0 - floor) (1 + cos(pi t / total)) / 2

    The floor is reached after `total` steps and kept.
    """
    return floor + (lr0 - floor) * (1 + np.cos(np.pi * np.minimum(t / total, 1))) / 2


@schedule
def warmup(t, schedule, steps):
    """Rises in `steps` equal steps to where the schedule begins, then follows it.

        lr = schedule(0) (t + 1) / steps        while t < steps
        lr = schedule(t - steps)                from then on

    >>> warmup(constant(0.4), steps=4)([0, 1, 3, 4])
    array([0.1, 0.2, 0.4, 0.4])
    """
    return schedule(np.maximum(t - steps, 0)) * np.minimum((t + 1) / steps, 1)


@schedule
def per_epoch(t, schedule, steps_per_epoch):
    """A schedule that counts epochs, 0 in the first of them, instead of steps.

        lr = schedule(floor(t / steps_per_epoch))

    >>> per_epoch(inverse_time_decay(0.2, rate=1), 29)([28, 29, 58]).round(4)
    array([0.2   , 0.1   , 0.0667])
    """
    return schedule(t // steps_per_epoch)


@schedule
def staircase(t, schedule, every):
    """A schedule in stairs: it changes only each time `every` more steps are taken.

        lr = schedule(every floor(t / every))

    The stairs of exponential_decay are a step_decay.
    """
    return schedule(every * (t // every))
