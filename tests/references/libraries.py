"""Is the page "Who computes what" right? Every claim of it, put to the libraries themselves.

`make libraries` runs it with what tools/bench-libraries.txt names. Each section of
conventions.md has a function here, in the page's order. The page's own cells run
first and hand it what they define, the other forms above all: `page.keras` of the
section on AdaGrad is the path that its cell calls `keras`. A function yields one claim
for each statement, so a new row of a table is a new `yield` in the function of its section.
"""

import inspect
import json
import os
import re
import sys
import warnings
from functools import partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

os.environ["KERAS_BACKEND"] = "jax"
os.environ["KERAS_HOME"] = sys.prefix  # no settings from anyone's home, and none left there

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import pandas
import scipy.optimize
import scipy.stats
import torch
from keras.optimizers import schedules as keras_schedules
from torch.optim import lr_scheduler as torch_schedules
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

import lectopt
from lectopt import ewa, rules
from lectopt.curvature import Pairs

ROOT = Path(__file__).parents[2]
EXACT = 1e-12  # the page's "exactly"
SINGLE = 1e-6  # where keras computes in float32 whatever set_floatx says: means, and some schedules
MUST_BE_GIVEN = inspect.Parameter.empty  # the default of what has none

# What each library makes of a third: in float32 before it is told otherwise, then in float64.
THIRDS = {
    "torch": lambda: torch.tensor([0.0, 0.0, 1.0]).mean(),
    "keras": lambda: keras.ops.mean(keras.Variable([0.0, 0.0, 1.0])),
    "jax": lambda: jnp.array([0.0, 0.0, 1.0]).mean(),
}
UNTOLD = {name: float(third()) for name, third in THIRDS.items()}
torch.set_default_dtype(torch.float64)
keras.config.set_floatx("float64")
jax.config.update("jax_enable_x64", True)


# The page


def parts():
    """What stands under each heading of the page; what comes before the first has the heading ''."""
    head, *rest = re.split(r"^## (.+)\n", (ROOT / "conventions.md").read_text(), flags=re.MULTILINE)
    return {"": head, **dict(zip(rest[::2], rest[1::2], strict=True))}


def run_cells(text, names):
    """Run the code cells of a part of the page, in the order of the page."""
    for code in re.findall(r"^```\{code-cell\}[^\n]*\n(?::tags:[^\n]*\n)?(.*?)^```", text, re.MULTILINE | re.DOTALL):
        exec(compile(code, "conventions.md", "exec"), names)


PAGE = parts()
NAMES = {}  # what the cells have defined so far
run_cells(PAGE[""], NAMES)
G, T, apart, fed, percent, walk = (NAMES[name] for name in ("G", "T", "apart", "fed", "percent", "walk"))
COSINE = 0.05 * (1 + np.cos(np.pi * (T[:, 0] - 1) / 50))  # a rate for each step, half a cosine from 0.1 to 0


def answer(notebook, name):
    """The function that answers an exercise: the page speaks of some."""
    cells = json.loads((ROOT / "solutions" / f"{notebook}.ipynb").read_text())["cells"]
    codes = ["".join(cell["source"]) for cell in cells]
    names = {"np": np}
    exec(next(code for code in codes if code.startswith(f"# answer: {name}\n")), names)
    return names[name]


# Claims


class Claim(NamedTuple):
    """One statement of the page, whether the library bears it out, and what was seen."""

    what: str
    holds: bool
    seen: str


def same_path(what, found, expected):
    """Exactly the same, in the page's sense: 50 steps agree to twelve digits of the way."""
    largest = apart(found, expected).max()
    return Claim(what, bool(largest < EXACT), f"{largest:.1e}")


def differ(what, found, expected, claimed):
    """As far apart as the page says, for example "28 to 37 %"."""
    seen = percent(found, expected)
    return Claim(what, seen == claimed and apart(found, expected).min() > EXACT, f"{seen} apart")


def equal(what, found, expected, within=EXACT):
    """The same numbers, by the largest difference as a share of the largest number."""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    if found.shape != expected.shape:
        return Claim(what, False, f"{found.shape}, not {expected.shape}")
    largest = abs(found - expected).max() / (abs(expected).max() or 1)
    return Claim(what, bool(largest < within), f"{largest:.1e}")


def rounded(what, found, claimed):
    """A number that the page gives in few digits: "0.95"."""
    seen = f"{found:.{len(claimed.partition('.')[2])}f}"
    return Claim(what, seen == claimed, f"{found:.5g}")


def holds(what, condition, seen=""):
    return Claim(what, bool(condition), str(seen))


def refuses(what, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except ValueError as error:
        return Claim(what, True, type(error).__name__)
    return Claim(what, False, "accepted")


def accepts(what, call, *arguments, **options):
    refused = refuses(what, call, *arguments, **options)
    return Claim(what, not refused.holds, refused.seen)


def defaults(call, **claimed):
    """One claim for each argument."""
    for name, value in claimed.items():
        words = "has no default" if value is MUST_BE_GIVEN else f"is {value}"
        seen = default_of(call, name)
        same = seen == value if isinstance(value, type(None) | type | str) else equal("", seen, value).holds
        yield Claim(f"{called(call)}: {name} {words}", same, "" if same else f"{seen}")


def default_of(call, name):
    """What an argument is if it is left out."""
    return inspect.signature(call).parameters[name].default


def called(call):
    """Its library and its name; optax makes nadam of adam by a partial, which has none of its own."""
    if isinstance(call, partial):
        return f"optax {next(name for name, known in vars(optax).items() if known is call)}"
    return f"{call.__module__.partition('.')[0]} {call.__qualname__.partition('.')[0]}".removeprefix("__main__ ")


# Paths of the libraries' methods


def path(method, lr=0.1, gradients=G, penalty=0.0, before=None, **options):
    """Where one of their methods goes from w = 1 under given gradients, as `fed` says of ours.

    lr is a number, or one number for each step. For optax, method is any function of the
    rate that makes a transformation. before(group, i) is for torch: it may change the group,
    which holds what the optimizer was made with, ahead of step i.
    """
    if not inspect.isclass(method):
        steps = steps_of_optax(method, lr, gradients, penalty, options)
    elif issubclass(method, torch.optim.Optimizer):
        steps = steps_of_torch(method, lr, gradients, penalty, options, before)
    else:
        steps = steps_of_keras(method, lr, gradients, penalty, options)
    return np.array([np.ones(gradients.shape[1]), *steps])


def steps_of_torch(method, lr, gradients, penalty, options, before=None):
    rates = np.broadcast_to(lr, len(gradients))
    w = torch.nn.Parameter(torch.ones(gradients.shape[1]))
    opt = method([w], lr=float(rates[0]), **options)
    for i, g in enumerate(gradients):
        opt.param_groups[0]["lr"] = float(rates[i])
        if before:
            before(opt.param_groups[0], i)
        w.grad = torch.tensor(g) + penalty * w.detach()
        opt.step()
        yield w.detach().numpy().copy()


def steps_of_optax(method, lr, gradients, penalty, options):
    opt, w = method(jnp.array(lr).__getitem__ if np.ndim(lr) else lr, **options), jnp.ones(gradients.shape[1])
    state = opt.init(w)
    for g in gradients:
        step, state = opt.update(g + penalty * w, state, w)
        w = optax.apply_updates(w, step)
        yield np.array(w)


class Rates(keras_schedules.LearningRateSchedule):
    """A schedule of keras that reads from an array."""

    def __init__(self, rates):
        self.rates = jnp.array(rates)

    def __call__(self, step):
        return self.rates[jnp.asarray(step)]


def steps_of_keras(method, lr, gradients, penalty, options):
    opt, w = method(Rates(lr) if np.ndim(lr) else lr, **options), keras.Variable(np.ones(gradients.shape[1]))
    opt.build([w])
    for g in gradients:
        opt.apply([g + penalty * w.value], [w])
        yield np.array(w)


def first_step(method, gradient=1.0, **options):
    """The first step divided by the rate."""
    return (1 - path(method, 1.0, np.full((1, 1), gradient), **options))[1, 0]


# The sections


def head(page):
    named = dict(re.findall(r"(torch|optax|keras|scipy|pandas) (\d+\.\d+\.\d+)", page.text))
    yield holds("five versions are named", len(named) == 5)
    for name, claimed in named.items():
        yield holds(f"{name} {claimed} is installed", version(name).partition("+")[0] == claimed, version(name))


def average_by_optax(lr):
    """Momentum as an average, not corrected."""
    return optax.chain(optax.ema(0.9, debias=False), optax.sgd(lr))


FIRST_STEPS = [
    ("0", optax.rprop, {}),
    ("0.1", average_by_optax, {}),
    ("0.95", keras.optimizers.Adagrad, {}),
    ("0.95", optax.adagrad, {}),
    ("1", torch.optim.SGD, {}),
    ("1", optax.sgd, {}),
    ("1", keras.optimizers.SGD, {}),
    ("1", torch.optim.SGD, {"momentum": 0.9}),
    ("1", optax.sgd, {"momentum": 0.9}),
    ("1", keras.optimizers.SGD, {"momentum": 0.9}),
    ("1", torch.optim.Adagrad, {}),
    ("1", torch.optim.Rprop, {}),
    ("1", torch.optim.Adam, {}),
    ("1", optax.adam, {}),
    ("1", keras.optimizers.Adam, {}),
    ("1", torch.optim.Adamax, {}),
    ("1", optax.adamax, {}),
    ("1", keras.optimizers.Adamax, {}),
    ("1.06", torch.optim.NAdam, {}),
    ("1.06", keras.optimizers.Nadam, {}),
    ("1.47", optax.nadam, {}),
    ("1.9", torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    ("1.9", optax.sgd, {"momentum": 0.9, "nesterov": True}),
    ("1.9", keras.optimizers.SGD, {"momentum": 0.9, "nesterov": True}),
    ("3.16", torch.optim.RMSprop, {"alpha": 0.9}),
    ("3.16", optax.rmsprop, {}),
    ("3.16", keras.optimizers.RMSprop, {}),
    ("3.16", optax.amsgrad, {"bias_correction_mu": False, "bias_correction_nu": False}),
    ("10", torch.optim.RMSprop, {}),
    ("31.6", optax.amsgrad, {"bias_correction_nu": False}),
]
ARGUMENTS = [
    (rules.momentum, "lr momentum"),
    (torch.optim.SGD, "lr momentum weight_decay"),
    (optax.sgd, "learning_rate momentum"),
    (keras.optimizers.SGD, "learning_rate momentum"),
    (rules.rmsprop, "rho"),
    (torch.optim.RMSprop, "alpha"),
    (optax.rmsprop, "decay"),
    (keras.optimizers.RMSprop, "rho"),
    (rules.adam, "beta1 beta2 eps"),
    (torch.optim.Adam, "betas eps weight_decay"),
    (optax.adam, "b1 b2 eps"),
    (keras.optimizers.Adam, "beta_1 beta_2 epsilon"),
    (rules.rprop, "shrink grow"),
    (torch.optim.Rprop, "etas"),
    (optax.rprop, "eta_minus eta_plus"),
    (rules.adamw, "weight_decay"),
    (torch.optim.AdamW, "weight_decay"),
    (optax.adamw, "weight_decay"),
    (keras.optimizers.AdamW, "weight_decay"),
    (lectopt.l2_penalty, "strength"),
    (optax.add_decayed_weights, "weight_decay"),
    (keras.regularizers.L2, "l2"),
    (lectopt.RunningStatistics, "decay"),
    (torch.nn.BatchNorm1d, "momentum"),
    (keras.layers.BatchNormalization, "momentum"),
]


def look_here_first(page):
    for name, third in THIRDS.items():
        yield equal(f"{name} computes in float32 unless told otherwise", UNTOLD[name], np.float32(1 / 3))
        told, expected = ("even then", np.float32(1 / 3)) if name == "keras" else ("no more when told", 1 / 3)
        yield equal(f"{name} computes a mean in float32, {told}", third(), expected)
    yield same_path("keras computes in float64 when told: a step", path(keras.optimizers.SGD), fed(rules.sgd))
    for hides in (torch.optim.Adam, torch.optim.RMSprop):
        yield same_path(f"{called(hides)} hides a factor", path(hides, gradients=3 * G, eps=0), path(hides, eps=0))
    heavy = partial(path, torch.optim.SGD, momentum=0.9)
    yield holds("torch SGD with momentum does not", apart(heavy(gradients=3 * G), heavy()).min() > 1)
    for claimed, method, options in FIRST_STEPS:
        words = " ".join([called(method), *(f"{name}={value}" for name, value in options.items())])
        yield rounded(f"first step / η of {words}", first_step(method, **options), claimed)
    optax_warm = optax.warmup_cosine_decay_schedule(0.0, 1.0, 5, 40)
    keras_warm = keras_schedules.CosineDecay(0.0, 40, warmup_target=1.0, warmup_steps=5)
    for who, warm in (("optax", optax_warm), ("keras", keras_warm)):
        yield rounded(f"first step / η of a warm-up that begins at 0, {who}", float(warm(0)), "0")
    for call, names in ARGUMENTS:
        missing = set(names.split()) - set(inspect.signature(call).parameters)
        yield holds(f"{called(call)} has {names}", not missing, ", ".join(missing))


def batches(page):
    yield from batches_of_torch()
    yield from batches_of_keras()
    gradients = np.array([[2.0], [4.0]])
    many = path(lambda lr: optax.MultiSteps(optax.sgd(lr), 2), 1.0, gradients)
    yield equal("optax MultiSteps steps with the mean", many[-1], [1 - 3.0])
    for method in (torch.optim.SGD, optax.sgd, keras.optimizers.SGD):
        yield same_path(f"{called(method)} is w - η g", path(method), fed(rules.sgd))
    yield from defaults(torch.optim.SGD, lr=0.001)
    yield from defaults(keras.optimizers.SGD, learning_rate=0.01)
    yield from defaults(optax.sgd, learning_rate=MUST_BE_GIVEN)
    yield from defaults(lectopt.Optimizer, lr=MUST_BE_GIVEN)


def batches_of_torch():
    def epoch(**options):
        return [batch.tolist() for batch in torch.utils.data.DataLoader(torch.arange(10), batch_size=4, **options)]

    torch.manual_seed(0)
    yield holds("torch DataLoader: as stored, the last, short batch kept", list(map(len, epoch())) == [4, 4, 2])
    yield equal("torch DataLoader: the same order in every epoch", [*chain(*epoch())], np.arange(10))
    yield holds("torch DataLoader, shuffle=True: another order", epoch(shuffle=True) != epoch(shuffle=True))
    yield holds("torch DataLoader, drop_last=True: no short batch", list(map(len, epoch(drop_last=True))) == [4, 4])
    w = torch.nn.Parameter(torch.ones(1))
    opt = torch.optim.SGD([w], lr=1.0)
    for loss in (2 * w, 4 * w):
        loss.sum().backward()
    yield equal("torch .grad holds the sum", w.grad, [6.0])
    opt.zero_grad()
    yield holds("torch .grad is empty after zero_grad()", w.grad is None)
    for loss in (2 * w, 4 * w):
        (loss.sum() / 2).backward()
    yield equal("torch .grad of losses divided by their number is the mean", w.grad, [3.0])


def batches_of_keras():
    seen = []

    def loss(targets, outputs):
        jax.debug.callback(lambda batch: seen.append(batch.ravel().tolist()), targets)
        return keras.losses.mean_squared_error(targets, outputs)

    keras.utils.set_random_seed(0)
    net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    net.compile("sgd", loss)
    net.fit(np.ones((10, 1)), np.arange(10.0)[:, None], batch_size=4, epochs=2, verbose=0)
    jax.effects_barrier()
    first, second = [*chain(*seen[:3])], [*chain(*seen[3:])]
    yield holds("keras fit keeps the last, short batch", [len(batch) for batch in seen] == [4, 4, 2] * 2)
    yield holds("keras fit takes a new order in every epoch", first != second and first != sorted(first))
    yield equal("keras fit takes every row once", [sorted(first), sorted(second)], [np.arange(10)] * 2)
    gradients = np.array([[2.0], [4.0]])
    many = path(keras.optimizers.SGD, 1.0, gradients, gradient_accumulation_steps=2)
    yield equal("keras gradient_accumulation_steps: one step with the mean", many[-1], [1 - 3.0])


def momentum(page):
    sgds = {"torch": torch.optim.SGD, "optax": optax.sgd, "keras": keras.optimizers.SGD}
    outside = fed(rules.momentum, lambda n: COSINE[n])
    for who, method in sgds.items():
        yield same_path(f"{who} is ours at a constant rate", path(method, momentum=0.9), fed(rules.momentum))
        form, words = (page.inside, "inside") if who == "keras" else (outside, "outside")
        yield same_path(f"{who} has the rate {words}", path(method, COSINE, momentum=0.9), form)
    yield from defaults(rules.momentum, momentum=0.9)
    yield from defaults(torch.optim.SGD, momentum=0, lr=0.001, dampening=0)
    yield from defaults(optax.sgd, momentum=None, learning_rate=MUST_BE_GIVEN)
    yield from defaults(keras.optimizers.SGD, momentum=0, learning_rate=0.01)

    heavy = partial(path, torch.optim.SGD, momentum=0.9)
    yield same_path("the average at α is torch at α (1 - β)", heavy(0.1 * (1 - 0.9)), walk(0.1 * ewa(G, 0.9)))
    rates = 0.1 * (1 - 0.9) / (1 - 0.9 ** T[:, 0])
    corrected = walk(0.1 * ewa(G, 0.9, correct=True))
    yield same_path("the corrected average is torch at a schedule", heavy(rates), corrected)

    def mend(group, i):
        group["momentum"] = 0.9 * float(COSINE[i - 1] / COSINE[i]) if i else 0.9

    theirs = path(keras.optimizers.SGD, COSINE, momentum=0.9)
    yield same_path("torch with μ η(t-1) / η(t) is keras under a schedule", heavy(COSINE, before=mend), theirs)
    yield differ("torch without that is not", heavy(COSINE), theirs, "28 to 37 %")
    damped = walk(0.1 * (ewa(G, 0.9) + 0.9**T * G[0]))
    yield same_path("torch's dampening is the average and β^t g(1)", heavy(dampening=0.9), damped)


def nesterov(page):
    for method in (torch.optim.SGD, optax.sgd, keras.optimizers.SGD):
        found = path(method, momentum=0.9, nesterov=True)
        yield same_path(f"{called(method)} is ours at a constant rate", found, fed(rules.nesterov))
    theirs, ahead = valley_of_torch(page)
    yield same_path("torch's w + η μ v is Sutskever's x", ahead, np.array(page.ahead))
    yield differ("torch's w is not", theirs, np.array(page.ahead), "7 to 55 %")
    w = torch.nn.Parameter(torch.ones(1))
    yield refuses("torch refuses nesterov=True without a momentum", torch.optim.SGD, [w], lr=0.1, nesterov=True)
    found = path(keras.optimizers.SGD, nesterov=True)
    yield same_path("keras takes it for plain gradient descent", found, fed(rules.sgd))


def valley_of_torch(page):
    """torch in the valley of the page, and the points w + η μ v with torch's own v."""
    w = torch.nn.Parameter(torch.tensor(page.shown[0]))
    opt = torch.optim.SGD([w], lr=page.lr, momentum=page.mu, nesterov=True)
    path, points = [page.shown[0]], [page.shown[0]]
    for _ in range(50):
        w.grad = torch.tensor(page.c) * w.detach()
        opt.step()
        path.append(w.detach().numpy().copy())
        points.append(path[-1] + page.lr * page.mu * opt.state[w]["momentum_buffer"].numpy())
    return np.array(path), np.array(points)


def averages(page):
    corrected, raw = ewa(G, 0.9, correct=True), ewa(G, 0.9)
    started = raw + 0.9**T * G[0]  # at the first value
    table = pandas.DataFrame(G)
    for options in ({"alpha": 0.1}, {"com": 9}, {"span": 19}, {"halflife": np.log(2) / -np.log(0.9)}):
        words = f"pandas ewm, {', '.join(options)}, is ewa(..., correct=True)"
        yield equal(words, table.ewm(**options).mean(), corrected)
    yield equal("pandas times 1 - β^t is the uncorrected one", table.ewm(alpha=0.1).mean() * (1 - 0.9**T), raw)
    yield equal("pandas, adjust=False, starts at x(1)", table.ewm(alpha=0.1, adjust=False).mean(), started)
    yield equal("optax ema is corrected", steps_of(optax.ema(0.9)), corrected)
    yield equal("optax ema, debias=False, is not", steps_of(optax.ema(0.9, debias=False)), raw)
    found = [torch.tensor(G[0])]
    for x in G[1:]:
        found.append(torch.lerp(found[-1], torch.tensor(x), 0.1))
    yield equal("torch lerp starts at your v, and wants the weight of the new", torch.stack(found), started)
    yield equal("torch get_ema_multi_avg_fn starts at x(1)", averages_of_torch(), started)
    weights, found = averages_of_keras()
    yield equal("keras use_ema starts at x(1)", found, ewa(weights, 0.9) + 0.9**T * weights[0])
    yield from defaults(get_ema_multi_avg_fn, decay=0.999)
    yield from defaults(keras.optimizers.SGD, ema_momentum=0.99)


def steps_of(transformation):
    """What one of optax's transformations makes of the gradients."""
    state, found = transformation.init(jnp.zeros(3)), []
    for g in G:
        step, state = transformation.update(jnp.array(g), state)
        found.append(step)
    return found


def averages_of_torch():
    net, found = torch.nn.Linear(3, 1, bias=False), []
    mean = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    for x in G:
        net.weight.data[0] = torch.tensor(x)
        mean.update_parameters(net)
        found.append(mean.module.weight.detach().numpy()[0].copy())
    return found


def averages_of_keras():
    """The weights after each step, and keras's average of them, which it puts in their place at the end."""
    w, weights, found = keras.Variable(np.ones(3)), [], []
    opt = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9)
    opt.build([w])
    for g in G:
        opt.apply([jnp.array(g)], [w])
        weights.append(np.array(w))
        opt.finalize_variable_values([w])
        found.append(np.array(w))
        w.assign(weights[-1])
    return np.array(weights), np.array(found)


def adagrad(page):
    theirs = {"keras": keras.optimizers.Adagrad, "optax": optax.adagrad}
    yield same_path("torch is ours", path(torch.optim.Adagrad), fed(rules.adagrad))
    moved = path(torch.optim.Adagrad, initial_accumulator_value=0.1 + 1e-7, eps=0)
    place = walk(0.1 * G / np.sqrt(np.cumsum(G**2, axis=0) + 1e-7))
    for who, method in theirs.items():
        yield same_path(f"{who} starts at 0.1, ε inside of the root", path(method), page.keras)
        yield same_path(f"torch that starts at 0.1 + 1e-7 with eps=0 is {who}", moved, path(method))
        from_zero = path(method, initial_accumulator_value=0.0)
        yield same_path(f"{who} from 0: only the place of ε is left", from_zero, place)
        yield rounded(f"{who}: first step / η for a gradient of 0.01", first_step(method, 0.01), "0.03")
    yield rounded("torch: the same", first_step(torch.optim.Adagrad, 0.01), "1.00")
    still = path(optax.adagrad, gradients=np.zeros((3, 1)), initial_accumulator_value=0.0, eps=0.0)
    yield equal("optax: 0 where h is 0", still, np.ones((4, 1)))
    yield same_path("torch's lr_decay", path(torch.optim.Adagrad, lr_decay=0.2), page.decaying)
    yield from defaults(rules.adagrad, eps=1e-10)
    yield from defaults(torch.optim.Adagrad, eps=1e-10, lr=0.01, initial_accumulator_value=0, lr_decay=0)
    yield from defaults(keras.optimizers.Adagrad, epsilon=1e-7, learning_rate=0.001, initial_accumulator_value=0.1)
    yield from defaults(optax.adagrad, eps=1e-7, initial_accumulator_value=0.1, learning_rate=MUST_BE_GIVEN)


def rprop(page):
    yield same_path("torch is ours", path(torch.optim.Rprop, 0.01), fed(rules.rprop, 0.01))
    found, ours = -np.diff(path(optax.rprop, 0.01), axis=0), -np.diff(fed(rules.rprop, 0.01), axis=0)
    late = np.where(ours == 0, 0, np.vstack([np.zeros(3), ours[:-1]]))  # ours waits where a sign has just turned
    yield equal("optax: the first step is 0", found[0], np.zeros(3))
    slope = -np.diff(path(optax.rprop, 0.01, abs(G)), axis=0)
    ours_there = -np.diff(fed(rules.rprop, 0.01, abs(G)), axis=0)
    yield equal("optax where no sign turns: each call hands out the step before", slope[1:], ours_there[:-1])
    yield equal("optax where signs turn: the step before, and none where the sign has just turned", found, late)
    yield holds("keras has none", not hasattr(keras.optimizers, "Rprop"))
    yield from defaults(rules.rprop, shrink=0.5, grow=1.2, d_min=1e-6, d_max=50)
    yield from defaults(torch.optim.Rprop, lr=0.01, etas=(0.5, 1.2), step_sizes=(1e-6, 50))
    yield from defaults(optax.rprop, eta_minus=0.5, eta_plus=1.2, min_step_size=1e-6, max_step_size=50)
    yield from defaults(optax.rprop, learning_rate=MUST_BE_GIVEN)


def rmsprop(page):
    def inside(eps):
        return G / np.sqrt(page.v + eps)

    ours, bare = fed(rules.rmsprop), partial(path, optax.rmsprop, eps_in_sqrt=False)
    yield same_path("torch, alpha=0.9, is ours", path(torch.optim.RMSprop, alpha=0.9), ours)
    yield same_path("optax, eps_in_sqrt=False, is ours", bare(), ours)
    yield same_path("optax divides by √(v + ε)", path(optax.rmsprop), walk(0.1 * inside(1e-8)))
    yield same_path("keras divides by √(v + ε)", path(keras.optimizers.RMSprop), walk(0.1 * inside(1e-7)))
    without = fed(rules.adam, beta1=0.0, beta2=0.9)
    yield same_path("optax, corrected, is Adam with β1 = 0", bare(bias_correction=True), without)
    yield differ("torch's ρ in place of 0.9", path(torch.optim.RMSprop), ours, "131 to 214 %")
    steady = path(keras.optimizers.RMSprop, 1.0, np.full((300, 1), 3e-4))
    yield rounded("keras: step / η under steady gradients of 0.0003", steady[-2, 0] - steady[-1, 0], "0.69")

    total = page.total
    outside = walk(COSINE[:, None] * total(G / (np.sqrt(page.v) + 1e-8)))
    found = path(torch.optim.RMSprop, COSINE, alpha=0.9, momentum=0.9)
    yield same_path("torch with momentum: the rate outside", found, outside)
    for method, eps in ((optax.rmsprop, 1e-8), (keras.optimizers.RMSprop, 1e-7)):
        found, form = path(method, COSINE, momentum=0.9), walk(total(COSINE[:, None] * inside(eps)))
        yield same_path(f"{called(method)} with momentum: the rate inside", found, form)
    yield from defaults(rules.rmsprop, rho=0.9, eps=1e-8)
    yield from defaults(torch.optim.RMSprop, alpha=0.99, eps=1e-8, lr=0.01)
    yield from defaults(optax.rmsprop, decay=0.9, eps=1e-8, learning_rate=MUST_BE_GIVEN)
    yield from defaults(keras.optimizers.RMSprop, rho=0.9, epsilon=1e-7, learning_rate=0.001)


def adam(page):
    theirs = partial(path, keras.optimizers.Adam)
    for eps in (1e-8, 0.1):
        for method in (torch.optim.Adam, optax.adam):
            yield same_path(f"{called(method)} is ours, ε {eps}", path(method, eps=eps), fed(rules.adam, eps=eps))
    for eps in (1e-7, 0.1):

        def mend(group, i, eps=eps):
            group["eps"] = float(eps / page.root[i, 0])

        found = path(torch.optim.Adam, before=mend)
        yield same_path(f"torch with ε / √(1 - β2^t) is keras, ε {eps}", found, theirs(epsilon=eps))
    yield same_path("keras's ε stands beside the uncorrected √v", theirs(epsilon=0.1), page.keras)
    largest = apart(path(torch.optim.Adam), theirs(epsilon=1e-8)).max()
    yield holds("keras and torch with the same small ε hardly differ", EXACT < largest < 1e-6, f"{largest:.1e}")
    yield rounded("torch: first step / η for a gradient of 1e-6", first_step(torch.optim.Adam, 1e-6), "0.99")
    yield rounded("keras: the same", first_step(keras.optimizers.Adam, 1e-6), "0.24")
    v_hat = page.v / page.root**2
    m_hat = page.m / (1 - 0.9**T)
    both = walk(0.1 * m_hat / (np.sqrt(v_hat + 0.01) + 0.1))
    yield same_path("optax eps_root stands inside of the root", path(optax.adam, eps=0.1, eps_root=0.01), both)
    inside = walk(0.1 * m_hat / np.sqrt(v_hat + 0.01))
    yield same_path("CMU's form is optax's with eps=0", path(optax.adam, eps=0.0, eps_root=0.01), inside)
    yield from defaults(rules.adam, beta1=0.9, beta2=0.999, eps=1e-8)
    yield from defaults(torch.optim.Adam, betas=(0.9, 0.999), eps=1e-8, lr=0.001)
    yield from defaults(optax.adam, b1=0.9, b2=0.999, eps=1e-8, eps_root=0, learning_rate=MUST_BE_GIVEN)
    yield from defaults(keras.optimizers.Adam, beta_1=0.9, beta_2=0.999, epsilon=1e-7, learning_rate=0.001)


def relatives(page):
    yield from amsgrad(page)
    yield from nadam(page)
    yield from adamax(page)


def amsgrad(page):
    torchs, optaxs = path(torch.optim.Adam, amsgrad=True), path(optax.amsgrad)
    yield same_path("AMSGrad, torch: maximum of the raw v, corrected afterwards", torchs, page.torch)
    ours = fed(answer("05_adaptive", "amsgrad"))
    yield same_path("AMSGrad, exercise 5: the same", ours, page.torch)
    top = np.sqrt(page.top(page.v))
    beside = walk(0.1 * page.m_hat * page.root / (top + 1e-7))  # ε where keras's Adam has it
    yield same_path("AMSGrad, keras: the same", path(keras.optimizers.Adam, amsgrad=True), beside)
    yield same_path("AMSGrad, optax: maximum of the corrected v", optaxs, page.optax)
    yield differ("AMSGrad, optax beside torch", optaxs, torchs, "6 to 19 %")
    bare = path(optax.amsgrad, bias_correction_mu=False, bias_correction_nu=False)
    yield same_path("AMSGrad, optax without corrections is the paper's", bare, walk(0.1 * page.m / (top + 1e-8)))
    yield from defaults(optax.amsgrad, b1=0.9, b2=0.999, eps=1e-8)


def nadam(page):
    def form(ahead, eps):
        """ahead(t) is the weight in place of β1 for the look-ahead."""
        now, after = ahead(T), ahead(T + 1)
        product = np.cumprod(now, axis=0)
        look = (1 - now) / (1 - product) * G + after / (1 - product * after) * page.m
        return walk(0.1 * look / (np.sqrt(page.v) / page.root + eps))

    def fading(psi):
        return lambda t: 0.9 * (1 - 0.5 * 0.96 ** (psi * t))

    torchs, theirs = partial(path, torch.optim.NAdam), path(keras.optimizers.Nadam)
    optaxs = path(optax.nadam)
    yield same_path("NAdam, torch: 0.96^(0.004 t)", torchs(), form(fading(0.004), 1e-8))
    yield same_path("NAdam, keras: 0.96^t", theirs, form(fading(1), 1e-7))
    yield same_path("NAdam, optax: β1 constant", optaxs, form(lambda t: np.full(t.shape, 0.9), 1e-8))
    yield same_path("NAdam, exercise 5: the same", fed(answer("05_adaptive", "nadam")), optaxs)
    yield same_path("NAdam, torch with momentum_decay=1 is keras's", torchs(momentum_decay=1, eps=1e-7), theirs)
    yield same_path("NAdam, torch with momentum_decay=1e6 is optax's", torchs(momentum_decay=1e6), optaxs)
    large = torchs(momentum_decay=1, eps=0.1)
    found = path(keras.optimizers.Nadam, epsilon=0.1)
    yield same_path("NAdam, keras: ε where torch has it", found, large)
    yield from defaults(torch.optim.NAdam, lr=0.002, betas=(0.9, 0.999), eps=1e-8, momentum_decay=0.004)
    yield from defaults(keras.optimizers.Nadam, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7)
    yield from defaults(optax.nadam, b1=0.9, b2=0.999, eps=1e-8)


def adamax(page):
    def form(in_maximum, beside):
        u, steps = np.zeros(3), []
        for g, m in zip(G, page.m_hat, strict=True):
            u = np.maximum(0.999 * u, abs(g) + in_maximum)
            steps.append(0.1 * m / (u + beside))
        return walk(np.array(steps))

    for method in (torch.optim.Adamax, optax.adamax):
        words = f"AdaMax, {called(method)}: |g| + ε inside of the maximum"
        yield same_path(words, path(method, eps=0.1), form(0.1, 0))
    found = path(keras.optimizers.Adamax, epsilon=0.1)
    yield same_path("AdaMax, keras: ε added to the maximum", found, form(0, 0.1))
    yield same_path("AdaMax, exercise 5: no ε", fed(answer("05_adaptive", "adamax")), form(0, 0))
    yield from defaults(torch.optim.Adamax, lr=0.002, eps=1e-8, betas=(0.9, 0.999))
    yield from defaults(optax.adamax, eps=1e-8, b1=0.9, b2=0.999)
    yield from defaults(keras.optimizers.Adamax, learning_rate=0.001, epsilon=1e-7, beta_1=0.9, beta_2=0.999)


KERAS_METHODS = [
    (keras.optimizers.SGD, {}),
    (keras.optimizers.SGD, {"momentum": 0.9}),
    (keras.optimizers.SGD, {"momentum": 0.9, "nesterov": True}),
    (keras.optimizers.Adagrad, {}),
    (keras.optimizers.RMSprop, {}),
    (keras.optimizers.Adam, {}),
    (keras.optimizers.Nadam, {}),
    (keras.optimizers.Adamax, {}),
]
TORCH_METHODS = [
    (torch.optim.SGD, {}),
    (torch.optim.SGD, {"momentum": 0.9}),
    (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    (torch.optim.Adagrad, {}),
    (torch.optim.Rprop, {}),
    (torch.optim.RMSprop, {}),
    (torch.optim.Adam, {}),
    (torch.optim.NAdam, {}),
    (torch.optim.Adamax, {}),
]


def weight_decay(page):
    yield from decay_of_adamw(page)
    yield from decay_of_keras(page)
    yield from penalty_of_torch(page)
    yield from penalty_or_decay(page)
    yield from who_is_decayed()


def decay_of_adamw(page):
    ours, bare = (fed(rules.adamw, lambda n: COSINE[n], weight_decay=0.3, **more) for more in ({}, {"eps": 0.0}))
    for method in (torch.optim.AdamW, optax.adamw):
        yield same_path(f"{called(method)} is ours", path(method, COSINE, weight_decay=0.3), ours)
    found = path(keras.optimizers.AdamW, COSINE, weight_decay=0.3, epsilon=0.0)
    yield same_path("keras AdamW is ours, ε aside", found, bare)
    yield from defaults(rules.adamw, weight_decay=0.01)
    yield from defaults(torch.optim.AdamW, weight_decay=0.01)
    yield from defaults(optax.adamw, weight_decay=0.0001)
    yield from defaults(keras.optimizers.AdamW, weight_decay=0.004)


def decay_of_keras(page):
    for method, options in KERAS_METHODS:
        yield from defaults(method, weight_decay=None) if not options else ()
        own = -np.diff(path(method, **options), axis=0) / 0.1
        found, words = path(method, weight_decay=0.3, **options), " ".join([called(method), *options])
        yield same_path(f"{words}: decay, then its own step", found, page.decayed(own, [0.1] * 50, 0.3))


def penalty_of_torch(page):
    for method, options in TORCH_METHODS:
        words = " ".join([called(method), *options])
        if method is torch.optim.Rprop:
            yield holds(f"{words} has no weight_decay", "weight_decay" not in inspect.signature(method).parameters)
            continue
        found = path(method, weight_decay=0.3, **options)
        yield same_path(f"{words}: an L2 penalty", found, path(method, penalty=0.3, **options))
        yield from defaults(method, weight_decay=0) if not options else ()
    told = path(torch.optim.Adam, weight_decay=0.3, decoupled_weight_decay=True)
    yield same_path("torch Adam, decoupled_weight_decay=True, is AdamW", told, fed(rules.adamw, weight_decay=0.3))
    own = -np.diff(path(torch.optim.NAdam), axis=0) / 0.1
    told = path(torch.optim.NAdam, weight_decay=0.3, decoupled_weight_decay=True)
    yield same_path("torch NAdam can be told so too", told, page.decayed(own, [0.1] * 50, 0.3))


def penalty_or_decay(page):
    plain = path(torch.optim.SGD, weight_decay=0.1)
    yield same_path("SGD: torch's is keras's", plain, path(keras.optimizers.SGD, weight_decay=0.1))
    punished = path(torch.optim.SGD, momentum=0.9, weight_decay=0.1)
    shrunk = path(keras.optimizers.SGD, momentum=0.9, weight_decay=0.1)
    yield same_path("keras SGD with momentum is the page's form", shrunk, page.ball)
    yield differ("SGD with momentum: torch's is not keras's", shrunk, punished, "94 to 176 %")

    def shrink(group, i):
        group["params"][0].data.mul_(1 - 0.1 * 0.1)

    mended = path(torch.optim.SGD, momentum=0.9, before=shrink)
    yield same_path("torch, w multiplied by 1 - ηλ before each step, is keras", mended, shrunk)
    slope = jax.grad(keras.regularizers.L2(0.1 / 2))(jnp.array(G))
    yield equal("keras l2(λ / 2) has the gradient λ w", slope, lectopt.l2_penalty(G, 0.1)[1])
    found = path(lambda lr: optax.chain(optax.add_decayed_weights(0.1), optax.sgd(lr, momentum=0.9)))
    yield same_path("optax add_decayed_weights, first in the chain, is torch's", found, punished)


def who_is_decayed():
    """What is left of weights of 1 after a step with η = 0.1, λ = 0.5 and gradients of 0."""
    net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    weight, *others = net.parameters()
    yield equal("torch decays all", left_by_torch([weight, *others]), [0.95] * 4)
    groups = [{"params": [weight]}, {"params": others, "weight_decay": 0.0}]
    yield equal("torch, groups: the weight alone", left_by_torch(groups), [0.95, 1, 1, 1])

    names = ["kernel", "bias", "gamma", "beta"]
    weights = {name: jnp.ones(2) for name in names}
    for mask, expected in ((None, [0.95] * 4), ({name: name == "kernel" for name in names}, [0.95, 1, 1, 1])):
        opt = optax.adamw(0.1, weight_decay=0.5, mask=mask)
        steps, _ = opt.update({name: jnp.zeros(2) for name in names}, opt.init(weights), weights)
        found = [float(1 + steps[name][0]) for name in names]
        yield equal(f"optax decays {'what its mask says' if mask else 'all'}", found, expected)

    for excluded, expected in ([], [0.95] * 4), (names[1:], [0.95, 1, 1, 1]):
        opt = keras.optimizers.AdamW(0.1, weight_decay=0.5)
        w = [keras.Variable(np.ones(2), name=name) for name in names]
        opt.exclude_from_weight_decay(var_names=excluded)
        opt.build(w)
        opt.apply([jnp.zeros(2)] * 4, w)
        words = "what is not excluded" if excluded else "all"
        yield equal(f"keras decays {words}", [float(one[0]) for one in w], expected)


def left_by_torch(groups):
    opt = torch.optim.AdamW(groups, lr=0.1, weight_decay=0.5)
    w = [one for group in opt.param_groups for one in group["params"]]
    for one in w:
        one.data.fill_(1.0)
        one.grad = torch.zeros_like(one)
    opt.step()
    return [float(one.detach().flatten()[0]) for one in w]


def schedules(page):
    yield from schedules_of_torch(page)
    yield from schedules_of_optax(page)
    yield from schedules_of_keras(page)
    yield from warm_ups(page)
    yield from plateaus()


def rates_of_torch(make, lr, steps=61, every=1, key="lr"):
    """The rate of each step, with a call of scheduler.step() after each, or only after some."""
    opt = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=lr, momentum=0.5)
    schedule, found = make(opt), []
    for t in range(1, steps + 1):
        found.append(opt.param_groups[0][key])
        opt.step()
        if t % every == 0:
            schedule.step()
    return np.array(found)


def rates(schedule, steps=61):
    return np.array([float(schedule(t)) for t in range(steps)])


def ours_of(page):
    """Our schedules of the page's table, from the first rate a = 0.4, at 61 steps."""
    a, t = page.a, page.t
    return {
        "step": lectopt.step_decay(a, 0.5, 10)(t),
        "exponential": lectopt.exponential_decay(a, 0.1)(t),
        "inverse time": lectopt.inverse_time_decay(a, 0.1)(t),
        "cosine": lectopt.cosine_decay(a, 40, page.floor)(t),
        "one cut": np.where(t < 10, a, 0.5 * a),
    }


def schedules_of_torch(page):
    makers = {
        "step": lambda opt: torch_schedules.StepLR(opt, 10, 0.5),
        "exponential": lambda opt: torch_schedules.ExponentialLR(opt, np.exp(-0.1)),
        "inverse time": lambda opt: torch_schedules.LambdaLR(opt, lambda t: 1 / (1 + 0.1 * t)),
        "one cut": lambda opt: torch_schedules.MultiStepLR(opt, [10], 0.5),
    }
    ours = ours_of(page)
    for name, make in makers.items():
        yield equal(f"torch: {name}", rates_of_torch(make, page.a), ours[name])
    cosine = rates_of_torch(lambda opt: torch_schedules.CosineAnnealingLR(opt, 40, page.floor), page.a)
    yield equal("torch: cosine, for T steps", cosine[:41], ours["cosine"][:41])
    yield holds("torch's cosine climbs again after T steps", (np.diff(cosine[40:]) > 0).all(), f"{cosine[-1]:.3g}")
    slow = rates_of_torch(makers["step"], page.a, every=2)
    yield equal("torch counts calls of scheduler.step()", slow, lectopt.step_decay(page.a, 0.5, 20)(page.t))
    for cycle, low, high in ((True, 0.85, 0.95), (False, 0.5, 0.5)):
        found = rates_of_torch(
            lambda opt, cycle=cycle: torch_schedules.OneCycleLR(opt, 1.0, total_steps=60, cycle_momentum=cycle),
            page.a,
            steps=59,
            key="momentum",
        )
        words = f"torch OneCycleLR, cycle_momentum={cycle}: the momentum between {low} and {high}"
        yield equal(words, [min(found), max(found)], [low, high], within=0.001)
    yield from defaults(torch_schedules.OneCycleLR, cycle_momentum=True, base_momentum=0.85, max_momentum=0.95)


def schedules_of_optax(page):
    a, ours = page.a, ours_of(page)
    theirs = {
        "step": optax.exponential_decay(a, 10, 0.5, staircase=True),
        "exponential": optax.exponential_decay(a, 1, np.exp(-0.1)),
        "inverse time": lambda t: a / (1 + 0.1 * t),
        "cosine": optax.cosine_decay_schedule(a, 40, page.floor / a),
        "one cut": optax.piecewise_constant_schedule(a, {10: 0.5}),
    }
    for name, schedule in theirs.items():
        yield equal(f"optax: {name}", rates(schedule), ours[name])
    found = path(optax.sgd, COSINE)
    yield same_path("optax counts the optimizer's steps, from 0", found, fed(rules.sgd, lambda n: COSINE[n]))


def schedules_of_keras(page):
    a, ours = page.a, ours_of(page)
    theirs = {
        "step": keras_schedules.ExponentialDecay(a, 10, 0.5, staircase=True),
        "exponential": keras_schedules.ExponentialDecay(a, 1, np.exp(-0.1)),
        "inverse time": keras_schedules.InverseTimeDecay(a, 1, 0.1),
        "cosine": keras_schedules.CosineDecay(a, 40, page.floor / a),
        "one cut": keras_schedules.PiecewiseConstantDecay([10 - 1], [a, 0.5 * a]),
    }
    for name, schedule in theirs.items():
        yield equal(f"keras: {name}", rates(schedule), ours[name], within=SINGLE)
    late = rates(keras_schedules.PiecewiseConstantDecay([10], [a, 0.5 * a]))
    yield equal("keras PiecewiseConstantDecay cuts one step later", late[1:], ours["one cut"][:-1])
    found = path(keras.optimizers.SGD, COSINE)
    yield same_path("keras counts the optimizer's steps, from 0", found, fed(rules.sgd, lambda n: COSINE[n]))


def warm_ups(page):
    a, W, ours = page.a, page.W, page.ours
    first, t = 0.1, np.arange(W + 1)
    line = first + (a - first) * t / W
    optax_warm = rates(optax.warmup_cosine_decay_schedule(first, a, W, 40))
    keras_warm = rates(keras_schedules.CosineDecay(first, 40, warmup_target=a, warmup_steps=W))
    torch_warm = rates_of_torch(lambda opt: torch_schedules.LinearLR(opt, first / a, total_iters=W), a)
    for who, found in (("optax", optax_warm), ("keras", keras_warm), ("torch LinearLR", torch_warm)):
        yield equal(f"{who}: first + (peak - first) t / W, in step W the peak", found[: W + 1], line, within=SINGLE)
    usual = rates_of_torch(torch_schedules.LinearLR, a)[:6]
    yield equal("torch LinearLR: first is peak / 3, W is 5", usual, a / 3 + (a - a / 3) * np.arange(6) / 5)
    yield from defaults(torch_schedules.LinearLR, start_factor=1 / 3, total_iters=5)
    share = [0.5 * (1 + np.cos(np.pi * np.clip((page.t - W) / n, 0, 1))) for n in (40 - W, 40)]
    yield equal("optax counts the warm-up among its decay_steps", optax_warm[W:], a * share[0][W:])
    yield equal("keras does not", keras_warm[W:], a * share[1][W:], within=SINGLE)

    def chained(opt):
        line = torch_schedules.LinearLR(opt, 1 / W, total_iters=W - 1)
        return torch_schedules.SequentialLR(opt, [line, torch_schedules.CosineAnnealingLR(opt, 40)], [W])

    yield equal("torch SequentialLR is our warm-up", rates_of_torch(chained, a)[: W + 41], ours[: W + 41])
    parts = [optax.linear_schedule(a / W, a, W - 1), optax.cosine_decay_schedule(a, 40)]
    yield equal("optax join_schedules is our warm-up", rates(optax.join_schedules(parts, [W])), ours)
    found = rates(keras_schedules.CosineDecay(a / W, 40, warmup_target=a, warmup_steps=W - 1))
    yield equal("keras from peak / W: the same line", found[:W], ours[:W], within=SINGLE)
    yield equal("keras from peak / W: one step ahead from step W on", found[W:-1], ours[W + 1 :], within=SINGLE)


def plateaus():
    losses, options = [1.0, 0.8, 0.79, 0.78, 0.77, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.49], {"min_delta": 0.05}
    theirs = plateau_of_keras(losses, patience=2, **options)
    ours = answer("06_decay", "reduce_on_plateau")(losses, 1.0, 2, 0.5, 0.05)
    found = plateau_of_torch(losses, patience=1, threshold=0.05, threshold_mode="abs")
    yield equal("keras cuts after `patience` epochs, as exercise 6", theirs, ours)
    yield equal("torch, absolute, cuts after `patience + 1`", found, theirs)
    slowly = 1000 - 0.05 * np.arange(8)  # more than 0.0001 an epoch, less than 0.01 %
    yield equal("keras: an improvement of 0.05 in 1000 is one", plateau_of_keras(slowly, patience=1), [1.0] * 8)
    found = plateau_of_torch(slowly, patience=1)
    yield holds("torch: an improvement of 0.05 in 1000 is none", found[-1] < 1)
    found = plateau_of_torch(slowly, patience=1, threshold_mode="abs")
    yield equal("torch, threshold_mode='abs': it is one", found, [1.0] * 8)
    yield from defaults(keras.callbacks.ReduceLROnPlateau, min_delta=0.0001)
    yield from defaults(torch_schedules.ReduceLROnPlateau, threshold=0.0001, threshold_mode="rel")


def plateau_of_torch(losses, **options):
    opt, found = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=1.0), []
    schedule = torch_schedules.ReduceLROnPlateau(opt, factor=0.5, **options)
    for loss in losses:
        found.append(opt.param_groups[0]["lr"])
        opt.step()
        schedule.step(loss)
    return found


def plateau_of_keras(losses, **options):
    callback = keras.callbacks.ReduceLROnPlateau(monitor="loss", mode="min", factor=0.5, **options)
    model, found = SimpleNamespace(optimizer=keras.optimizers.SGD(1.0)), []
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        found.append(float(model.optimizer.learning_rate))
        callback.on_epoch_end(epoch, {"loss": loss})
    return found


def second_order(page):
    yield from lbfgs_of_scipy(page)
    yield from lbfgs_of_torch(page)
    yield from lbfgs_of_optax()
    yield from other_methods_of_scipy(page)
    yield from defaults(lectopt.lbfgs, memory=10, tol=0)
    yield from defaults(lectopt.wolfe, c1=1e-4, c2=0.9)


def minimized(page, method, **options):
    return scipy.optimize.minimize(lectopt.rosenbrock, page.start, jac=True, method=method, options=options)


def lbfgs_of_scipy(page):
    # the function of an older name has the same defaults, and shows them
    yield from defaults(scipy.optimize.fmin_l_bfgs_b, m=10, maxls=20, pgtol=1e-5)
    share = default_of(scipy.optimize.fmin_l_bfgs_b, "factr") * np.finfo(float).eps
    yield equal("scipy L-BFGS-B ends when the loss falls by less than 2.2e-9", share, 2.2e-9, within=0.01)
    usual, said = minimized(page, "L-BFGS-B"), {"maxcor": 10, "maxls": 20, "gtol": 1e-5, "ftol": share}
    yield equal("scipy minimize has these defaults", usual.x, minimized(page, "L-BFGS-B", **said).x)
    for name, value in {"maxcor": 2, "gtol": 1e-2, "ftol": 1e-4}.items():
        other = minimized(page, "L-BFGS-B", **(said | {name: value})).x
        yield holds(f"scipy: another {name} ends elsewhere", abs(other - usual.x).max() > EXACT)
    far = np.linalg.norm(usual.x - 1)
    yield holds("scipy's defaults end 2e-6 from the minimum", f"{far:.0e}" == "2e-06", f"{far:.1e}")
    near = np.linalg.norm(minimized(page, "L-BFGS-B", ftol=0, gtol=1e-10).x - 1)
    yield holds("scipy with ftol 0 and gtol 1e-10 ends less than 1e-10 from it", near < 1e-10, f"{near:.1e}")


def lbfgs_with_torch(fun, start, **options):
    """Where one call of step() leads from a start, and what torch remembers then."""
    w = torch.nn.Parameter(torch.tensor(start))
    opt = torch.optim.LBFGS([w], **options)

    def closure():
        loss, g = fun(w.detach().numpy())
        w.grad = torch.tensor(g)
        return torch.tensor(loss)

    opt.step(closure)
    return w.detach().numpy().copy(), opt.state[w]


def lbfgs_of_torch(page):
    def bowl(w):
        return float(w @ w) / 2, w.copy()

    yield from defaults(torch.optim.LBFGS, history_size=100, line_search_fn=None, max_iter=20)
    for start in (np.array([3.0, -4.0]), np.array([0.3, -0.4])):
        end, _ = lbfgs_with_torch(bowl, start, lr=0.5, max_iter=1)
        expected = start - 0.5 * min(1, 1 / abs(start).sum()) * start
        yield equal(f"torch LBFGS: the first rate where ‖g‖₁ is {abs(start).sum():.1f}", end, expected)
    _, memory = lbfgs_with_torch(lectopt.rosenbrock, page.start, lr=0.01)
    yield holds("torch LBFGS: 20 iterations are one call of step", memory["n_iter"] == 20, memory["n_iter"])
    searched = {"line_search_fn": "strong_wolfe", "history_size": 10}
    _, memory = lbfgs_with_torch(lectopt.rosenbrock, page.start, **searched)
    s, y = memory["old_stps"][-1], memory["old_dirs"][-1]  # torch's names: its old_dirs are changes of the gradient
    yield equal("torch LBFGS scales by s'y / y'y of the newest pair", memory["H_diag"], (s @ y) / (y @ y))
    two = {"max_iter": 2, "max_eval": 9, "tolerance_grad": 0.0, "tolerance_change": 0.0}
    for step, learned in ((1.1e-5, 1), (0.9e-5, 0), (1e-6, 0)):
        _, memory = lbfgs_with_torch(bowl, np.array([2 * step]), lr=0.5, **two)
        words = f"torch LBFGS learns {'a' if learned else 'no'} pair with s'y = {step**2:.1e}"
        yield holds(words, len(memory["old_dirs"]) == learned)


def lbfgs_of_optax():
    yield from defaults(optax.lbfgs, memory_size=10)
    curvature, points = np.array([1.0, 3.0, 9.0, 27.0]), np.random.default_rng(3).standard_normal((15, 4))
    memory, expected = Pairs(10), []
    for i, w in enumerate(points):
        if i:
            memory.learn(w - points[i - 1], curvature * (w - points[i - 1]))
        expected.append(memory.times(curvature * w))
    found = directions_of_optax(points, curvature * points)
    yield equal("optax lbfgs: 10 pairs, scaled by s'y / y'y of the newest", found[1:], expected[1:])
    for size in (1.0, 0.01):
        g = size * curvature * points[0]
        norm = np.linalg.norm(g)
        words = f"optax lbfgs: the first rate where ‖g‖₂ is {norm:.2g}"
        yield equal(words, directions_of_optax(points[:1], g[None])[0], min(1, 1 / norm) * g)
    flat = directions_of_optax(points[:2], np.ones((2, 4)))[1]
    yield equal("optax lbfgs skips a pair with s'y = 0", flat, np.ones(4))
    near = np.array([[2e-9], [1e-9]])
    yield equal("optax lbfgs learns a pair with s'y = 1e-17", directions_of_optax(near, 10 * near)[1], near[1])

    def slope(w):  # no step is long enough for the second of Wolfe's conditions
        return -w.sum()

    opt, w = optax.lbfgs(), jnp.zeros(1)
    step = {"value": slope(w), "grad": jax.grad(slope)(w), "value_fn": slope}
    _, state = opt.update(step["grad"], opt.init(w), w, **step)
    yield holds("optax lbfgs searches by zoom", isinstance(state[-1], optax.ScaleByZoomLinesearchState))
    tries = int(state[-1].info.num_linesearch_steps)
    yield holds("optax lbfgs: 20 tries", tries == 20, tries)


def directions_of_optax(points, gradients):
    opt = optax.scale_by_lbfgs()
    state, found = opt.init(jnp.zeros(points.shape[1])), []
    for w, g in zip(points, gradients, strict=True):
        direction, state = opt.update(jnp.array(g), state, jnp.array(w))
        found.append(np.array(direction))
    return np.array(found)


def other_methods_of_scipy(page):
    _, g = lectopt.rosenbrock(page.start)
    step = minimized(page, "BFGS", maxiter=1).x - page.start
    direction = step / np.linalg.norm(step)
    yield equal("scipy BFGS starts at the identity: along -g", direction, -g / np.linalg.norm(g))
    yield from defaults(scipy.optimize.fmin_bfgs, gtol=1e-5)
    usual = minimized(page, "BFGS")
    yield equal("scipy minimize has this default", usual.x, minimized(page, "BFGS", gtol=1e-5).x)
    yield holds("scipy BFGS ends with all |g| below 1e-5", abs(usual.jac).max() <= 1e-5, f"{abs(usual.jac).max():.1e}")

    def fun(w):  # from 2 the whole step leads to -11, where the loss is larger
        return float(np.log(np.cosh(w)).sum()), np.tanh(w)

    def hessian(w):
        return np.diag(1 / np.cosh(w) ** 2)

    start = np.array([2.0])
    *_, whole = (w for w, _ in zip(lectopt.newton(fun, hessian, start), range(2), strict=False))
    yield equal("here newton takes the whole step", whole - start, np.linalg.solve(hessian(start), -fun(start)[1]))
    end = scipy.optimize.minimize(fun, start, jac=True, hess=hessian, method="Newton-CG")
    found = abs(end.x[0]) < 1e-3 < fun(whole)[0] - fun(start)[0]
    yield holds("scipy Newton-CG searches along it", found, f"{end.x[0]:.1e}")


def losses(page):
    yield from losses_of_torch(page)
    yield from losses_of_keras(page)
    yield from losses_of_optax(page)


def ours_by(page):
    """Our losses of the page's logits and soft targets: each a number and its gradient."""
    return {
        "squared error": lectopt.squared_error(page.z, page.soft),
        "softmax": lectopt.kl_divergence(page.z, page.soft),
        "sigmoid": lectopt.kl_divergence(page.z, page.soft, "sigmoid"),
    }


def theirs_by(page):
    """The page's formulas of the others' losses, at the same place."""
    return {
        "squared error": page.mse(page.z),
        "softmax": page.cross(page.z, page.soft),
        "sigmoid": page.bce(page.z),
    }


FACTORS = {"squared error": lambda k: k / 2, "softmax": lambda k: 1, "sigmoid": lambda k: k}


def losses_of_torch(page):
    soft, hard = torch.tensor(page.soft), torch.tensor(page.hard)
    forms = {
        "squared error": torch.nn.MSELoss(),
        "softmax": torch.nn.CrossEntropyLoss(),
        "sigmoid": torch.nn.BCEWithLogitsLoss(),
    }
    ours, claimed = ours_by(page), theirs_by(page)

    def at(fun, targets=soft):
        z = torch.tensor(page.z, requires_grad=True)
        loss = fun(z, targets)
        loss.backward()
        return loss.item(), z.grad.numpy()

    for name, fun in forms.items():
        loss, g = at(fun)
        yield equal(f"torch {called(type(fun)).split()[1]}: the loss", loss, claimed[name])
        yield equal(f"our gradient and torch's, {name}", ours[name][1], FACTORS[name](page.K) * g)
    loss, g = at(forms["softmax"])
    yield equal("torch: cross-entropy is KL plus the entropy", loss, ours["softmax"][0] + page.entropy)
    sharp = lectopt.kl_divergence(page.z, page.hard)
    yield equal("torch: the same for hard labels", at(forms["softmax"], hard)[0], sharp[0])
    loss, g = at(lambda z, d: torch.nn.BCELoss()(torch.sigmoid(z), d))
    yield equal("torch BCELoss takes y", loss, claimed["sigmoid"])
    for reduction, factor in (("batchmean", 1), ("mean", page.K)):
        divergence = torch.nn.KLDivLoss(reduction=reduction)
        loss, g = at(lambda z, d, divergence=divergence: divergence(torch.log_softmax(z, dim=1), d))
        yield equal(f"torch KLDivLoss takes log y, {reduction}", factor * loss, ours["softmax"][0])
        yield equal(f"our gradient and torch's, KL, {reduction}", ours["softmax"][1], factor * g)
    yield from defaults(torch.nn.KLDivLoss, reduction="mean")


def losses_of_keras(page):
    y = {"squared error": page.z, "softmax": lectopt.softmax(page.z), "sigmoid": lectopt.sigmoid(page.z)}
    forms = {
        "squared error": keras.losses.MeanSquaredError,
        "softmax": keras.losses.CategoricalCrossentropy,
        "sigmoid": keras.losses.BinaryCrossentropy,
    }
    ours, claimed = ours_by(page), theirs_by(page)
    for name, make in forms.items():
        yield equal(f"keras {make.__name__} takes y", make()(page.soft, y[name]), claimed[name], within=SINGLE)
        fun = make() if name == "squared error" else make(from_logits=True)
        words = "" if name == "squared error" else ", from_logits=True"
        loss, g = jax.value_and_grad(lambda z, fun=fun: fun(page.soft, z))(jnp.array(page.z))
        yield equal(f"keras {make.__name__}{words}: the loss", loss, claimed[name], within=SINGLE)
        yield equal(f"our gradient and keras's, {name}", ours[name][1], FACTORS[name](page.K) * g, within=SINGLE)
    found = keras.losses.KLDivergence()(page.soft, y["softmax"])
    yield equal("keras KLDivergence: the mean over N", found, ours["softmax"][0], within=SINGLE)


def losses_of_optax(page):
    z, d, ours, claimed = jnp.array(page.z), jnp.array(page.soft), ours_by(page), theirs_by(page)
    half = optax.l2_loss(z, d)
    yield equal("optax l2_loss: each ½ (y - d)²", half, 0.5 * (page.z - page.soft) ** 2)
    yield equal("optax l2_loss, summed and averaged, is ours", half.sum(axis=1).mean(), ours["squared error"][0])
    rows = optax.softmax_cross_entropy(z, d)
    yield holds("optax softmax_cross_entropy: one for each row", rows.shape == (page.N,), rows.shape)
    yield equal("optax softmax_cross_entropy takes logits", rows.mean(), claimed["softmax"])
    each = optax.sigmoid_binary_cross_entropy(z, d)
    yield holds("optax sigmoid_binary_cross_entropy: one for each output", each.shape == (page.N, page.K), each.shape)
    yield equal("optax sigmoid_binary_cross_entropy takes logits", each.mean(), claimed["sigmoid"])
    rows = optax.kl_divergence(jax.nn.log_softmax(z), d)
    yield holds("optax kl_divergence: one for each row", rows.shape == (page.N,), rows.shape)
    yield equal("optax kl_divergence takes log y", rows.mean(), ours["softmax"][0])


def batchnorm(page):
    batches = np.random.default_rng(2).standard_normal((20, 8, 3))
    yield from running_statistics("rows", batches, torch.nn.BatchNorm1d, lambda x: x)
    images = np.random.default_rng(3).standard_normal((20, 4, 3, 2, 2))
    yield from running_statistics("images", images, torch.nn.BatchNorm2d, lambda x: x.transpose(0, 2, 3, 1))
    one = np.ones((1, 3))
    yield refuses("torch refuses a batch of one value", torch.nn.BatchNorm1d(3), torch.tensor(one))
    yield refuses("here a batch of one value is refused", lectopt.batchnorm_forward, one, np.ones(3), np.zeros(3))
    yield accepts("keras does not refuse it", keras.layers.BatchNormalization(), one, training=True)
    yield from defaults(lectopt.RunningStatistics, decay=0.9)
    yield from defaults(lectopt.batchnorm_forward, eps=1e-5)
    yield from defaults(torch.nn.BatchNorm1d, momentum=0.1, eps=1e-5)
    yield from defaults(keras.layers.BatchNormalization, momentum=0.99, epsilon=1e-3)
    yield from defaults(torch.nn.LayerNorm, eps=1e-5)
    yield from defaults(keras.layers.LayerNormalization, epsilon=1e-3)
    x = batches[0]
    centered, var = x - x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    found = torch.nn.LayerNorm(3)(torch.tensor(x)).detach()
    yield equal("torch LayerNorm: the biased variance", found, centered / np.sqrt(var + 1e-5))
    found = keras.layers.LayerNormalization()(x)
    yield equal("keras LayerNormalization: the biased variance", found, centered / np.sqrt(var + 1e-3), within=SINGLE)


def running_statistics(what, batches, layer, channels_last):
    """torch's and keras's layers over batches of rows or images, beside ours."""
    ours, torchs, plain = lectopt.RunningStatistics(3), layer(3), layer(3, momentum=None)
    theirs = keras.layers.BatchNormalization(momentum=0.9)
    theirs.build(channels_last(batches[0]).shape)
    yield equal(f"torch, {what}: starts at 0 and 1", [*torchs.running_mean, *torchs.running_var], [0, 0, 0, 1, 1, 1])
    start = [*np.array(theirs.moving_mean), *np.array(theirs.moving_variance)]
    yield equal(f"keras, {what}: starts at 0 and 1", start, [0, 0, 0, 1, 1, 1])
    for x in batches:
        ours.update(x)
        y, _ = torchs(torch.tensor(x)), plain(torch.tensor(x))
        theirs_y = theirs(channels_last(x), training=True)
    axes = (0, *range(2, batches.ndim - 1))
    B, t = batches[0].size // 3, len(batches)
    forward = [lectopt.batchnorm_forward(x, np.ones(3), np.zeros(3), eps)[0] for eps in (1e-5, 1e-3)]
    yield equal(f"torch, {what}: in training the variance over B, ε inside", y.detach(), forward[0])
    yield equal(f"keras, {what}: the same", theirs_y, channels_last(forward[1]), within=SINGLE)
    yield equal(f"torch, {what}: the running mean is ours at 1 - decay", torchs.running_mean, ours.running_mean)
    yield equal(f"torch, {what}: the running variance too, over B - 1", torchs.running_var, ours.running_var)
    mean = np.array(theirs.moving_mean)
    yield equal(f"keras, {what}: the running mean is ours at decay", mean, ours.running_mean, within=SINGLE)
    moved = (np.array(theirs.moving_variance) - 0.9**t) * B / (B - 1) + 0.9**t
    yield equal(f"keras, {what}: the variance is over B; times B / (B - 1)", moved, ours.running_var, within=SINGLE)
    variances = [x.var(axis=axes, ddof=1) for x in batches]
    yield equal(f"torch, {what}, momentum=None: plain mean", plain.running_var, np.mean(variances, axis=0))
    means = [x.mean(axis=axes) for x in batches]
    yield equal(f"torch, {what}, momentum=None: of the means too", plain.running_mean, np.mean(means, axis=0))


def regularization(page):
    yield from penalties(page)
    yield from dropouts()
    yield from early_stopping()


def penalties(page):
    w = np.random.default_rng(4).standard_normal((4, 3))
    yield equal("keras l2(λ / 2) is our L2 penalty", keras.regularizers.L2(0.1 / 2)(w), lectopt.l2_penalty(w, 0.1)[0])
    yield equal("keras l1(λ) is λ Σ|w|", keras.regularizers.L1(0.1)(w), 0.1 * abs(w).sum())
    layer = keras.layers.Dense(2, kernel_regularizer=keras.regularizers.L2(0.05), bias_initializer="ones")
    layer.build((1, 3))
    found, kernel = sum(map(float, layer.losses)), np.array(layer.kernel)
    yield equal("keras punishes only what you give it to", found, 0.05 * (kernel**2).sum())

    c, rows, columns = 0.5, np.linalg.norm(w, axis=1, keepdims=True), np.linalg.norm(w, axis=0, keepdims=True)
    found = torch.renorm(torch.tensor(w), 2, 0, c)
    yield equal("torch renorm(W, 2, 0, c): rows to c, to seven digits", found, w * c / rows, within=SINGLE)
    yield equal("torch renorm divides by the length plus 1e-7", found, w * c / (rows + 1e-7))
    found = torch.renorm(torch.tensor(w), 2, 0, 50.0)
    yield equal("torch renorm leaves short rows alone", found, w)
    found = keras.constraints.MaxNorm(c, axis=0)(w)
    yield equal("keras MaxNorm(c, axis=0): columns to c, to seven digits", found, w * c / columns, within=SINGLE)
    yield equal("keras MaxNorm divides by the length plus 1e-7", found, w * c / (columns + 1e-7))
    found = keras.constraints.MaxNorm(50.0, axis=0)(w)
    yield equal("keras MaxNorm does so with short columns too", found, w * columns / (columns + 1e-7))


def dropouts():
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    x = np.ones(100_000)
    layers = {
        "torch": (torch.nn.Dropout(0.2)(torch.tensor(x)).numpy(), torch.nn.Dropout(0.2).eval()(torch.tensor(x))),
        "keras": (np.array(keras.layers.Dropout(rate=0.2)(x, training=True)), keras.layers.Dropout(0.2)(x)),
    }
    for who, (trained, tested) in layers.items():
        yield equal(f"{who}: p is the share that is dropped", (trained == 0).mean(), 0.2, within=0.02)
        yield equal(f"{who}: what is kept is scaled in training", np.unique(trained), [0, 1 / 0.8], within=SINGLE)
        yield equal(f"{who}: nothing happens at test time", tested, x)


def stopped(losses, **options):
    """After how many epochs keras stops, and from which epoch the weights are that it ends with."""
    model = SimpleNamespace(stop_training=False, epoch=None)
    model.get_weights, model.set_weights = lambda: model.epoch, partial(setattr, model, "epoch")
    callback = keras.callbacks.EarlyStopping(monitor="loss", mode="min", **options)
    callback.set_model(model)
    callback.on_train_begin()
    for model.epoch in range(len(losses)):
        callback.on_epoch_end(model.epoch, {"loss": losses[model.epoch]})
        if model.stop_training:
            break
    ran = model.epoch + 1
    callback.on_train_end()
    return ran, model.epoch


def early_stopping():
    losses = [3.0, 2.0, 1.0, 1.5, 1.4, 1.3, 1.2, 1.1]
    yield equal("keras EarlyStopping ends after `patience` epochs", stopped(losses, patience=2), [5, 4])
    back = stopped(losses, patience=2, restore_best_weights=True)
    yield equal("keras goes back with restore_best_weights=True", back, [5, 2])
    yield equal("keras: patience 1", stopped(losses, patience=1), [4, 3])
    yield equal("keras: patience 0 acts as 1", stopped(losses, patience=0), [4, 3])


def deviations(page):
    x, n = page.five, 5
    over_n, over_less = (np.sqrt(((x - x.mean()) ** 2).sum() / divisor) for divisor in (n, n - 1))
    yield equal("torch std divides by n - 1", torch.tensor(x).std(), over_less)
    yield equal("pandas std divides by n - 1", pandas.Series(x).std(), over_less)
    yield equal("scipy sem divides by n - 1", scipy.stats.sem(x), over_less / np.sqrt(n))
    yield equal("numpy std divides by n", x.std(), over_n)
    yield equal("jax std divides by n", jnp.array(x).std(), over_n)
    yield equal("keras std divides by n", keras.ops.std(x), over_n)
    yield equal("ddof=1 in numpy", x.std(ddof=1), over_less)
    yield equal("ddof=1 in jax", jnp.array(x).std(ddof=1), over_less)
    yield equal("correction=0 in torch", torch.tensor(x).std(correction=0), over_n)
    yield rounded("with five they are 12 % apart", 100 * (over_less / over_n - 1), "12")


# The headings of the page, in its order; what comes before the first has none.
SECTIONS = {
    "": head,
    "If your numbers differ, look here first": look_here_first,
    "Batches and gradients": batches,
    "Momentum": momentum,
    "Nesterov": nesterov,
    "Averages": averages,
    "AdaGrad": adagrad,
    "RProp": rprop,
    "RMSProp": rmsprop,
    "Adam": adam,
    "AMSGrad, NAdam, AdaMax": relatives,
    "Weight decay and the L2 penalty": weight_decay,
    "Schedules": schedules,
    "Newton, BFGS, L-BFGS": second_order,
    "Losses": losses,
    "BatchNorm": batchnorm,
    "Penalties, dropout, early stopping": regularization,
    "Standard deviations": deviations,
}


def claims_of(heading):
    """The claims of a section. What breaks off is a claim that does not hold; those before it count."""
    try:
        if heading:
            run_cells(PAGE[heading], NAMES)
        yield from SECTIONS[heading](SimpleNamespace(**NAMES, text=PAGE[heading]))
    except Exception as error:
        yield Claim("the rest of the section", False, f"{type(error).__name__}: {error}")


def main():
    """Print all of it; the exit code is 1 if a claim does not hold."""
    if list(SECTIONS) != list(PAGE):
        sys.exit(f"conventions.md has the headings {list(PAGE)}; SECTIONS here has {list(SECTIONS)}")
    warnings.simplefilter("ignore")
    verdicts = []
    for heading in SECTIONS:
        print(heading or "Versions")
        for claim in claims_of(heading):
            print(f"  {'agrees ' if claim.holds else 'DIFFERS'}  {claim.seen:>20}  {claim.what}", flush=True)
            verdicts.append(claim.holds)
    print(f"\n{len(verdicts)} claims: {sum(verdicts)} agree, {len(verdicts) - sum(verdicts)} differ")
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
