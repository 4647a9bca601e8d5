"""What BFGS and L-BFGS remember of the curvature, to multiply a gradient by it.

H approximates the inverse Hessian. It learns from pairs: s, a step, and y, the
change of the gradient along it. Until it has one, it is the identity.
"""

import numpy as np


def bfgs_update(H, s, y):
    """BFGS's new inverse Hessian: symmetric if H is, and it maps y to s.

        (I - rho s y') H (I - rho y s') + rho s s'      rho = 1 / s'y

    Multiplied out, so that it costs n^2 and not n^3. H itself is not changed.
    """
    rho, Hy = 1 / float(s @ y), H @ y
    cross, square = np.outer(s, Hy), (1 + rho * float(y @ Hy)) * np.outer(s, s)
    return H - rho * (cross + cross.T) + rho * square


class Matrix:
    """H as a matrix: BFGS."""

    def __init__(self):
        self.H = None

    def __bool__(self):
        return self.H is not None

    def times(self, g):
        """The product H g, a new array."""
        return self.H @ g if self else g.copy()

    def learn(self, s, y):
        """Take in a pair with s'y > 0."""
        self.H = bfgs_update(self.H if self else np.eye(len(s), dtype=s.dtype), s, y)

    def clear(self):
        """Forget everything."""
        self.H = None


class Pairs:
    """H as the last pairs, the rows of S and Y: L-BFGS.

    sy[i, j] is s_i'y_j. Since y is the change of g from one call of `times` to the
    next, s_i'y is the change of s_i'g, and costs nothing.
    """

    def __init__(self, memory):
        self.memory = memory
        self.clear()

    def __bool__(self):
        return bool(self.order)

    def times(self, g):
        """The product H g by the two-loop recursion (Nocedal, 1980), a new array.

            newest to oldest:    a = s'q / s'y, q <- q - a y
            r = gamma q          gamma = s'y / y'y of the newest
            oldest to newest:    b = y'r / s'y, r <- r + (a - b) s

        q starts as g, r ends as H g. The loops run over the numbers s'q and y'r,
        for which s'y of any two pairs is enough; q and r are formed once.
        """
        if not self:
            return g.copy()
        n = len(self.order)
        S, Y, sy = self.S[:n], self.Y[:n], self.sy[:n, :n]
        sq, a = self._products(S @ g), np.empty(n, dtype=g.dtype)
        for i in reversed(self.order):
            a[i] = sq[i] / sy[i, i]
            sq -= a[i] * sy[:, i]
        r = g - a @ Y
        r *= self.gamma
        yr = Y @ r
        for i in self.order:
            a[i] -= yr[i] / sy[i, i]
            yr += a[i] * sy[i]
        r += a @ S
        return r

    def learn(self, s, y):
        """Take in a pair with s'y > 0, y the change of g since the last `times(g)`."""
        if not self:
            self.S, self.Y = np.empty((2, self.memory, len(s)), dtype=s.dtype)
            self.sy = np.zeros((self.memory, self.memory), dtype=s.dtype)
        full = len(self.order) == self.memory
        i = self.new = self.order.pop(0) if full else len(self.order)
        self.order.append(i)
        self.S[i], self.Y[i], self.sy[i, i] = s, y, s @ y
        self.gamma = float(self.sy[i, i] / (y @ y))

    def clear(self):
        """Forget everything."""
        self.order, self.new, self.sg = [], None, np.empty(0)

    def _products(self, sg):
        """The products s'g; with the ones before, they give s'y of a new pair."""
        if self.new is not None:
            old = self.order[:-1]
            self.sy[old, self.new] = sg[old] - self.sg[old]
        self.new, self.sg = None, sg.copy()
        return sg
