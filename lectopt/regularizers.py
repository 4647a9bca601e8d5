"""What keeps a network from learning the noise: a penalty on w, units dropped at random."""

import numpy as np

from . import arguments


def l2_penalty(w, strength):
    """The L2 penalty, to be added to a loss and its gradient.

        loss = sum strength w^2 / 2
        gradient = strength w

    `strength` is a number or an array of w's shape: 0 where a bias should go
    unpunished. It shrinks w through the gradient, so momentum and Adam average
    and scale it too, unlike weight decay (Loshchilov and Hutter, 2019).

    >>> l2_penalty([1.0, -2.0], strength=0.1)
    (0.25, array([ 0.1, -0.2]))

    Raises ValueError for a strength that is negative, not finite or of another shape.
    """
    w = arguments.floats("w", w)
    strength = np.asarray(strength, dtype=w.dtype)
    if strength.ndim and strength.shape != w.shape:
        raise ValueError(f"strength must be a number or of w's shape, got {strength.shape}")
    if not (np.isfinite(strength).all() and (strength >= 0).all()):
        raise ValueError(f"strength must be finite and 0 or more, got {strength}")
    g = strength * w
    return float((g * w).sum() / 2), g


def dropout_forward(x, p, rng):
    """Inverted dropout in training (Srivastava et al., 2014): returns (y, mask).

        mask = 0 with probability p, otherwise 1 / (1 - p)
        y = mask x

    The mean of y over the masks is x, so at test time x stays as it is: do not
    call this. `p` is the probability of dropping, `rng` a numpy generator.

    >>> y, mask = dropout_forward(np.ones(6), 0.5, np.random.default_rng(0))
    >>> y
    array([2., 0., 0., 0., 2., 2.])

    Raises ValueError for p outside 0 <= p < 1, TypeError for rng without a generator.
    """
    arguments.share("p, the probability of dropping,", p)
    arguments.generator(rng)
    x = arguments.floats("x", x)
    kept = rng.random(x.shape) >= p
    mask = kept.astype(x.dtype) / (1 - p)
    return x * mask, mask


def dropout_backward(dy, mask):
    """The gradient by x, from the gradient dy by y and the mask that was drawn.

        dx = mask dy

    Raises ValueError for a dy of another shape.
    """
    dy = arguments.floats("dy", dy)
    if dy.shape != mask.shape:
        raise ValueError(f"dy must have the mask's shape {mask.shape}, got {dy.shape}")
    return dy * mask
