# Answers that people really give to exercise 3. Each part replaces one answer cell.

# mistake: averaged_momentum, a half for 1 - beta
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v[...] = beta * v + 0.5 * g
    w -= lr * (v / (1 - beta**t) if correct else v)


# mistake: averaged_momentum, the share 1 - beta of the new gradient is forgotten
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v *= beta
    v += g
    w -= lr * (v / (1 - beta**t) if correct else v)


# mistake: averaged_momentum, v is a new array, so the optimizer never sees it
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v = beta * v + (1 - beta) * g
    w -= lr * (v / (1 - beta**t) if correct else v)


# mistake: averaged_momentum, w is a new array
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v += (1 - beta) * (g - v)
    w = w - lr * (v / (1 - beta**t) if correct else v)


# mistake: averaged_momentum, the correction has beta for beta to the power t
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v += (1 - beta) * (g - v)
    w -= lr * (v / (1 - beta) if correct else v)


# mistake: averaged_momentum, the power counts steps from 0
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v += (1 - beta) * (g - v)
    w -= lr * (v / (1 - beta ** (t + 1)) if correct else v)


# mistake: averaged_momentum, the corrected value is written back into v
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v += (1 - beta) * (g - v)
    if correct:
        v /= 1 - beta**t
    w -= lr * v


# mistake: averaged_momentum, always corrected
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v += (1 - beta) * (g - v)
    w -= lr * v / (1 - beta**t)


# mistake: averaged_momentum, never corrected
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v += (1 - beta) * (g - v)
    w -= lr * v


# mistake: averaged_momentum, the shares are exchanged
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v *= 1 - beta
    v += beta * g
    w -= lr * (v / (1 - beta**t) if correct else v)


# mistake: averaged_momentum, w moves before v is updated
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    w -= lr * (v / (1 - beta**t) if correct else v)
    v += (1 - beta) * (g - v)


# mistake: averaged_momentum, the gradient is scaled in place and the caller's array changes
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    g *= 1 - beta
    v *= beta
    v += g
    w -= lr * (v / (1 - beta**t) if correct else v)


# mistake: averaged_momentum, beta fixed at 0.9
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v *= 0.9
    v += 0.1 * g
    w -= lr * (v / (1 - 0.9**t) if correct else v)


# mistake: averaged_momentum, climbs
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v += (1 - beta) * (g - v)
    w += lr * (v / (1 - beta**t) if correct else v)


# right: averaged_momentum, two in-place lines
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v *= beta
    v += (1 - beta) * g
    scale = 1 - beta**t if correct else 1.0
    w -= lr / scale * v


# right: averaged_momentum, new arrays copied back
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    average = beta * v + (1 - beta) * g
    v[...] = average
    if correct:
        average = average / (1 - beta**t)
    w[...] = w - lr * average


# right: averaged_momentum, one number at a time
def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    for i in np.ndindex(w.shape):
        v[i] = v[i] * beta + g[i] * (1.0 - beta)
        w[i] -= lr * v[i] / (1.0 - np.power(beta, t)) if correct else lr * v[i]


# mistake: lookahead_nesterov, the gradient at w (the heavy ball)
def lookahead_nesterov(fun, w, v, lr, momentum):
    loss, g = fun(w)
    v *= momentum
    v -= lr * g
    w += v


# mistake: lookahead_nesterov, looks ahead with the velocity already faded
def lookahead_nesterov(fun, w, v, lr, momentum):
    v *= momentum
    loss, g = fun(w + momentum * v)
    v -= lr * g
    w += v


# mistake: lookahead_nesterov, looks ahead the whole velocity
def lookahead_nesterov(fun, w, v, lr, momentum):
    loss, g = fun(w + v)
    v *= momentum
    v -= lr * g
    w += v


# mistake: lookahead_nesterov, looks back
def lookahead_nesterov(fun, w, v, lr, momentum):
    loss, g = fun(w - momentum * v)
    v *= momentum
    v -= lr * g
    w += v


# mistake: lookahead_nesterov, the velocity points uphill
def lookahead_nesterov(fun, w, v, lr, momentum):
    loss, g = fun(w + momentum * v)
    v *= momentum
    v += lr * g
    w += v


# mistake: lookahead_nesterov, the velocity without the learning rate, as the library has it
def lookahead_nesterov(fun, w, v, lr, momentum):
    loss, g = fun(w + momentum * v)
    v *= momentum
    v += g
    w -= lr * v


# mistake: lookahead_nesterov, v is a new array
def lookahead_nesterov(fun, w, v, lr, momentum):
    loss, g = fun(w + momentum * v)
    v = momentum * v - lr * g
    w += v


# mistake: lookahead_nesterov, w and v are returned and not changed
def lookahead_nesterov(fun, w, v, lr, momentum):
    loss, g = fun(w + momentum * v)
    v = momentum * v - lr * g
    return w + v, v


# mistake: lookahead_nesterov, w is moved to the point ahead first, so the velocity counts twice
def lookahead_nesterov(fun, w, v, lr, momentum):
    w += momentum * v
    loss, g = fun(w)
    v *= momentum
    v -= lr * g
    w += v


# mistake: lookahead_nesterov, w moves with the old velocity
def lookahead_nesterov(fun, w, v, lr, momentum):
    loss, g = fun(w + momentum * v)
    w += v
    v *= momentum
    v -= lr * g


# mistake: lookahead_nesterov, the pair that fun returns is not taken apart
def lookahead_nesterov(fun, w, v, lr, momentum):
    g = fun(w + momentum * v)
    v *= momentum
    v -= lr * g
    w += v


# mistake: lookahead_nesterov, the shifted form, whose w is the point ahead
def lookahead_nesterov(fun, w, v, lr, momentum):
    loss, g = fun(w)
    old = v.copy()
    v *= momentum
    v -= lr * g
    w += (1 + momentum) * v - momentum * old


# right: lookahead_nesterov, in the order of the second set of notes: extend, then correct
def lookahead_nesterov(fun, w, v, lr, momentum):
    w += momentum * v
    _, g = fun(w)
    w -= lr * g
    v *= momentum
    v -= lr * g


# right: lookahead_nesterov, new arrays copied back
def lookahead_nesterov(fun, w, v, lr, momentum):
    ahead = w + momentum * v
    new = momentum * v - lr * fun(ahead)[1]
    w[:] = w + new
    v[:] = new


# right: lookahead_nesterov, one coordinate at a time
def lookahead_nesterov(fun, w, v, lr, momentum):
    g = fun(np.array([a + momentum * b for a, b in zip(w, v)]))[1]
    for i in range(len(w)):
        v[i] = momentum * v[i] - lr * g[i]
        w[i] += v[i]


# mistake: heavy_ball_rate, the real part of a complex root
def heavy_ball_rate(lr, momentum, curvature):
    return float(max(np.roots([1, -(1 + momentum - lr * curvature), momentum]).real))


# mistake: heavy_ball_rate, the largest real part in absolute value
def heavy_ball_rate(lr, momentum, curvature):
    return float(max(abs(np.roots([1, -(1 + momentum - lr * curvature), momentum]).real)))


# mistake: heavy_ball_rate, the smaller root
def heavy_ball_rate(lr, momentum, curvature):
    return float(min(abs(np.roots([1, -(1 + momentum - lr * curvature), momentum]))))


# mistake: heavy_ball_rate, the square root of momentum everywhere
def heavy_ball_rate(lr, momentum, curvature):
    return float(np.sqrt(momentum))


# mistake: heavy_ball_rate, only the root with plus, in real numbers
def heavy_ball_rate(lr, momentum, curvature):
    b = 1 + momentum - lr * curvature
    if b * b < 4 * momentum:
        return float(np.sqrt(momentum))
    return float((b + np.sqrt(b * b - 4 * momentum)) / 2)


# mistake: heavy_ball_rate, a negative discriminant gives nan
def heavy_ball_rate(lr, momentum, curvature):
    b = 1 + momentum - lr * curvature
    with np.errstate(invalid="ignore"):
        root = np.sqrt(b * b - 4 * momentum)
    return float(max(abs(b + root), abs(b - root)) / 2)


# mistake: heavy_ball_rate, the roots with their signs, not their absolute values
def heavy_ball_rate(lr, momentum, curvature):
    b = 1 + momentum - lr * curvature
    if b * b < 4 * momentum:
        return float(np.sqrt(momentum))
    root = np.sqrt(b * b - 4 * momentum)
    return float(max(b + root, b - root) / 2)


# mistake: heavy_ball_rate, gradient descent's factor at the effective rate
def heavy_ball_rate(lr, momentum, curvature):
    return float(abs(1 - lr * curvature / (1 - momentum)))


# mistake: heavy_ball_rate, the last coefficient with the wrong sign
def heavy_ball_rate(lr, momentum, curvature):
    return float(max(abs(np.roots([1, -(1 + momentum - lr * curvature), -momentum]))))


# mistake: heavy_ball_rate, momentum forgotten in the middle coefficient
def heavy_ball_rate(lr, momentum, curvature):
    return float(max(abs(np.roots([1, -(1 - lr * curvature), momentum]))))


# mistake: heavy_ball_rate, the norm of the iteration's matrix for its spectral radius
def heavy_ball_rate(lr, momentum, curvature):
    return float(np.linalg.norm([[1 + momentum - lr * curvature, -momentum], [1, 0]], 2))


# mistake: heavy_ball_rate, capped at 1 where it diverges
def heavy_ball_rate(lr, momentum, curvature):
    return min(1.0, float(max(abs(np.roots([1, -(1 + momentum - lr * curvature), momentum])))))


# mistake: heavy_ball_rate, returns the complex root
def heavy_ball_rate(lr, momentum, curvature):
    return max(np.roots([1, -(1 + momentum - lr * curvature), momentum]).astype(complex), key=abs)


# right: heavy_ball_rate, eigenvalues of the step of (w, v)
def heavy_ball_rate(lr, momentum, curvature):
    step = [[1 - lr * curvature, -lr * momentum], [curvature, momentum]]
    return max(abs(np.linalg.eigvals(step)))


# right: heavy_ball_rate, by cases
def heavy_ball_rate(lr, momentum, curvature):
    half = (1 + momentum - lr * curvature) / 2
    inside = half**2 - momentum
    return momentum**0.5 if inside <= 0 else abs(half) + inside**0.5


# right: heavy_ball_rate, the quadratic formula in complex numbers
def heavy_ball_rate(lr, momentum, curvature):
    import cmath

    b = 1 + momentum - lr * curvature
    root = cmath.sqrt(b * b - 4 * momentum)
    return max(abs((b + root) / 2), abs((b - root) / 2))


# mistake: speedup, the square root of kappa
speedup = 50

# mistake: speedup, not rounded
speedup = 17270 / 510

# mistake: speedup, heavy ball's count for gradient descent's
speedup = round(510 / 17270)

# mistake: speedup, until the loss is a millionth (the length a thousandth)
speedup = round(8635 / 335)

# mistake: speedup, a text
speedup = "34"

# right: speedup, the number itself
speedup = 34

# right: speedup, as a float
speedup = 34.0
