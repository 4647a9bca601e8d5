"""Optimization methods of deep learning, small enough to read, checked enough to trust."""

from .averages import ewa, ewa_weights
from .data import digits, london_temperatures, minibatches, two_moons
from .gradcheck import numerical_gradient, relative_error
from .line_search import backtracking, wolfe
from .losses import kl_divergence, sigmoid, softmax, squared_error
from .network import MLP
from .normalization import RunningStatistics, batchnorm_backward, batchnorm_forward
from .optimizer import Optimizer, descend, elementwise
from .problems import beale, double_well, noisy, plateau, quadratic, rosenbrock, saddle
from .regularizers import dropout_backward, dropout_forward, l2_penalty
from .rules import adagrad, adam, adamw, momentum, nesterov, rmsprop, rprop, sgd
from .schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    inverse_sqrt_decay,
    inverse_time_decay,
    per_epoch,
    staircase,
    step_decay,
    warmup,
)
from .second_order import bfgs, lbfgs, newton
from .training import train

__all__ = [
    "MLP",
    "Optimizer",
    "RunningStatistics",
    "adagrad",
    "adam",
    "adamw",
    "backtracking",
    "batchnorm_backward",
    "batchnorm_forward",
    "beale",
    "bfgs",
    "constant",
    "cosine_decay",
    "descend",
    "digits",
    "double_well",
    "dropout_backward",
    "dropout_forward",
    "elementwise",
    "ewa",
    "ewa_weights",
    "exponential_decay",
    "inverse_sqrt_decay",
    "inverse_time_decay",
    "kl_divergence",
    "l2_penalty",
    "lbfgs",
    "london_temperatures",
    "minibatches",
    "momentum",
    "nesterov",
    "newton",
    "noisy",
    "numerical_gradient",
    "per_epoch",
    "plateau",
    "quadratic",
    "relative_error",
    "rmsprop",
    "rosenbrock",
    "rprop",
    "saddle",
    "sgd",
    "sigmoid",
    "softmax",
    "squared_error",
    "staircase",
    "step_decay",
    "train",
    "two_moons",
    "warmup",
    "wolfe",
]
