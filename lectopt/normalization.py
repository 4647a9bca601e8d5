"""Batch normalization: every feature brought to mean 0 and variance 1, then scaled and shifted.

A batch has the shape (N, D), one row per example, or (N, C, H, W), where every
place of every image counts as one value of its channel.
"""

import numpy as np

from . import arguments


def batchnorm_forward(x, gamma, beta, eps=1e-5):
    """BatchNorm in training (Ioffe and Szegedy, 2015): returns (y, cache).

        x_hat = (x - mean) / sqrt(var + eps)        over the batch, var divided by N
        y = gamma x_hat + beta

    x has the shape (N, D) or (N, C, H, W), gamma and beta one number per feature,
    (D,) or (C,). The cache is for batchnorm_backward.

    >>> y, cache = batchnorm_forward([[1.0], [3.0]], gamma=[2.0], beta=[10.0])
    >>> y.round(3)
    array([[ 8.],
           [12.]])

    Raises ValueError for shapes that do not fit and for a batch with a single
    value per feature: its variance is 0, so y would be beta whatever x is.
    """
    x = arguments.floats("x", x)
    rows = _rows(x)
    gamma, beta = _per_feature(rows, gamma=gamma, beta=beta)
    _check_batch(rows)
    arguments.number("eps", eps, 0, wanted="a finite number, 0 or more")
    centered = rows - rows.mean(axis=0)
    std = np.sqrt((centered**2).mean(axis=0) + eps)
    x_hat = centered / std
    return _shaped(gamma * x_hat + beta, x.shape), (x_hat, std, gamma)


def batchnorm_backward(dy, cache):
    """Gradients (dx, dgamma, dbeta) of a loss, from its gradient dy.

        dbeta = sum dy
        dgamma = sum dy x_hat
        dx = gamma / std (dy - mean dy - x_hat mean(dy x_hat))

    Two directions never change y, a shift and a rescaling of the batch, so dx is
    dy with its parts along 1 and along x_hat removed. dy has y's shape; ValueError
    otherwise.
    """
    x_hat, std, gamma = cache
    dy = arguments.floats("dy", dy)
    rows = _rows(dy)
    if rows.shape != x_hat.shape:
        raise ValueError(f"dy must have y's {x_hat.shape} rows and features, got {dy.shape}")
    dgamma = (rows * x_hat).sum(axis=0)
    dbeta = rows.sum(axis=0)
    n = len(rows)
    dx = gamma / std * (rows - dbeta / n - x_hat * (dgamma / n))
    return _shaped(dx, dy.shape), dgamma, dbeta


class RunningStatistics:
    """Mean and variance over the batches of training, for test time.

        running_mean <- decay running_mean + (1 - decay) mean
        running_var <- decay running_var + (1 - decay) B / (B - 1) var

    `decay` is the weight of the old value; they start at 0 and 1. B / (B - 1), with
    B values per feature, makes the variance of a batch an unbiased estimate.

    >>> statistics = RunningStatistics(1, decay=0.5)
    >>> statistics.update([[1.0], [3.0]])
    >>> statistics.running_mean, statistics.running_var
    (array([1.]), array([1.5]))

    Raises ValueError for a decay outside 0 <= decay < 1 and, in `update`, for a
    batch with a single value per feature, because B / (B - 1) has no value then.
    """

    def __init__(self, features, decay=0.9):
        self.decay = arguments.share("decay", decay)
        self.running_mean, self.running_var = np.zeros(features), np.ones(features)

    def update(self, x):
        """Take in a batch of the shape (N, D) or (N, C, H, W)."""
        rows = _rows(arguments.floats("x", x))
        self._check_features(rows)
        _check_batch(rows)
        mean, var = rows.mean(axis=0), rows.var(axis=0, ddof=1)
        self.running_mean += (1 - self.decay) * (mean - self.running_mean)
        self.running_var += (1 - self.decay) * (var - self.running_var)

    def normalize(self, x, gamma, beta, eps=1e-5):
        """BatchNorm at test time, with the running statistics.

            y = gamma (x - running_mean) / sqrt(running_var + eps) + beta

        A batch of one is welcome; what else is in the batch does not matter.
        """
        x = arguments.floats("x", x)
        rows = _rows(x)
        self._check_features(rows)
        gamma, beta = _per_feature(rows, gamma=gamma, beta=beta)
        arguments.number("eps", eps, 0, wanted="a finite number, 0 or more")
        std = np.sqrt(self.running_var + eps)
        y = gamma * (rows - self.running_mean) / std + beta
        return _shaped(y.astype(x.dtype), x.shape)

    def _check_features(self, rows):
        if rows.shape[1:] != self.running_mean.shape:
            raise ValueError(f"x must have {len(self.running_mean)} features, got {rows.shape[1]}")


def _rows(x):
    """(N, C, H, W) as (N H W, C): one row per value that a feature takes."""
    if x.ndim not in (2, 4):
        raise ValueError(f"a batch must have the shape (N, D) or (N, C, H, W), got {x.shape}")
    return x if x.ndim == 2 else x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _shaped(rows, shape):
    if len(shape) == 2:
        return rows
    n, c, h, w = shape
    return rows.reshape(n, h, w, c).transpose(0, 3, 1, 2)


def _per_feature(rows, **parameters):
    arrays = [np.asarray(p, dtype=rows.dtype) for p in parameters.values()]
    for name, array in zip(parameters, arrays, strict=True):
        if array.shape != rows.shape[1:]:
            raise ValueError(f"{name} must have the shape {rows.shape[1:]}, one number per feature, got {array.shape}")
    return arrays


def _check_batch(rows):
    if len(rows) < 2:
        raise ValueError(
            f"BatchNorm in training needs at least 2 values per feature, got {len(rows)}: "
            "the variance of a single value is 0 and nothing of it would be left"
        )
