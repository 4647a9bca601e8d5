"""Descent on batches: the loop around an optimizer, epoch after epoch."""

import numpy as np

from . import arguments
from .data import minibatches
from .optimizer import undone_on_failure


def train(
    fun,
    w0,
    optimizer,
    n_samples,
    batch_size,
    epochs,
    rng,
    *,
    metrics=None,
    progress=False,
):
    """Descend from w0 on batches, in each epoch through all samples in a new order.

    fun(w, batch) -> (loss, gradient); batch holds the indices of batch_size samples,
    fewer in an epoch's last batch if they do not come out even. rng, a numpy
    generator, draws the order. metrics is a dictionary of functions of w. progress
    shows a bar (with tqdm).

    Returns (w, history): history["loss"] is the loss of every batch before its step,
    shape (epochs * batches per epoch,); history[name] is that metric at the start and
    after every epoch, shape (epochs + 1, ...).

    >>> from lectopt import Optimizer, sgd
    >>> x = np.array([1.0, 2.0, 6.0])
    >>> def spread(w, batch):
    ...     return ((w - x[batch]) ** 2).mean() / 2, (w - x[batch]).mean(keepdims=True)
    >>> rng = np.random.default_rng(0)
    >>> w, history = train(spread, [0.0], Optimizer(sgd, 0.1), 3, 2, 100, rng)
    >>> history["loss"].shape
    (200,)

    w0 is copied; integers and lists become float64. Wrong arguments raise ValueError
    or TypeError. If it fails on the way, optimizer and rng are as before.
    """
    w = arguments.start(w0)
    n_samples = arguments.whole("n_samples", n_samples, 1)
    batch_size = arguments.whole("batch_size", batch_size, 1)
    epochs = arguments.whole("epochs", epochs, 0)
    metrics = _checked(rng, metrics)
    losses, values = [], {name: [np.array(metric(w))] for name, metric in metrics.items()}
    with undone_on_failure(optimizer, rng):
        for _ in _epochs(epochs, progress, losses):
            for batch in minibatches(n_samples, batch_size, rng):
                loss, g = fun(w, batch)
                optimizer.step(w, np.asarray(g))
                losses.append(float(loss))
            for name, metric in metrics.items():
                values[name].append(np.array(metric(w)))
    history = {"loss": losses, **values}
    return w, {name: np.array(values) for name, values in history.items()}


def _epochs(epochs, progress, losses):
    """The numbers of the epochs; under a bar that shows the last loss, if asked for."""
    if not progress:
        yield from range(epochs)
        return
    try:
        from tqdm import tqdm
    except ImportError as error:
        raise ImportError("progress=True needs the package tqdm: pip install tqdm") from error
    with tqdm(range(epochs), unit="epoch") as bar:
        for epoch in bar:
            yield epoch
            bar.set_postfix(loss=f"{losses[-1]:.4g}")


def _checked(rng, metrics):
    arguments.generator(rng)
    if "loss" in (metrics or {}):
        raise ValueError(f"metrics may not be named 'loss', which history has already, got {metrics!r}")
    return {name: arguments.function(f"metrics[{name!r}]", value) for name, value in (metrics or {}).items()}
