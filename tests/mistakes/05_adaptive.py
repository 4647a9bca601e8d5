# Answers that people really give to exercise 5. Each part replaces one answer cell.


# mistake: amsgrad, the maximum of the corrected v
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v / (1 - beta2**t), out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the maximum of the corrected v, corrected once more
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v / (1 - beta2**t), out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the maximum fades
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(beta2 * v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, no maximum: Adam
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the maximum is kept but not used
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the maximum is written into v
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    v[...] = v_max
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, v_max is a new array
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    v_max = np.maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the maximum of the v before this step
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    np.maximum(v_max, v, out=v_max)
    v += (1 - beta2) * (g**2 - v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    with np.errstate(divide="ignore", invalid="ignore"):
        w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, one maximum for all coordinates
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    v_max[...] = max(v_max.max(), v.max())
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the smaller one
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.minimum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the corrected maximum is written back
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_max /= 1 - beta2**t
    v_hat = v_max
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, no corrections, as in the paper
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m
    v_hat = v_max
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, 1 - beta1 for 1 - beta1**t
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, 1 - beta2 for 1 - beta2**t
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the powers count from 0
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1 ** (t + 1))
    v_hat = v_max / (1 - beta2 ** (t + 1))
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, m is corrected in place
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m /= 1 - beta1**t
    m_hat = m
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, eps inside the root
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / np.sqrt(v_hat + eps)


# mistake: amsgrad, eps before the correction
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / ((np.sqrt(v_max) + eps) / np.sqrt(1 - beta2**t))


# mistake: amsgrad, no eps
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    with np.errstate(invalid="ignore"):
        w -= lr * m_hat / (np.sqrt(v_hat))


# mistake: amsgrad, eps is added to the parameters
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / np.maximum(np.sqrt(v_hat), 1e-300) + eps


# mistake: amsgrad, no root
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (v_hat + eps)


# mistake: amsgrad, the gradient is not squared
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (abs(g) - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, w is a new array
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, m and v are new arrays
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the gradient is squared in place
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    g **= 2
    v += (1 - beta2) * (g - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the betas are exchanged
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta2) * (g - m)
    v += (1 - beta1) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, climbs
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w += lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: amsgrad, the default values are written into the formulas
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += 0.1 * (g - m)
    v += 0.001 * (g**2 - v)
    np.maximum(v_max, v, out=v_max)
    m_hat = m / (1 - 0.9**t)
    v_hat = v_max / (1 - 0.999**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# right: amsgrad, new arrays copied back
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m[...] = beta1 * m + (1 - beta1) * g
    v[...] = beta2 * v + (1 - beta2) * g * g
    v_max[...] = np.where(v > v_max, v, v_max)
    w[...] = w - lr * (m / (1 - beta1**t)) / ((v_max / (1 - beta2**t)) ** 0.5 + eps)


# right: amsgrad, one number at a time
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    for i in np.ndindex(w.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        v_max[i] = max(v_max[i], v[i])
        root = np.sqrt(v_max[i] / (1 - beta2**t))
        w[i] -= lr * m[i] / (1 - beta1**t) / (root + eps)


# right: amsgrad, the corrections as one factor, as torch's authors write it
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * np.square(g)
    v_max[v > v_max] = v[v > v_max]
    root = np.sqrt(v_max) / np.sqrt(1 - beta2**t) + eps
    w -= lr / (1 - beta1**t) * (m / root)


# right: amsgrad, with the library's adam for the averages
def amsgrad(w, g, m, v, v_max, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(np.zeros_like(w), g, m, v, t=t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    v_max[...] = np.fmax(v_max, v)
    w -= lr * m / (1 - beta1**t) / (np.sqrt(v_max / (1 - beta2**t)) + eps)


# mistake: nadam, the old m in m_hat
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    old = m.copy()
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * old / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, one power for both: t
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1**t) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, one power for both: t + 1
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1 ** (t + 1))
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, the powers exchanged
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1**t) + (1 - beta1) * g / (1 - beta1 ** (t + 1))
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, Adam
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, the factor 1 - beta1 before g is forgotten
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, the factor beta1 before m is forgotten
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, g is not corrected
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, m is not corrected
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, 1 - beta1 for the power
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1) + (1 - beta1) * g / (1 - beta1)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, v is corrected for the step to come too
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2 ** (t + 1))
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, v is not corrected
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, m_hat is written back into m
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m[...] = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m / (np.sqrt(v_hat) + eps)


# mistake: nadam, v_hat is written back into v
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v /= 1 - beta2**t
    v_hat = v
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, eps inside the root
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / np.sqrt(v_hat + eps)


# mistake: nadam, no root
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (v_hat + eps)


# mistake: nadam, the gradient is not squared
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (abs(g) - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, the old m on both sides, and m changes last
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)
    m += (1 - beta1) * (g - m)


# mistake: nadam, w is a new array
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, m is a new array
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, the gradient is scaled in place
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    g *= 1 - beta1
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, torch's momentum schedule
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    mu = beta1 * (1 - 0.5 * 0.96 ** (np.arange(1, min(t, 2000) + 2) * 0.004))
    m_hat = mu[-1] * m / (1 - mu.prod()) + (1 - mu[-2]) * g / (1 - mu[:-1].prod())
    v_hat = v / (1 - beta2**t)
    w -= lr * m_hat / (np.sqrt(v_hat) + eps)


# mistake: nadam, climbs
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g**2 - v)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w += lr * m_hat / (np.sqrt(v_hat) + eps)


# right: nadam, new arrays copied back
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m[...] = beta1 * m + (1 - beta1) * g
    v[...] = beta2 * v + (1 - beta2) * g * g
    ahead = beta1 / (1 - beta1 ** (t + 1)) * m
    ahead = ahead + (1 - beta1) / (1 - beta1**t) * g
    w[...] = w - lr * ahead / (np.sqrt(v / (1 - beta2**t)) + eps)


# right: nadam, one number at a time
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    for i in np.ndindex(w.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        top = beta1 * m[i] / (1 - beta1 ** (t + 1)) + (1 - beta1) * g[i] / (1 - beta1**t)
        w[i] -= lr * top / ((v[i] / (1 - beta2**t)) ** 0.5 + eps)


# right: nadam, two steps, one for m and one for g
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * np.square(g)
    root = np.sqrt(v) / np.sqrt(1 - beta2**t) + eps
    w -= lr * beta1 / (1 - beta1 ** (t + 1)) * (m / root)
    w -= lr * (1 - beta1) / (1 - beta1**t) * (g / root)


# right: nadam, with the library's adam for the averages
def nadam(w, g, m, v, *, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    adam(np.zeros_like(w), g, m, v, t=t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    share = 1 - beta1
    m_hat = (1 - share) * m / (1 - np.power(beta1, t + 1)) + share * g / (1 - np.power(beta1, t))
    w += -lr * m_hat / (np.sqrt(v / (1 - np.power(beta2, t))) + eps)


# mistake: adamax, 1e-8 is added to u
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    w -= lr / (1 - beta1**t) * m / (u + 1e-8)


# mistake: adamax, u is at least 1e-8
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, np.maximum(abs(g), 1e-8), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, 0/0 gives nan
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    w -= lr / (1 - beta1**t) * m / u


# mistake: adamax, np.where divides first and warns
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    w -= lr / (1 - beta1**t) * np.where(u > 0, m / u, 0)


# mistake: adamax, where u is 0 the division is by 1
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    w -= lr / (1 - beta1**t) * m / np.where(u > 0, u, 1)


# mistake: adamax, one coordinate with u = 0 stops all
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    if (u > 0).all():
        w -= lr / (1 - beta1**t) * m / u


# mistake: adamax, where the present gradient is 0 nothing moves
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    moving = g != 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, u does not fade
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(u, abs(g), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, u is the average of absolute values
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    u += (1 - beta2) * (abs(g) - u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, the gradient with its sign
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, g, out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, the gradient's share is 1 - beta2
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, (1 - beta2) * abs(g), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, the maximum of squares
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, g**2, out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, the root of u
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / np.sqrt(u[moving])


# mistake: adamax, one maximum for all coordinates
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    u[...] = max((beta2 * u).max(), abs(g).max())
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, u is corrected
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / (u[moving] / (1 - beta2**t))


# mistake: adamax, m is not corrected
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    moving = u > 0
    w[moving] -= lr * m[moving] / u[moving]


# mistake: adamax, 1 - beta1 for 1 - beta1**t
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1) * m[moving] / u[moving]


# mistake: adamax, the power counts from 0
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1 ** (t + 1)) * m[moving] / u[moving]


# mistake: adamax, m is corrected in place
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    m /= 1 - beta1**t
    moving = u > 0
    w[moving] -= lr * m[moving] / u[moving]


# mistake: adamax, u is a new array
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    u = np.maximum(beta2 * u, abs(g))
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, m is a new array
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m = beta1 * m + (1 - beta1) * g
    np.maximum(beta2 * u, abs(g), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, the absolute value is taken in place
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.abs(g, out=g)
    np.maximum(beta2 * u, g, out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, g for m in the step
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * g[moving] / u[moving]


# mistake: adamax, w moves before u is updated
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    moving = u > 0
    w[moving] -= lr / (1 - beta1**t) * m[moving] / u[moving]
    np.maximum(beta2 * u, abs(g), out=u)


# mistake: adamax, climbs
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.maximum(beta2 * u, abs(g), out=u)
    moving = u > 0
    w[moving] += lr / (1 - beta1**t) * m[moving] / u[moving]


# mistake: adamax, the default values are written into the formulas
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += 0.1 * (g - m)
    np.maximum(0.999 * u, abs(g), out=u)
    moving = u > 0
    w[moving] -= lr / (1 - 0.9**t) * m[moving] / u[moving]


# right: adamax, np.divide where u is positive
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m *= beta1
    m += (1 - beta1) * g
    u[...] = np.maximum(beta2 * u, np.abs(g))
    w -= lr / (1 - beta1**t) * np.divide(m, u, out=np.zeros_like(m), where=u > 0)


# right: adamax, one number at a time
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    for i in np.ndindex(w.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        u[i] = max(beta2 * u[i], abs(g[i]))
        if u[i]:
            w[i] -= lr * m[i] / ((1 - beta1**t) * u[i])


# right: adamax, the warning does not get out
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m[...] = beta1 * m + (1 - beta1) * g
    u[...] = np.where(beta2 * u > abs(g), beta2 * u, abs(g))
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(u == 0, 0.0, m / u)
    w[...] = w - lr * step / (1 - beta1**t)


# right: adamax, a divisor of 1 and a factor of 0
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    np.fmax(u * beta2, np.sqrt(np.square(g)), out=u)
    safe = np.where(u > 0, u, 1.0)
    w -= (u > 0) * lr * m / (1 - beta1**t) / safe


# right: adamax, the warning is caught
def adamax(w, g, m, u, *, t, lr, beta1=0.9, beta2=0.999):
    m += (1 - beta1) * (g - m)
    u[...] = np.maximum(beta2 * u, abs(g))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        step = m / u
    step[u == 0] = 0
    w -= lr / (1 - beta1**t) * step


# mistake: largest_ratio, Adam's own beta2 = 0.999
largest_ratio = 6.569

# mistake: largest_ratio, the first step
largest_ratio = 1.0

# mistake: largest_ratio, the other way round
largest_ratio = 1 / 2.131

# mistake: largest_ratio, two decimals
largest_ratio = 2.13

# mistake: largest_ratio, the step number at which it occurs
largest_ratio = 13

# mistake: largest_ratio, without the root
t = np.arange(1, 2000)
largest_ratio = max((1 - 0.9**t) / (1 - 0.99**t))

# mistake: largest_ratio, only the second moment is left uncorrected
largest_ratio = 10.0

# mistake: largest_ratio, a text
largest_ratio = "2.131"

# right: largest_ratio, three decimals
largest_ratio = 2.131

# right: largest_ratio, all decimals
largest_ratio = 2.131078348376523


# right: largest_ratio, two runs of Adam's averages
def steps(g=1.0):
    m = v = 0.0
    for t in range(1, 400):
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        yield (m / v**0.5) / ((m / (1 - 0.9**t)) / (v / (1 - 0.99**t)) ** 0.5)


largest_ratio = max(steps())
