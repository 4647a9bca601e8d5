"""The update rules, in the order in which they are taught.

Each is one function: arrays before the star are changed in place, numbers
after it are not remembered. State starts at zero, t = 1 on the first step.
"""

from .optimizer import elementwise


@elementwise
def sgd(w, g, *, t, lr):
    """Gradient descent; stochastic when g comes from a batch (Robbins and Monro, 1951).

        w <- w - lr g

    It remembers nothing.
    """
    w -= lr * g


@elementwise
def momentum(w, g, v, *, t, lr, momentum=0.9):
    """Momentum, also called the heavy ball (Polyak, 1964).

        v <- momentum v + g             the gradients so far, fading
        w <- w - lr v

    Under a constant gradient the steps grow to lr / (1 - momentum) times it.
    """
    v *= momentum
    v += g
    w -= lr * v


@elementwise
def nesterov(w, g, v, *, t, lr, momentum=0.9):
    """Nesterov's momentum, in the shifted variable (Nesterov, 1983).

        v <- momentum v + g
        w <- w - lr (g + momentum v)

    w is the point one looks ahead to, so g is taken where the velocity leads.
    """
    v *= momentum
    v += g
    w -= lr * (g + momentum * v)
