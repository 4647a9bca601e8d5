"""The update rules, in the order in which they are taught.

Each is one function: arrays before the star are changed in place, numbers
after it are not remembered. State starts at zero, t = 1 on the first step.
"""

import numpy as np

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


@elementwise
def adagrad(w, g, h, *, t, lr, eps=1e-10):
    """AdaGrad (Duchi, Hazan and Singer, 2011).

        h <- h + g^2                        sum of all squares so far
        w <- w - lr g / (sqrt(h) + eps)

    The sum only grows, so every coordinate's rate only falls.
    """
    h += g**2
    w -= lr * g / (np.sqrt(h) + eps)


@elementwise
def rprop(w, g, g_before, d, *, t, lr, shrink=0.5, grow=1.2, d_min=1e-6, d_max=50.0):
    """RProp: only signs count (Riedmiller and Braun, 1993).

        d <- clip(d grow)       where g and g_before have the same sign
        d <- clip(d shrink)     where the sign has turned; g <- 0 there
        w <- w - d sign(g)

    Each coordinate has a step length d of its own. Every d starts at lr, which
    plays no part later; clip keeps it from d_min to d_max. It is for full batches.
    This is the variant iRprop- (Igel and Hüsken, 2003).
    """
    if t == 1:
        d += lr
    agreement = g * g_before
    d[agreement > 0] *= grow
    d[agreement < 0] *= shrink
    np.clip(d, d_min, d_max, out=d)
    g_before[...] = np.where(agreement < 0, 0, g)
    w -= d * np.sign(g_before)


@elementwise
def rmsprop(w, g, v, *, t, lr, rho=0.9, eps=1e-8):
    """RMSProp: AdaGrad that forgets (Tieleman and Hinton, 2012).

        v <- rho v + (1 - rho) g^2          average of the squares
        w <- w - lr g / (sqrt(v) + eps)

    The average starts at zero and nothing corrects it, so the first step is
    lr / sqrt(1 - rho) long in every coordinate.
    """
    v += (1 - rho) * (g**2 - v)
    w -= lr * g / (np.sqrt(v) + eps)


@elementwise
def adam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam (Kingma and Ba, 2015).

        m <- beta1 m + (1 - beta1) g        average of the gradients
        v <- beta2 v + (1 - beta2) g^2      average of their squares
        w <- w - lr m_hat / (sqrt(v_hat) + eps)

    The averages start at zero; dividing by 1 - beta^t, the hat, removes that bias.
    """
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    # the hats, put on the numbers: dividing arrays takes longer
    v_hat = 1 / (1 - beta2**t) * v
    w -= lr / (1 - beta1**t) * m / (np.sqrt(v_hat) + eps)


@elementwise
def adamw(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """AdamW: Adam with decoupled weight decay (Loshchilov and Hutter, 2019).

        w <- (1 - lr weight_decay) w
        w <- w - lr m_hat / (sqrt(v_hat) + eps)     Adam's step

    The decay does not enter the moments, as an L2 penalty in g would.
    """
    w *= 1 - lr * weight_decay
    adam(w, g, m, v, t=t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
