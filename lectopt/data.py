"""Data to learn from, and batches of it. What is drawn is drawn by a generator."""

import numpy as np

from . import arguments

# Monthly means, degrees Celsius, London Heathrow (WMO 03772), 1991-2020; Met Office
LONDON_NORMALS = [5.6, 5.8, 7.9, 10.5, 13.7, 16.8, 19.0, 18.7, 15.9, 12.3, 8.4, 5.9]


def digits(rng=None):
    """Images of handwritten digits (Alpaydin and Kaynak, 1998), scikit-learn's 1,797.

    Returns (train, validation, test) with 1,000, 300 and 497 examples, each a pair
    (images, labels): images of shape (n, 64), 8 by 8 pixels from 0 to 1, labels
    of shape (n,), the integers 0 to 9. rng, a numpy generator, draws who goes
    where; without one it is np.random.default_rng(0), the same split every time.

    np.eye(10)[labels] are the targets of a softmax. Raises ImportError if
    scikit-learn is missing, TypeError for an rng that is no generator.
    """
    rng = arguments.generator(np.random.default_rng(0) if rng is None else rng)
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError("digits() needs scikit-learn: pip install scikit-learn") from error
    images, labels = load_digits(return_X_y=True)
    parts = np.split(rng.permutation(len(labels)), [1000, 1300])
    return tuple((images[part] / 16, labels[part].astype(np.int64)) for part in parts)


def two_moons(n, noise, rng):
    """Two half circles that reach into each other: no line separates them.

        (cos a, sin a) for label 0, (1 - cos a, 1/2 - sin a) for label 1

    with a drawn from 0 to pi, plus normal noise of standard deviation `noise`.
    Returns (points, labels), shapes (n, 2) and (n,); the labels take turns.

    >>> points, labels = two_moons(4, 0.1, np.random.default_rng(0))
    >>> points.shape, labels
    ((4, 2), array([0, 1, 0, 1]))

    Raises ValueError for n below 1 and a noise that is negative or not finite,
    TypeError for an rng that is no generator.
    """
    n = arguments.whole("n", n, 1)
    arguments.number("noise", noise, 0, wanted="a finite number, 0 or more")
    angle, labels = np.pi * arguments.generator(rng).random(n), np.arange(n) % 2
    x, y = np.cos(angle), np.sin(angle)
    x, y = np.where(labels, 1 - x, x), np.where(labels, 0.5 - y, y)
    return np.stack([x, y], axis=1) + noise * rng.standard_normal((n, 2)), labels


def london_temperatures(days=365, rng=None):
    """Synthetic daily temperatures for London, in degrees Celsius, shape (days,).

        season = monthly normals, interpolated between the middles of the months
        weather <- 0.8 weather + 0.6 * 3 e          e standard normal
        temperature = season + weather

    Nobody measured these days. The normals are real: the means of 1991-2020 at
    London Heathrow (Met Office). The weather, with standard deviation 3 and
    correlation 0.8 from day to day, is made up. Day 0 is January 1; a year has 365
    days. rng as in `digits`.

    >>> london_temperatures(3)
    array([6.1, 5.8, 6.9])

    Raises ValueError for days below 1, TypeError for an rng that is no generator.
    """
    days = arguments.whole("days", days, 1)
    rng = arguments.generator(np.random.default_rng(0) if rng is None else rng)
    middles = (np.arange(12) + 0.5) * 365 / 12
    season = np.interp(np.arange(days) + 0.5, middles, LONDON_NORMALS, period=365)
    e = 3 * rng.standard_normal(days)
    weather = e[:1].tolist()
    for now in e[1:].tolist():
        weather.append(0.8 * weather[-1] + 0.6 * now)
    return (season + weather).round(1)


def minibatches(n, batch_size, rng):
    """One epoch: the indices 0 to n - 1 in a new order, cut into batches.

    Returns a list of index arrays, each of batch_size indices; the last is shorter
    if they do not come out even. Every index occurs once, so x[batch] for every
    batch is all of x. The order comes from rng, a numpy generator.

    >>> minibatches(5, 2, np.random.default_rng(0))
    [array([2, 4]), array([3, 0]), array([1])]

    Raises ValueError for an n or a batch_size that is not a whole number above 0,
    TypeError for an rng that is no generator.
    """
    n = arguments.whole("n", n, 1)
    batch_size = arguments.whole("batch_size", batch_size, 1)
    order = arguments.generator(rng).permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]
