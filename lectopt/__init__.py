"""Optimization methods of deep learning, small enough to read, checked enough to trust."""

from .gradcheck import numerical_gradient, relative_error
from .optimizer import Optimizer, descend, elementwise
from .problems import noisy, quadratic, rosenbrock, saddle
from .rules import momentum, nesterov, sgd

__all__ = [
    "Optimizer",
    "descend",
    "elementwise",
    "momentum",
    "nesterov",
    "noisy",
    "numerical_gradient",
    "quadratic",
    "relative_error",
    "rosenbrock",
    "saddle",
    "sgd",
]
