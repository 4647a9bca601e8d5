"""Methods that learn the curvature: Newton, BFGS, L-BFGS.

They need fun(w) -> (loss, gradient) itself, so each is a generator of iterates,
the start first: for w in islice(lbfgs(fun, w0), 50).
"""

import numpy as np

from . import arguments
from .curvature import Matrix, Pairs
from .line_search import wolfe


def newton(fun, hessian, w0, damping=0.0, *, tol=0.0):
    """Newton's method: jump to where the quadratic model has its critical point.

        (H + damping I) d = -g
        w <- w + d

    hessian(w) gives H, shape (n, n). With damping 0 it takes any critical point,
    a saddle too, and may run away; a large damping makes it short steps of gradient
    descent (Levenberg, 1944). Yields w0 first; ends when no |g_i| exceeds tol or
    when a step is lost in rounding.

    >>> from lectopt import quadratic
    >>> list(newton(quadratic([1, 4]), lambda w: np.diag([1.0, 4.0]), [3, 2]))
    [array([3., 2.]), array([0., 0.])]

    Raises ValueError for a start that is not a vector of finite numbers, a negative
    damping, a Hessian of another shape or, while it runs, a singular one.
    """
    w = _start(w0, tol)
    arguments.number("damping", damping, 0, wanted="a finite number, 0 or more")
    return _newton(fun, hessian, w, damping, tol)


def _newton(fun, hessian, w, damping, tol):
    yield w.copy()
    _, g = _evaluated(fun, w)
    while np.abs(g).max() > tol:
        d = _solve(np.asarray(hessian(w.copy()), dtype=w.dtype), -g, damping)
        if np.linalg.norm(d) <= np.finfo(w.dtype).eps * np.linalg.norm(w):
            return
        w = w + d
        yield w.copy()
        _, g = _evaluated(fun, w)


def _solve(h, b, damping):
    if h.shape != (len(b), len(b)):
        raise ValueError(f"hessian(w) must have the shape {(len(b), len(b))}, got {h.shape}")
    h = h + damping * np.eye(len(b), dtype=b.dtype)
    try:
        d = np.linalg.solve(h, b)
        # at most the condition number of H, so 1 / eps means lost in rounding
        stretch = np.abs(h).sum(axis=1).max() * np.abs(d).max() / np.abs(b).max()
    except np.linalg.LinAlgError:
        stretch = np.inf
    if not stretch < 0.03 / np.finfo(b.dtype).eps:
        raise ValueError(f"the Hessian (damping {damping}) is singular: try a larger damping")
    return d


def bfgs(fun, w0, *, tol=0.0):
    """BFGS (Broyden, Fletcher, Goldfarb, Shanno, 1970): learn the inverse Hessian H.

        w <- w - lr H g                 lr by `wolfe`
        s, y = changes of w and g, rho = 1 / s'y
        H <- (I - rho s y') H (I - rho y s') + rho s s'

    Then H y = s: along s, H knows the curvature. H starts as the identity, the
    first step with lr = 1 / |g|; a pair with s'y <= 1e-10 |s| |y| is not learned.
    Yields w0 first; ends when no |g_i| exceeds tol or no progress is possible.

    >>> from lectopt import rosenbrock
    >>> *_, w = bfgs(rosenbrock, [-1.2, 1.0])
    >>> w.round(6)
    array([1., 1.])

    Raises ValueError for a start that is not a vector of finite numbers.
    """
    return _quasi_newton(fun, _start(w0, tol), Matrix(), tol)


def lbfgs(fun, w0, memory=10, *, tol=0.0):
    """L-BFGS (Nocedal, 1980): BFGS that keeps the last pairs s, y instead of H.

        w <- w - lr H g                 lr by `wolfe`, H g by the two-loop recursion

    `memory` is the number of pairs: 2 memory n numbers instead of n^2. The first
    step has lr = 1 / |g|; a pair with s'y <= 1e-10 |s| |y| is not kept.
    Yields w0 first; ends when no |g_i| exceeds tol or no progress is possible.

    >>> from lectopt import rosenbrock
    >>> *_, w = lbfgs(rosenbrock, [-1.2, 1.0])
    >>> w.round(6)
    array([1., 1.])

    Raises ValueError for a start that is not a vector of finite numbers, a memory
    that is not a whole number above 0.
    """
    memory = arguments.whole("memory", memory, 1)
    return _quasi_newton(fun, _start(w0, tol), Pairs(memory), tol)


def _quasi_newton(fun, w, known, tol):
    """Steps along -H g, where `known` stands for H: the identity while it is empty."""
    yield w.copy()
    loss, g = _evaluated(fun, w)
    tiny = np.finfo(w.dtype).tiny / np.finfo(w.dtype).eps  # 1 / s'y must not overflow
    while np.abs(g).max() > tol:
        d = -known.times(g)
        lr = 0.0
        if g @ d < 0:
            first = 1.0 if known else 1 / float(np.linalg.norm(g))
            lr, new_loss, new_g = wolfe(fun, w, d, start=(loss, g), lr=first)
        if lr == 0:
            if not known:
                return
            known.clear()  # rounding has spoilt it: once more along the gradient
            continue
        s, y = lr * d, np.asarray(new_g, dtype=w.dtype) - g
        if s @ y > 1e-10 * np.linalg.norm(s) * np.linalg.norm(y) + tiny:
            known.learn(s, y)
        w, loss, g = w + s, new_loss, np.asarray(new_g, dtype=w.dtype)
        yield w.copy()


def _start(w0, tol):
    arguments.number("tol", tol, 0, wanted="a finite number, 0 or more")
    w = arguments.start(w0)
    if w.ndim != 1:
        raise ValueError(f"the start w0 must be a vector, one axis, got shape {w.shape}")
    return w


def _evaluated(fun, w):
    loss, g = fun(w)
    g = np.asarray(g, dtype=w.dtype)
    if g.shape != w.shape:
        raise ValueError(f"fun(w) must give a gradient of w's shape {w.shape}, got {g.shape}")
    if not (np.isfinite(loss) and np.isfinite(g).all()):
        raise ValueError(f"fun(w) must be finite, got the loss {loss} and the gradient {g} at w = {w}")
    return loss, g
