# Answers that people really give to exercise 7. Each part replaces one answer cell.

# mistake: dfp_update, s and y exchanged: an approximation of the Hessian
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    s, y = y, s
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) - np.outer(Hy, Hy) / (y @ Hy)


# mistake: dfp_update, BFGS's formula
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    V = np.eye(len(s)) - np.outer(s, y) / (s @ y)
    return V @ H @ V.T + np.outer(s, s) / (s @ y)


# mistake: dfp_update, the rank-one formula
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    rest = s - H @ y
    return H + np.outer(rest, rest) / (rest @ y)


# mistake: dfp_update, no test of s'y
def dfp_update(H, s, y):
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) - np.outer(Hy, Hy) / (y @ Hy)


# mistake: dfp_update, divides by s'y of exactly 0
def dfp_update(H, s, y):
    if s @ y < 0:
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) - np.outer(Hy, Hy) / (y @ Hy)


# mistake: dfp_update, H itself comes back where nothing is learned
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) - np.outer(Hy, Hy) / (y @ Hy)


# mistake: dfp_update, a tolerance that refuses short pairs
def dfp_update(H, s, y):
    if s @ y <= 1e-10:
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) - np.outer(Hy, Hy) / (y @ Hy)


# mistake: dfp_update, the absolute value of s'y
def dfp_update(H, s, y):
    if s @ y == 0:
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / abs(s @ y) - np.outer(Hy, Hy) / (y @ Hy)


# mistake: dfp_update, the last term is added
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) + np.outer(Hy, Hy) / (y @ Hy)


# mistake: dfp_update, the last term is forgotten
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y)


# mistake: dfp_update, a number instead of a matrix
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    Hy = H @ y
    return H + s @ s.T / (s @ y) - Hy @ Hy.T / (y @ Hy)


# mistake: dfp_update, divided by y'y
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) - np.outer(Hy, Hy) / (y @ y)


# mistake: dfp_update, divided by s's
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / (s @ s) - np.outer(Hy, Hy) / (y @ Hy)


# mistake: dfp_update, H is changed in place
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    Hy = H @ y
    H += np.outer(s, s) / (s @ y) - np.outer(Hy, Hy) / (y @ Hy)
    return H


# mistake: dfp_update, the identity comes back where nothing is learned
def dfp_update(H, s, y):
    if s @ y <= 0:
        return np.eye(len(s))
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) - np.outer(Hy, Hy) / (y @ Hy)


# mistake: dfp_update, the outer product of H y and y
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) - np.outer(Hy, y) / (y @ Hy)


# mistake: dfp_update, something is added to the denominators
def dfp_update(H, s, y):
    if s @ y <= 0:
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y + 1e-10) - np.outer(Hy, Hy) / (y @ Hy + 1e-10)


# mistake: dfp_update, the signs of s and y are mended in place
def dfp_update(H, s, y):
    if s @ y <= 0:
        s *= 0
        return H.copy()
    Hy = H @ y
    return H + np.outer(s, s) / (s @ y) - np.outer(Hy, Hy) / (y @ Hy)


# right: dfp_update, columns and matrix products
def dfp_update(H, s, y):
    s, y = s.reshape(-1, 1), y.reshape(-1, 1)
    sy = (s.T @ y).item()
    if not sy > 0:
        return np.array(H)
    return H + s @ s.T / sy - H @ y @ y.T @ H / (y.T @ H @ y)


# right: dfp_update, one entry at a time
def dfp_update(H, s, y):
    n = len(s)
    sy = sum(s[i] * y[i] for i in range(n))
    new = H.copy()
    if sy > 0:
        Hy = [sum(H[i, j] * y[j] for j in range(n)) for i in range(n)]
        yHy = sum(y[i] * Hy[i] for i in range(n))
        for i in range(n):
            for j in range(n):
                new[i, j] += s[i] * s[j] / sy - Hy[i] * Hy[j] / yHy
    return new


# right: dfp_update, einsum, of pairs of length 1
def dfp_update(H, s, y):
    length = np.linalg.norm(s)
    if np.dot(s, y) <= 0:
        return 1.0 * H
    s, y = s / length, y / length
    Hy = np.einsum("ij,j->i", H, y)
    result = H + s[:, None] * s / np.dot(s, y)
    result -= Hy[:, None] * Hy / np.dot(y, Hy)
    return (result + result.T) / 2


# mistake: newton_cg, no test of the curvature
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, curvature of exactly 0 goes on
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd < 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, zeros where the first direction falls
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, the gradient's direction wherever the curvature is negative
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, the current direction wherever the curvature is negative
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return d
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, goes on along the direction of negative curvature
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p + d
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, the curvature is tested before the residual
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, an absolute tolerance
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol:
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, an absolute tolerance for the curvature
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 1e-10:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, below the tolerance instead of at most
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) < tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, the square of the residual against the tolerance
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if r @ r <= tol * (g @ g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, the largest entries instead of the lengths
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if abs(r).max() <= tol * abs(g).max():
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, the residual is never asked about
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, the residual is asked about after the step: one step too many at the start
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
    return p


# mistake: newton_cg, solves H p = g
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), g.copy(), g.copy()
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, steepest descent: the direction is the residual
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new
        r = r_new
    return p


# mistake: newton_cg, the quotient of lengths instead of squares
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + np.sqrt((r_new @ r_new) / (r @ r)) * d
        r = r_new
    return p


# mistake: newton_cg, the quotient after r is overwritten
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        r = r_new
        d = r_new + (r_new @ r_new) / (r @ r) * d
    return p


# mistake: newton_cg, the residual is updated with the wrong sign
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r + alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, alpha by d'd
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (d @ d) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, the residual recomputed without the gradient's sign
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = g - hvp(p + alpha * d)
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, one step too few
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), -g, -g
    for step in range(len(g) - 1):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, the gradient is changed in place
def newton_cg(hvp, g, tol):
    p, r, d = np.zeros(len(g)), np.negative(g, out=g), g.copy()
    for step in range(len(g)):
        if np.linalg.norm(r) <= tol * np.linalg.norm(g):
            return p
        Hd = hvp(d)
        if d @ Hd <= 0:
            return p if step else -g
        alpha = (r @ r) / (d @ Hd)
        r_new = r - alpha * Hd
        p = p + alpha * d
        d = r_new + (r_new @ r_new) / (r @ r) * d
        r = r_new
    return p


# mistake: newton_cg, builds the matrix and solves
def newton_cg(hvp, g, tol):
    H = np.array([hvp(e) for e in np.eye(len(g))])
    if np.linalg.norm(g) == 0:
        return np.zeros(len(g))
    return np.linalg.solve(H, -g)


# right: newton_cg, the residual recomputed, another formula for alpha and for the turn
def newton_cg(hvp, g, tol):
    p = 0 * g
    r = -g
    d = r.copy()
    for step in range(len(g)):
        if not np.sqrt(r @ r) > tol * np.sqrt(g @ g):
            break
        Hd = np.asarray(hvp(d))
        curvature = np.dot(d, Hd)
        if not curvature > 0:
            return -g if step == 0 else p
        p = p + np.dot(r, d) / curvature * d
        r = -g - hvp(p)
        d = r - np.dot(r, Hd) / curvature * d
    return p


# right: newton_cg, in place, with squares
def newton_cg(hvp, g, tol):
    p, r = np.zeros_like(g), -1.0 * g
    d, rr, first = r.copy(), float(r @ r), True
    limit = tol**2 * float(g @ g)
    while rr > limit and (first or count < len(g)):
        Hd = hvp(d)
        bend = float(d @ Hd)
        if bend <= 0:
            return -g if first else p
        p += rr / bend * d
        r -= rr / bend * Hd
        before, rr = rr, float(r @ r)
        d *= rr / before
        d += r
        count = 1 if first else count + 1
        first = False
    return p


# right: newton_cg, with the gradient of the model in place of the residual
def newton_cg(hvp, g, tol):
    def steps(p, slope, d, left):
        if np.linalg.norm(slope) <= tol * np.linalg.norm(g) or left == 0:
            return p
        Hd = hvp(d)
        if (d * Hd).sum() <= 0:
            return p if p.any() else -g
        alpha = -(slope * d).sum() / (d * Hd).sum()
        new = slope + alpha * Hd
        turn = (new * new).sum() / (slope * slope).sum()
        return steps(p + alpha * d, new, -new + turn * d, left - 1)

    return steps(np.zeros(g.shape), g, -g, len(g))


# mistake: barzilai_borwein, the curvature for the rate
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ y) / (s @ s)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, the other fit, s'y / y'y
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ y) / (y @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, the quotient of the lengths
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = np.sqrt((s @ s) / (y @ y))
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, no test of s'y
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if True:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, only 0 is refused
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y != 0:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, divides by s'y of exactly 0
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y >= 0:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, back to lr0 where s'y is not positive
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y)
            else:
                lr = lr0
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, the absolute value of s'y
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y != 0:
                lr = (s @ s) / abs(s @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, the path stops where s'y is not positive
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y)
            else:
                lr = 0.0
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, a tolerance that refuses short pairs
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 1e-12:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, s and y of different steps
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g_last if k > 0 else g
        g_last = g
    return np.array(path)


# mistake: barzilai_borwein, changes measured from the start
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[0], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g if k == 0 else g_before
    return np.array(path)


# mistake: barzilai_borwein, the start is changed in place, and every row with it
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y)
        w -= lr * g
        path.append(w)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, only the end comes back
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return path[-1]


# mistake: barzilai_borwein, one row too few
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path[:-1] or path)


# mistake: barzilai_borwein, the start is missing
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path[1:])


# mistake: barzilai_borwein, lr0 at every step
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if False:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, a rate for each coordinate
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = s / np.where(y == 0, 1, y)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, something is added to the denominator
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y + 1e-10)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, the rate is capped
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = min((s @ s) / (s @ y), 1.0)
        path.append(path[-1] - lr * g)
        g_before = g
    return np.array(path)


# mistake: barzilai_borwein, the rate comes one step late
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = [w.copy()], lr0
    for k in range(steps):
        _, g = fun(path[-1])
        if k > 0:
            s, y = path[-1] - path[-2], g - g_before
            if s @ y > 0:
                lr = (s @ s) / (s @ y)
        path.append(path[-1] - (late if k > 0 else lr) * g)
        late = lr
        g_before = g
    return np.array(path)


# right: barzilai_borwein, an array made beforehand, one gradient more at the end
def barzilai_borwein(fun, w, lr0, steps):
    path = np.empty((steps + 1, len(w)))
    path[0], lr = w, lr0
    g = np.array(fun(path[0].copy())[1])
    for k in range(1, steps + 1):
        path[k] = path[k - 1] - lr * g
        new = np.array(fun(path[k].copy())[1])
        s, y = path[k] - path[k - 1], new - g
        if np.dot(s, y) > 0:
            lr = np.dot(s, s) / np.dot(s, y)
        g = new
    return path


# right: barzilai_borwein, the curvature is kept, and s is the step itself
def barzilai_borwein(fun, w, lr0, steps):
    x, c, s, old, rows = w.astype(float), 1 / lr0, None, None, [w.tolist()]
    while len(rows) <= steps:
        g = fun(x)[1]
        if s is not None and ((g - old) * s).sum() > 0:
            c = ((g - old) * s).sum() / (s * s).sum()
        s, old = -g / c, g
        x = x + s
        rows.append(x.tolist())
    return np.array(rows)


# right: barzilai_borwein, both gradients computed anew, by least squares
def barzilai_borwein(fun, w, lr0, steps):
    path, lr = np.array(w, ndmin=2), lr0
    for _ in range(steps):
        if len(path) > 1:
            s, y = path[-1] - path[-2], fun(path[-1])[1] - fun(path[-2])[1]
            if sum(s * y) > 0:
                lr = 1 / np.linalg.lstsq(s[:, None], y, rcond=None)[0][0]
        path = np.vstack([path, path[-1] - lr * fun(path[-1])[1]])
    return path


# mistake: largest_start, 2 w for w
largest_start = 2.1773


# mistake: largest_start, the solution of sinh w = 2 w, as if f'' were 1 / cosh w
largest_start = 2.177319


# mistake: largest_start, the other function of the chapter, where it is 1
largest_start = 1.0


# mistake: largest_start, two decimals
largest_start = 1.09


# mistake: largest_start, cut off instead of rounded
largest_start = 1.0886


# mistake: largest_start, the trivial fixed point
largest_start = 0.0


# mistake: largest_start, where the step leads to 0 by tanh w = w / 2
largest_start = 1.915


# mistake: largest_start, a text
largest_start = "1.0887"


# right: largest_start, typed
largest_start = 1.0887


# right: largest_start, by Newton's method itself
w = 1.0
for _ in range(30):
    w -= (np.sinh(2 * w) - 4 * w) / (2 * np.cosh(2 * w) - 4)
largest_start = w


# right: largest_start, the last start that comes closer, by trying
def closer(w):
    return abs(w - np.sinh(w) * np.cosh(w)) < w


low, high = 0.1, 5.0
while high - low > 1e-9:
    middle = (low + high) / 2
    low, high = (middle, high) if closer(middle) else (low, middle)
largest_start = float(high)
