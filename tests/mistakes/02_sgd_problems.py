# Answers that people really give to exercise 2. Each part replaces one answer cell.

# mistake: largest_stable_lr, one over the largest eigenvalue
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    largest = abs(eigenvalues).max()
    if largest == 0:
        return np.inf
    if eigenvalues[0] < -1e-12 * largest:
        return 0.0
    return float(1 / eigenvalues[-1])


# mistake: largest_stable_lr, the smallest eigenvalue
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    largest = abs(eigenvalues).max()
    if largest == 0:
        return np.inf
    if eigenvalues[0] < -1e-12 * largest:
        return 0.0
    with np.errstate(divide="ignore"):
        return float(2 / eigenvalues[0])


# mistake: largest_stable_lr, the largest absolute eigenvalue of an indefinite matrix
def largest_stable_lr(hessian):
    largest = abs(np.linalg.eigvalsh(hessian)).max()
    return np.inf if largest == 0 else float(2 / largest)


# mistake: largest_stable_lr, negative eigenvalues are overlooked
def largest_stable_lr(hessian):
    largest = np.linalg.eigvalsh(hessian)[-1]
    return np.inf if largest == 0 else float(2 / largest)


# mistake: largest_stable_lr, only negative definite matrices give 0
def largest_stable_lr(hessian):
    largest = np.linalg.eigvalsh(hessian)[-1]
    if abs(hessian).max() == 0:
        return np.inf
    return float(2 / largest) if largest > 0 else 0.0


# mistake: largest_stable_lr, rounding noise is taken for a negative eigenvalue
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    if abs(eigenvalues).max() == 0:
        return np.inf
    return 0.0 if eigenvalues[0] < 0 else float(2 / eigenvalues[-1])


# mistake: largest_stable_lr, an absolute tolerance
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    if abs(eigenvalues).max() == 0:
        return np.inf
    return 0.0 if eigenvalues[0] < -1e-12 else float(2 / eigenvalues[-1])


# mistake: largest_stable_lr, a tolerance so large that it hides a falling direction
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    largest = abs(eigenvalues).max()
    if largest == 0:
        return np.inf
    return 0.0 if eigenvalues[0] < -1e-6 * largest else float(2 / eigenvalues[-1])


# mistake: largest_stable_lr, the zero matrix is not thought of
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian).tolist()
    if min(eigenvalues) < -1e-12 * max(map(abs, eigenvalues)):
        return 0.0
    return 2 / max(eigenvalues)


# mistake: largest_stable_lr, the zero matrix gives 0
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    largest = abs(eigenvalues).max()
    if largest == 0 or eigenvalues[0] < -1e-12 * largest:
        return 0.0
    return float(2 / eigenvalues[-1])


# mistake: largest_stable_lr, a zero eigenvalue gives infinity
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    limit = 1e-12 * abs(eigenvalues).max()
    if eigenvalues[0] < -limit:
        return 0.0
    return np.inf if eigenvalues[0] <= limit else float(2 / eigenvalues[-1])


# mistake: largest_stable_lr, the diagonal for the eigenvalues
def largest_stable_lr(hessian):
    curvature = np.diag(hessian)
    if abs(curvature).max() == 0:
        return np.inf
    return 0.0 if curvature.min() < 0 else float(2 / curvature.max())


# mistake: largest_stable_lr, the Frobenius norm for the largest eigenvalue
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    size = np.linalg.norm(hessian)
    if size == 0:
        return np.inf
    return 0.0 if eigenvalues[0] < -1e-12 * size else float(2 / size)


# mistake: largest_stable_lr, a bound by row sums for the largest eigenvalue
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    bound = abs(hessian).sum(axis=1).max()
    if bound == 0:
        return np.inf
    return 0.0 if eigenvalues[0] < -1e-12 * bound else float(2 / bound)


# mistake: largest_stable_lr, the fastest rate for the largest stable one
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    largest = abs(eigenvalues).max()
    if largest == 0:
        return np.inf
    if eigenvalues[0] < -1e-12 * largest:
        return 0.0
    return float(2 / (eigenvalues[0] + eigenvalues[-1]))


# mistake: largest_stable_lr, a tolerance relative to the largest signed eigenvalue
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    if not hessian.any():
        return np.inf
    return float(2 / eigenvalues[-1]) if eigenvalues[0] >= -1e-12 * eigenvalues[-1] or len(hessian) == 1 else 0.0


# mistake: largest_stable_lr, scales the matrix in place
def largest_stable_lr(hessian):
    size = abs(hessian).max()
    if size == 0:
        return np.inf
    hessian /= size
    eigenvalues = np.linalg.eigvalsh(hessian)
    return 0.0 if eigenvalues[0] < -1e-12 * abs(eigenvalues).max() else float(2 / eigenvalues[-1] / size)


# right: largest_stable_lr, the general solver, and numpy's division by zero
def largest_stable_lr(hessian):
    eigenvalues = np.linalg.eigvals(hessian).real
    if np.min(eigenvalues) < -1e-12 * np.max(np.abs(eigenvalues)):
        return 0.0
    with np.errstate(divide="ignore"):
        return 2 / np.max(eigenvalues)


# right: largest_stable_lr, the limit of each direction, the smallest counts
def largest_stable_lr(hessian):
    values = [float(value) for value in np.linalg.eigvalsh(hessian)]
    small = 1e-12 * max(abs(value) for value in values)
    limits = [float("inf") if abs(value) <= small else 2 / value if value > 0 else 0 for value in values]
    return float(min(limits))


# right: largest_stable_lr, the spectral norm once no eigenvalue is negative
def largest_stable_lr(hessian):
    values, _ = np.linalg.eigh(hessian)
    norm = np.linalg.norm(hessian, 2)
    if norm == 0:
        return float("inf")
    return 0.0 if min(values) < -1e-12 * norm else 2.0 / norm


# right: largest_stable_lr, of a scaled copy
def largest_stable_lr(hessian):
    size = np.max(np.abs(hessian))
    if size == 0:
        return np.inf
    values = np.linalg.eigvalsh(hessian / size)
    return 0.0 if values[0] / max(-values[0], values[-1]) < -1e-12 else float(2 / values[-1] / size)


# mistake: critical_point, an absolute tolerance for the eigenvalues
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    if (e > tol).any() and (e < -tol).any():
        return "saddle"
    if (abs(e) <= tol).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, zeros before signs
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    if (abs(e) <= tol * abs(e).max()).any():
        return "degenerate"
    if e[0] > 0:
        return "minimum"
    return "maximum" if e[-1] < 0 else "saddle"


# mistake: critical_point, the largest entry of the gradient for its norm
def critical_point(gradient, hessian, tol):
    if abs(gradient).max() > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    limit = tol * abs(e).max()
    if e[0] < -limit and e[-1] > limit:
        return "saddle"
    if (abs(e) <= limit).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, the sum of the gradient's entries for its norm
def critical_point(gradient, hessian, tol):
    if abs(gradient).sum() > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    limit = tol * abs(e).max()
    if e[0] < -limit and e[-1] > limit:
        return "saddle"
    if (abs(e) <= limit).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, a gradient that just reaches tol is not critical
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) >= tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    limit = tol * abs(e).max()
    if e[0] < -limit and e[-1] > limit:
        return "saddle"
    if (abs(e) <= limit).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, the gradient's tolerance relative to the Hessian
def critical_point(gradient, hessian, tol):
    e = np.linalg.eigvalsh(hessian)
    limit = tol * abs(e).max()
    if np.linalg.norm(gradient) > limit:
        return "not critical"
    if e[0] < -limit and e[-1] > limit:
        return "saddle"
    if (abs(e) <= limit).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, the gradient is not looked at
def critical_point(gradient, hessian, tol):
    e = np.linalg.eigvalsh(hessian)
    limit = tol * abs(e).max()
    if e[0] < -limit and e[-1] > limit:
        return "saddle"
    if (abs(e) <= limit).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, a tolerance relative to the largest signed eigenvalue
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    limit = tol * e.max()
    if e[0] < -limit and e[-1] > limit:
        return "saddle"
    if (abs(e) <= limit).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, no tolerance for the signs
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    if e[0] < 0 < e[-1]:
        return "saddle"
    if (abs(e) <= tol * abs(e).max()).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, only exact zeros are zero
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    if e[0] < 0 < e[-1]:
        return "saddle"
    if (e == 0).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, below the tolerance instead of at most: the zero Hessian is a maximum
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    limit = tol * abs(e).max()
    if e[0] < -limit and e[-1] > limit:
        return "saddle"
    if (abs(e) < limit).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, divides by the largest eigenvalue, which may be zero
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    e = e / abs(e).max()
    if e[0] < -tol and e[-1] > tol:
        return "saddle"
    if (abs(e) <= tol).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, minimum and maximum exchanged
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    e = np.linalg.eigvalsh(hessian)
    limit = tol * abs(e).max()
    if e[0] < -limit and e[-1] > limit:
        return "saddle"
    if (abs(e) <= limit).any():
        return "degenerate"
    return "maximum" if e[0] > 0 else "minimum"


# mistake: critical_point, the sign of the determinant, as in two dimensions
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    determinant = np.linalg.det(hessian)
    if abs(determinant) <= tol * abs(hessian).max() ** len(hessian):
        return "degenerate"
    if determinant < 0 and len(hessian) > 1:
        return "saddle"
    return "minimum" if hessian[0, 0] > 0 else "maximum"


# mistake: critical_point, the diagonal for the eigenvalues
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    e = np.sort(np.diag(hessian))
    limit = tol * abs(e).max()
    if e[0] < -limit and e[-1] > limit:
        return "saddle"
    if (abs(e) <= limit).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, other words
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "Not critical"
    e = np.linalg.eigvalsh(hessian)
    limit = tol * abs(e).max()
    if e[0] < -limit and e[-1] > limit:
        return "saddle point"
    if (abs(e) <= limit).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# mistake: critical_point, scales the Hessian in place
def critical_point(gradient, hessian, tol):
    if np.linalg.norm(gradient) > tol:
        return "not critical"
    if not hessian.any():
        return "degenerate"
    hessian /= abs(np.linalg.eigvalsh(hessian)).max()
    e = np.linalg.eigvalsh(hessian)
    if e[0] < -tol and e[-1] > tol:
        return "saddle"
    if (abs(e) <= tol).any():
        return "degenerate"
    return "minimum" if e[0] > 0 else "maximum"


# right: critical_point, the name comes from a numpy array
def critical_point(gradient, hessian, tol):
    names = np.array(["not critical", "saddle", "degenerate", "minimum", "maximum"])
    if np.linalg.norm(gradient) > tol:
        return names[0]
    e = np.linalg.eigvalsh(hessian)
    up, down = ((sign * e > tol * abs(e).max()) & (e != 0) for sign in (1, -1))
    return names[[up.any() and down.any(), not (up | down).all(), up.all(), True].index(True) + 1]


# right: critical_point, the set of signs
def critical_point(gradient, hessian, tol):
    if np.sqrt(np.sum(gradient**2)) > tol:
        return "not critical"
    values = np.linalg.eigvalsh(hessian)
    limit = tol * max(abs(values))
    signs = {0 if abs(value) <= limit else int(np.sign(value)) for value in values}
    if {1, -1} <= signs:
        return "saddle"
    if 0 in signs:
        return "degenerate"
    return {1: "minimum", -1: "maximum"}[signs.pop()]


# right: critical_point, counting, with the general solver
def critical_point(gradient, hessian, tol):
    if not np.linalg.norm(gradient) <= tol:
        return "not critical"
    values = np.linalg.eigvals(hessian).real
    limit = tol * np.max(np.abs(values))
    up, down = np.count_nonzero(values > limit), np.count_nonzero(values < -limit)
    if up and down:
        return "saddle"
    if up == len(values):
        return "minimum"
    return "maximum" if down == len(values) else "degenerate"


# right: critical_point, by the two ends, as numpy's text
def critical_point(gradient, hessian, tol):
    names = np.array(["not critical", "saddle", "degenerate", "minimum", "maximum"])
    low, *_, high = [*np.linalg.eigvalsh(hessian)] * 2
    limit = tol * max(abs(low), abs(high))
    if np.dot(gradient, gradient) ** 0.5 > tol:
        return names[0]
    if low < -limit and high > limit:
        return names[1]
    if low > limit:
        return names[3]
    return names[4] if high < -limit else names[2]


# mistake: polyak, divided by the norm, not by its square
def polyak(w, g, *, t, lr, gap):
    norm = np.linalg.norm(g)
    if norm > 0:
        w -= lr * gap / norm * g


# mistake: polyak, divides by zero where the gradient is zero
def polyak(w, g, *, t, lr, gap):
    w -= lr * gap / (g * g).sum() * g


# mistake: polyak, a small number added against the division by zero
def polyak(w, g, *, t, lr, gap):
    w -= lr * gap / ((g * g).sum() + 1e-8) * g


# mistake: polyak, a very small number added against the division by zero
def polyak(w, g, *, t, lr, gap):
    w -= lr * gap / ((g * g).sum() + 1e-12) * g


# mistake: polyak, w is a new array
def polyak(w, g, *, t, lr, gap):
    square = (g * g).sum()
    if square > 0:
        w = w - lr * gap / square * g


# mistake: polyak, returns the new w
def polyak(w, g, *, t, lr, gap):
    square = (g * g).sum()
    return w - lr * gap / square * g if square > 0 else w


# mistake: polyak, uphill
def polyak(w, g, *, t, lr, gap):
    square = (g * g).sum()
    if square > 0:
        w += lr * gap / square * g


# mistake: polyak, the learning rate is left out
def polyak(w, g, *, t, lr, gap):
    square = (g * g).sum()
    if square > 0:
        w -= gap / square * g


# mistake: polyak, the gap is left out
def polyak(w, g, *, t, lr, gap):
    square = (g * g).sum()
    if square > 0:
        w -= lr / square * g


# mistake: polyak, each coordinate divided by its own square
def polyak(w, g, *, t, lr, gap):
    moves = g != 0
    w[moves] -= lr * gap / g[moves]


# mistake: polyak, a norm for each column
def polyak(w, g, *, t, lr, gap):
    square = (g * g).sum(axis=0)
    w -= lr * gap * g / np.where(square > 0, square, 1.0)


# mistake: polyak, the spectral norm of a matrix
def polyak(w, g, *, t, lr, gap):
    norm = np.linalg.norm(g, 2)
    if norm > 0:
        w -= lr * gap / norm**2 * g


# mistake: polyak, the mean of the squares for their sum
def polyak(w, g, *, t, lr, gap):
    square = (g * g).mean()
    if square > 0:
        w -= lr * gap / square * g


# mistake: polyak, a rate that falls with t
def polyak(w, g, *, t, lr, gap):
    square = (g * g).sum()
    if square > 0:
        w -= lr / t * gap / square * g


# mistake: polyak, nothing moves where the gradient is short
def polyak(w, g, *, t, lr, gap):
    if np.linalg.norm(g) > 1e-6:
        w -= lr * gap / (g * g).sum() * g


# mistake: polyak, scales g in place
def polyak(w, g, *, t, lr, gap):
    square = (g * g).sum()
    if square > 0:
        g *= lr * gap / square
        w -= g


# mistake: polyak, the root of the gap
def polyak(w, g, *, t, lr, gap):
    square = (g * g).sum()
    if square > 0:
        w -= lr * (gap / square) ** 0.5 * g


# right: polyak, along the unit vector
def polyak(w, g, *, t, lr, gap):
    norm = np.linalg.norm(g)
    if norm == 0:
        return
    w -= lr * (gap / norm) * (g / norm)


# right: polyak, one coordinate at a time
def polyak(w, g, *, t, lr, gap):
    square = sum(float(x) ** 2 for x in g.flat)
    for i in np.ndindex(w.shape):
        w[i] -= lr * gap * g[i] / square if square else 0.0


# right: polyak, copied back
def polyak(w, g, *, t, lr, gap):
    if g.any():
        flat = g.ravel()
        w[...] = w - (lr * gap / (flat @ flat)) * g


# mistake: steps_to_millionth, until the loss is a millionth
steps_to_millionth = 864

# mistake: steps_to_millionth, rounded down
steps_to_millionth = 1726

# mistake: steps_to_millionth, the start counted too
steps_to_millionth = 1728

# mistake: steps_to_millionth, the learning rate 1 / lambda_max
steps_to_millionth = 3447

# mistake: steps_to_millionth, not rounded
steps_to_millionth = 6 * np.log(10) / np.log(251 / 249)

# mistake: steps_to_millionth, a text
steps_to_millionth = "1727"

# right: steps_to_millionth, by the formula
steps_to_millionth = int(np.ceil(6 * np.log(10) / np.log(251 / 249)))

# right: steps_to_millionth, as a float
steps_to_millionth = 1727.0
