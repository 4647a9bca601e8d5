"""train: every sample once an epoch, a history, one generator, nothing changed by a call that fails."""

import copy
import pickle
import sys
import types

import numpy as np
import pytest

from lectopt import Optimizer, rules, sgd
from lectopt.rules import adam
from lectopt.schedules import step_decay
from lectopt.training import train

X = np.random.default_rng(3).normal(size=(23, 2))
Y = X @ [2.0, -1.0]


def fit(w, batch):
    """Least squares: the mean over the batch of half the squared error."""
    error = X[batch] @ w - Y[batch]
    return (error**2).mean() / 2, X[batch].T @ error / len(batch)


def run(w0=(0.0, 0.0), opt=None, epochs=3, seed=0, fun=fit, **options):
    return train(fun, w0, opt or Optimizer(sgd, 0.1), len(X), 5, epochs, np.random.default_rng(seed), **options)


def test_every_epoch_takes_every_sample_once_in_a_new_order():
    batches = []
    run(fun=lambda w, batch: batches.append(batch) or fit(w, batch))
    assert [len(batch) for batch in batches] == 3 * [5, 5, 5, 5, 3]
    epochs = [np.concatenate(batches[i : i + 5]) for i in (0, 5, 10)]
    assert all(sorted(epoch) == list(range(23)) for epoch in epochs)
    assert not np.array_equal(epochs[0], epochs[1]) and not np.array_equal(epochs[1], epochs[2])


def test_takes_the_steps_one_would_write_by_hand():
    rng, w, opt, losses = np.random.default_rng(5), np.zeros(2), Optimizer(adam, 0.1), []
    for _ in range(4):
        order = rng.permutation(23)
        for start in range(0, 23, 5):
            loss, g = fit(w, order[start : start + 5])
            opt.step(w, g)
            losses.append(loss)
    trained, history = run(opt=Optimizer(adam, 0.1), epochs=4, seed=5)
    assert np.array_equal(trained, w) and history["loss"].tolist() == losses


def test_arrives():
    w, history = run(epochs=60, metrics={"error": lambda w: np.abs(w - [2, -1]).max()})
    np.testing.assert_allclose(w, [2, -1], atol=1e-6)
    assert history["error"][0] == 2 and history["error"][-1] < 1e-6


def test_history_has_the_metrics_at_the_start_and_after_every_epoch():
    w, history = run(metrics={"w": lambda w: w, "zero": lambda w: 0})
    assert history["loss"].shape == (15,) and history["loss"][0] > history["loss"][-1]
    assert history["w"].shape == (4, 2) and history["zero"].tolist() == [0, 0, 0, 0]
    assert history["w"][0].tolist() == [0, 0] and np.array_equal(history["w"][-1], w)
    assert np.array_equal(run(epochs=2)[0], history["w"][2])


def test_no_epoch_at_all():
    w, history = run(w0=[1, 2], epochs=0, metrics={"sum": np.sum})
    assert w.tolist() == [1, 2] and history["loss"].shape == (0,) and history["sum"].tolist() == [3]


@pytest.mark.parametrize(("start", "dtype"), [([1, 2], "f8"), (np.ones(2, int), "f8"), (np.ones(2, "f4"), "f4")])
def test_types_and_an_untouched_start(start, dtype):
    before = copy.deepcopy(start)
    w, _ = run(w0=start, fun=lambda w, batch: (0.0, np.ones(2, w.dtype)))
    assert w.dtype == dtype and np.array_equal(start, before)


@pytest.mark.parametrize("rule", [rule for rule in vars(rules).values() if hasattr(rule, "__wrapped__")])
@pytest.mark.parametrize("save", [copy.deepcopy, lambda saved: pickle.loads(pickle.dumps(saved))])
def test_saved_and_resumed_it_goes_on_bit_for_bit(rule, save):
    def begin():
        return Optimizer(rule, step_decay(0.01, 0.5, 30)), np.random.default_rng(1)

    def go_on(w, opt, rng, epochs):
        return train(fit, w, opt, len(X), 5, epochs, rng)

    whole, whole_history = go_on([0, 0], *begin(), 20)
    saved = begin()
    first, first_history = go_on([0, 0], *saved, 10)
    second, second_history = go_on(first, *save(saved), 10)
    assert np.array_equal(second, whole)
    assert np.array_equal(np.append(first_history["loss"], second_history["loss"]), whole_history["loss"])


def good(**changed):
    arguments = {"fun": fit, "w0": [0.0, 0.0], "optimizer": Optimizer(adam, 0.1), "n_samples": 23}
    return {**arguments, "batch_size": 5, "epochs": 2, "rng": np.random.default_rng(0), **changed}


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"w0": [0.0, np.nan]}, ValueError, "w0 .*nan"),
        ({"w0": []}, ValueError, "w0 .*at least one"),
        ({"n_samples": 0}, ValueError, "n_samples must be a whole number, 1 or more, got 0"),
        ({"batch_size": 0}, ValueError, "batch_size must be a whole number, 1 or more, got 0"),
        ({"batch_size": 2.5}, ValueError, "batch_size .* 2.5"),
        ({"epochs": -1}, ValueError, "epochs must be a whole number, 0 or more, got -1"),
        ({"epochs": None}, ValueError, "epochs .* None"),
        ({"rng": 0}, TypeError, "rng must be a numpy generator.*got 0"),
        ({"metrics": {"accuracy": 3}}, TypeError, r"metrics\['accuracy'\] must be a function, got 3"),
        ({"metrics": {"loss": np.sum}}, ValueError, "'loss'"),
        ({"fun": lambda w, batch: (0.0, np.zeros(3))}, ValueError, r"gradient g .* \(2,\), got shape \(3,\)"),
    ],
)
def test_a_call_that_fails_changes_nothing(changed, error, words):
    arguments = good(**changed)
    opt, rng = arguments["optimizer"], arguments["rng"]
    before = copy.deepcopy((opt.t, opt.state, rng))
    with pytest.raises(error, match=words):
        train(**arguments)
    assert (opt.t, opt.state) == before[:2]
    assert rng == 0 or rng.bit_generator.state == before[2].bit_generator.state


def test_a_failure_on_the_way_is_undone():
    opt, rng, calls = Optimizer(adam, 0.1), np.random.default_rng(0), iter(range(7))
    train(**good(optimizer=opt, rng=rng))
    before = copy.deepcopy((opt.state, rng))
    with pytest.raises(StopIteration):
        train(**good(fun=lambda w, batch: (next(calls), fit(w, batch)[1]), optimizer=opt, rng=rng))
    assert opt.t == 10 and np.array_equal(opt.state, before[0])
    assert rng.integers(1 << 60) == before[1].integers(1 << 60)


class Bar:
    """A progress bar that notes what it is told."""

    bars: list = []  # noqa: RUF012

    def __init__(self, iterable, **_):
        self.iterable, self.told = iterable, []
        self.bars.append(self)

    def __iter__(self):
        yield from self.iterable

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.told.append("closed")

    def set_postfix(self, **told):
        self.told.append(told)


def test_a_bar_on_request_shows_the_loss_and_changes_no_number(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", types.SimpleNamespace(tqdm=Bar))
    quiet, loud = run(), run(progress=True)
    assert np.array_equal(quiet[0], loud[0])
    (bar,) = Bar.bars
    last = quiet[1]["loss"].reshape(3, 5)[:, -1]
    assert bar.told == [*({"loss": f"{loss:.4g}"} for loss in last), "closed"]


def test_without_tqdm_only_the_bar_fails_and_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    run()
    with pytest.raises(ImportError, match="pip install tqdm"):
        run(progress=True)
