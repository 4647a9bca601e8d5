# Answers that people really give to exercise 0. Each part replaces one answer cell.

# mistake: complex_step_gradient, the h of a central difference
def complex_step_gradient(f, w):
    g = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        z = w.astype(complex)
        z[j] += 1e-5j
        g[j] = f(z).imag / 1e-5
    return g


# mistake: complex_step_gradient, an h that is too large for a steep loss
def complex_step_gradient(f, w):
    g = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        z = w.astype(complex)
        z[j] += 1e-8j
        g[j] = f(z).imag / 1e-8
    return g


# mistake: complex_step_gradient, the real part
def complex_step_gradient(f, w):
    g = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        z = w.astype(complex)
        z[j] += 1e-20j
        g[j] = f(z).real / 1e-20
    return g


# mistake: complex_step_gradient, the absolute value of the difference, so the sign is lost
def complex_step_gradient(f, w):
    g = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        z = w.astype(complex)
        z[j] += 1e-20j
        g[j] = abs(f(z) - f(w)) / 1e-20
    return g


# mistake: complex_step_gradient, not divided by h
def complex_step_gradient(f, w):
    g = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        z = w.astype(complex)
        z[j] += 1e-20j
        g[j] = f(z).imag
    return g


# mistake: complex_step_gradient, divided by 2 h as if there were two points
def complex_step_gradient(f, w):
    g = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        z = w.astype(complex)
        z[j] += 1e-20j
        g[j] = f(z).imag / 2e-20
    return g


# mistake: complex_step_gradient, a float array is asked to hold a complex number
def complex_step_gradient(f, w):
    g = np.empty(w.shape)
    for j in np.ndindex(w.shape):
        z = w.copy()
        z[j] += 1e-20j
        g[j] = f(z).imag / 1e-20
    return g


# mistake: complex_step_gradient, coordinates are not put back
def complex_step_gradient(f, w):
    g, z = np.empty(w.shape), w.astype(complex)
    for j in np.ndindex(w.shape):
        z[j] += 1e-20j
        g[j] = f(z).imag / 1e-20
    return g


# mistake: complex_step_gradient, all coordinates move at once
def complex_step_gradient(f, w):
    return np.full(w.shape, f(w + 1e-20j).imag / 1e-20)


# mistake: complex_step_gradient, a matrix moves row by row
def complex_step_gradient(f, w):
    g = np.empty(w.shape)
    for j in range(len(w)):
        z = w.astype(complex)
        z[j] += 1e-20j
        g[j] = f(z).imag / 1e-20
    return g


# mistake: complex_step_gradient, flat instead of the shape of w
def complex_step_gradient(f, w):
    g = []
    for j in np.ndindex(w.shape):
        z = w.astype(complex)
        z[j] += 1e-20j
        g.append(f(z).imag / 1e-20)
    return np.array(g)


# mistake: complex_step_gradient, the gradient is a complex array
def complex_step_gradient(f, w):
    g = np.zeros(w.shape, dtype=complex)
    for j in np.ndindex(w.shape):
        z = w.astype(complex)
        z[j] += 1e-20j
        g[j] = f(z).imag / 1e-20
    return g


# mistake: complex_step_gradient, a central difference of real losses
def complex_step_gradient(f, w):
    return numerical_gradient(lambda w: f(w).real, w)


# mistake: complex_step_gradient, a quotient in the complex direction, all of it
def complex_step_gradient(f, w):
    g = np.zeros(w.shape)
    for j in np.ndindex(w.shape):
        z = w.astype(complex)
        z[j] += 1e-5j
        g[j] = ((f(z) - f(w)) / 1e-5j).real
    return g


# right: complex_step_gradient, an even smaller h
def complex_step_gradient(f, w):
    g = np.zeros_like(w)
    for j in np.ndindex(w.shape):
        z = w + 0j
        z[j] = complex(w[j], 1e-100)
        g[j] = np.imag(f(z)) / 1e-100
    return g


# right: complex_step_gradient, one complex copy whose entries are put back
def complex_step_gradient(f, w):
    z, g = np.array(w, dtype=complex), []
    flat = z.reshape(-1)
    for j in range(w.size):
        flat[j] += 1e-30j
        g.append(f(z).imag / 1e-30)
        flat[j] = flat[j].real
    return np.reshape(g, w.shape)


# right: complex_step_gradient, rows of a unit matrix
def complex_step_gradient(f, w):
    h = 2.0**-100
    units = np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([f(w + 1j * h * e).imag for e in units]).reshape(w.shape) / h


# right: complex_step_gradient, the central difference in the complex direction
def complex_step_gradient(f, w):
    g = np.zeros(w.shape)
    for j in np.ndindex(w.shape):
        step = np.zeros(w.shape, dtype=complex)
        step[j] = 1e-20j
        g[j] = (f(w + step).imag - f(w - step).imag) / 2e-20
    return g


# mistake: richardson_gradient, only the difference with h / 2
def richardson_gradient(f, w, h):
    return np.array([(f(w + h / 2 * e) - f(w - h / 2 * e)) / h for e in np.eye(len(w))])


# mistake: richardson_gradient, only the difference with h
def richardson_gradient(f, w, h):
    return np.array([(f(w + h * e) - f(w - h * e)) / (2 * h) for e in np.eye(len(w))])


# mistake: richardson_gradient, the weights of forward differences
def richardson_gradient(f, w, h):
    def difference(h, e):
        return (f(w + h * e) - f(w - h * e)) / (2 * h)

    return np.array([2 * difference(h / 2, e) - difference(h, e) for e in np.eye(len(w))])


# mistake: richardson_gradient, forward differences
def richardson_gradient(f, w, h):
    def difference(h, e):
        return (f(w + h * e) - f(w)) / h

    return np.array([(4 * difference(h / 2, e) - difference(h, e)) / 3 for e in np.eye(len(w))])


# mistake: richardson_gradient, forward differences with the weights that belong to them
def richardson_gradient(f, w, h):
    def difference(h, e):
        return (f(w + h * e) - f(w)) / h

    return np.array([2 * difference(h / 2, e) - difference(h, e) for e in np.eye(len(w))])


# mistake: richardson_gradient, the two differences are exchanged
def richardson_gradient(f, w, h):
    def difference(h, e):
        return (f(w + h * e) - f(w - h * e)) / (2 * h)

    return np.array([(4 * difference(h, e) - difference(h / 2, e)) / 3 for e in np.eye(len(w))])


# mistake: richardson_gradient, h and 2 h instead of h / 2 and h
def richardson_gradient(f, w, h):
    def difference(h, e):
        return (f(w + h * e) - f(w - h * e)) / (2 * h)

    return np.array([(4 * difference(h, e) - difference(2 * h, e)) / 3 for e in np.eye(len(w))])


# mistake: richardson_gradient, the difference with h / 2 is divided by 2 h
def richardson_gradient(f, w, h):
    def difference(step, e):
        return (f(w + step * e) - f(w - step * e)) / (2 * h)

    return np.array([(4 * difference(h / 2, e) - difference(h, e)) / 3 for e in np.eye(len(w))])


# mistake: richardson_gradient, the weights add up to 3/4
def richardson_gradient(f, w, h):
    def difference(h, e):
        return (f(w + h * e) - f(w - h * e)) / (2 * h)

    return np.array([(4 * difference(h / 2, e) - difference(h, e)) / 4 for e in np.eye(len(w))])


# mistake: richardson_gradient, the mean of the two differences
def richardson_gradient(f, w, h):
    def difference(h, e):
        return (f(w + h * e) - f(w - h * e)) / (2 * h)

    return np.array([(difference(h / 2, e) + difference(h, e)) / 2 for e in np.eye(len(w))])


# mistake: richardson_gradient, divided by the step where twice the step belongs
def richardson_gradient(f, w, h):
    def difference(h, e):
        return (f(w + h * e) - f(w - h * e)) / h

    return np.array([(4 * difference(h / 2, e) - difference(h, e)) / 3 for e in np.eye(len(w))])


# mistake: richardson_gradient, the library's differences
def richardson_gradient(f, w, h):
    return (4 * numerical_gradient(f, w, h / 2) - numerical_gradient(f, w, h)) / 3


# mistake: richardson_gradient, the library's differences under another name
from lectopt.gradcheck import numerical_gradient as central


def richardson_gradient(f, w, h):
    return (4 * central(f, w, h / 2) - central(f, w, h)) / 3


# mistake: richardson_gradient, h is ignored
def richardson_gradient(f, w, h=1e-3):
    h = 1e-3

    def difference(h, e):
        return (f(w + h * e) - f(w - h * e)) / (2 * h)

    return np.array([(4 * difference(h / 2, e) - difference(h, e)) / 3 for e in np.eye(len(w))])


# mistake: richardson_gradient, w is moved to and fro, and its last bits change
def richardson_gradient(f, w, h):
    def difference(j, h):
        w[j] += h
        above = f(w)
        w[j] -= 2 * h
        below = f(w)
        w[j] += h
        return (above - below) / (2 * h)

    return np.array([(4 * difference(j, h / 2) - difference(j, h)) / 3 for j in range(len(w))])


# mistake: richardson_gradient, w is not put back
def richardson_gradient(f, w, h):
    def difference(j, h):
        w[j] += h
        above = f(w)
        w[j] -= 2 * h
        return (above - f(w)) / (2 * h)

    return np.array([(4 * difference(j, h / 2) - difference(j, h)) / 3 for j in range(len(w))])


# mistake: richardson_gradient, all coordinates move at once
def richardson_gradient(f, w, h):
    def difference(h):
        return (f(w + h) - f(w - h)) / (2 * h)

    return (4 * difference(h / 2) - difference(h)) / 3 * np.ones(len(w))


# right: richardson_gradient, the five-point formula
def richardson_gradient(f, w, h):
    g = np.zeros(len(w))
    for j, e in enumerate(np.eye(len(w)) * h / 2):
        g[j] = (8 * (f(w + e) - f(w - e)) - (f(w + 2 * e) - f(w - 2 * e))) / (6 * h)
    return g


# right: richardson_gradient, entries of w that are put back as they were
def richardson_gradient(f, w, h):
    g = []
    for j in range(len(w)):
        kept, d = w[j], {}
        for step in (h, h / 2):
            w[j] = kept + step
            above = f(w)
            w[j] = kept - step
            d[step] = (above - f(w)) / (2 * step)
            w[j] = kept
        g.append((4 * d[h / 2] - d[h]) / 3)
    return np.array(g)


# right: richardson_gradient, the finer difference plus a third of what it gained
def richardson_gradient(f, w, h):
    def central(h):
        g = np.empty(len(w))
        for j in range(len(w)):
            above, below = w.copy(), w.copy()
            above[j] += h
            below[j] -= h
            g[j] = (f(above) - f(below)) / (2 * h)
        return g

    fine = central(h / 2)
    return fine + (fine - central(h)) / 3


# right: richardson_gradient, a helper with the library's name
def numerical_gradient(f, w, h):
    return np.array([(f(w + h * e) - f(w - h * e)) / (2 * h) for e in np.eye(len(w))])


def richardson_gradient(f, w, h):
    return 4 / 3 * numerical_gradient(f, w, 0.5 * h) - numerical_gradient(f, w, h) / 3


# mistake: directional_check, u keeps its length
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    return fun(w)[1] @ u, (fun(w + 1e-5 * u)[0] - fun(w - 1e-5 * u)[0]) / 2e-5


# mistake: directional_check, u is divided by its squared length
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= u @ u
    return fun(w)[1] @ u, (fun(w + 1e-5 * u)[0] - fun(w - 1e-5 * u)[0]) / 2e-5


# mistake: directional_check, a new u for the difference
def directional_check(fun, w, rng):
    def draw():
        u = rng.standard_normal(w.shape)
        return u / np.linalg.norm(u)

    u, h = draw(), 1e-5
    slope, u = fun(w)[1] @ u, draw()
    return slope, (fun(w + h * u)[0] - fun(w - h * u)[0]) / (2 * h)


# mistake: directional_check, a generator of its own
def directional_check(fun, w, rng):
    u = np.random.default_rng(0).standard_normal(w.shape)
    u /= np.linalg.norm(u)
    return fun(w)[1] @ u, (fun(w + 1e-5 * u)[0] - fun(w - 1e-5 * u)[0]) / 2e-5


# mistake: directional_check, uniform entries, which favor the corners
def directional_check(fun, w, rng):
    u = rng.uniform(-1, 1, w.shape)
    u /= np.linalg.norm(u)
    return fun(w)[1] @ u, (fun(w + 1e-5 * u)[0] - fun(w - 1e-5 * u)[0]) / 2e-5


# mistake: directional_check, a forward difference
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= np.linalg.norm(u)
    return fun(w)[1] @ u, (fun(w + 1e-5 * u)[0] - fun(w)[0]) / 1e-5


# mistake: directional_check, divided by h instead of 2 h
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= np.linalg.norm(u)
    return fun(w)[1] @ u, (fun(w + 1e-5 * u)[0] - fun(w - 1e-5 * u)[0]) / 1e-5


# mistake: directional_check, another h
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= np.linalg.norm(u)
    h = 1e-6
    return fun(w)[1] @ u, (fun(w + h * u)[0] - fun(w - h * u)[0]) / (2 * h)


# mistake: directional_check, the pair in the other order
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= np.linalg.norm(u)
    return (fun(w + 1e-5 * u)[0] - fun(w - 1e-5 * u)[0]) / 2e-5, fun(w)[1] @ u


# mistake: directional_check, the relative error of the two instead of the two
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= np.linalg.norm(u)
    slope, difference = fun(w)[1] @ u, (fun(w + 1e-5 * u)[0] - fun(w - 1e-5 * u)[0]) / 2e-5
    return relative_error([slope], [difference])


# mistake: directional_check, the gradient a step further
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= np.linalg.norm(u)
    above, g = fun(w + 1e-5 * u)
    return g @ u, (above - fun(w - 1e-5 * u)[0]) / 2e-5


# mistake: directional_check, pairs are subtracted
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= np.linalg.norm(u)
    return fun(w)[1] @ u, (fun(w + 1e-5 * u) - fun(w - 1e-5 * u)) / 2e-5


# mistake: directional_check, one random coordinate instead of a direction
def directional_check(fun, w, rng):
    u = np.zeros(w.shape)
    u[rng.integers(len(w))] = 1.0
    return fun(w)[1] @ u, (fun(w + 1e-5 * u)[0] - fun(w - 1e-5 * u)[0]) / 2e-5


# mistake: directional_check, the library's differences, coordinate by coordinate
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= np.linalg.norm(u)
    return fun(w)[1] @ u, numerical_gradient(fun, w) @ u


# mistake: directional_check, w is moved to and fro, and its last bits change
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u *= 1e-5 / np.linalg.norm(u)
    g = fun(w)[1]
    w += u
    above = fun(w)[0]
    w -= 2 * u
    below = fun(w)[0]
    w += u
    return g @ u / 1e-5, (above - below) / 2e-5


# mistake: directional_check, the gradient's length takes the place of its slope along u
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u /= np.linalg.norm(u)
    return np.linalg.norm(fun(w)[1]), (fun(w + 1e-5 * u)[0] - fun(w - 1e-5 * u)[0]) / 2e-5


# right: directional_check, the length by hand
def directional_check(fun, w, rng):
    u = rng.standard_normal(w.shape)
    u = u / (u**2).sum() ** 0.5
    above, below = fun(w + u * 1e-5)[0], fun(w - u * 1e-5)[0]
    return float((fun(w)[1] * u).sum()), float((above - below) / 2e-5)


# right: directional_check, one number at a time
def directional_check(fun, w, rng):
    u = [rng.standard_normal() for _ in w]
    length = sum(x * x for x in u) ** 0.5
    u = [x / length for x in u]
    _, g = fun(w)
    above, _ = fun(np.array([a + 1e-5 * b for a, b in zip(w, u)]))
    below, _ = fun(np.array([a - 1e-5 * b for a, b in zip(w, u)]))
    return sum(a * b for a, b in zip(g, u)), (above - below) * 5e4


# right: directional_check, a list of the two, the difference along a line
def directional_check(fun, w, rng):
    u = rng.normal(size=len(w))
    u *= 1 / np.sqrt(u @ u)
    above, below = (fun(w + t * u)[0] for t in (1e-5, -1e-5))
    return [np.dot(u, fun(w)[1]), (above - below) / 2 / 1e-5]


# mistake: updates, the short batch is dropped
updates = 520

# mistake: updates, not rounded
updates = 50_000 / 96

# mistake: updates, one update per sample
updates = 50_000

# mistake: updates, the size of the last batch
updates = 50_000 % 96

# mistake: updates, one batch too many
updates = 522

# mistake: updates, a text
updates = "521"

# right: updates, rounded up
import math

updates = math.ceil(50_000 / 96)

# right: updates, counted
updates = len(lectopt.minibatches(50_000, 96, np.random.default_rng(0)))

# right: updates, as a float
updates = np.ceil(50_000 / 96)
