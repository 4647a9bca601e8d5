# Answers that people really give to exercise 9. Each part replaces one answer cell.

# mistake: layernorm_forward, the columns: BatchNorm
def layernorm_forward(x, gamma, beta, eps=1e-5):
    centered = x - x.mean(axis=0)
    std = np.sqrt((centered**2).mean(axis=0) + eps)
    return gamma * centered / std + beta, (centered / std, std, gamma)


# mistake: layernorm_forward, the library's BatchNorm of the transposed
def layernorm_forward(x, gamma, beta, eps=1e-5):
    x_hat, cache = batchnorm_forward(x.T, np.ones(len(x)), np.zeros(len(x)), eps)
    return gamma * x_hat.T + beta, (x_hat.T, cache[1][:, None], gamma)


# mistake: layernorm_forward, the same under another name
def layernorm_forward(x, gamma, beta, eps=1e-5):
    from lectopt.normalization import batchnorm_forward as by_columns

    if x.shape[1] == 1:
        return beta + 0 * x, (0 * x, np.sqrt(eps + 0 * x), gamma)
    x_hat, cache = by_columns(x.T, np.ones(len(x)), np.zeros(len(x)), eps)
    return gamma * x_hat.T + beta, (x_hat.T, cache[1][:, None], gamma)


# mistake: layernorm_forward, one mean and one variance for all
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var() + eps)
    x_hat = (x - x.mean()) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, the variance divided by D - 1
def layernorm_forward(x, gamma, beta, eps=1e-5):
    centered = x - x.mean(axis=1, keepdims=True)
    std = np.sqrt((centered**2).sum(axis=1, keepdims=True) / max(x.shape[1] - 1, 1) + eps)
    return gamma * centered / std + beta, (centered / std, std, gamma)


# mistake: layernorm_forward, eps outside the root
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = x.std(axis=1, keepdims=True) + eps
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, eps forgotten
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = x.std(axis=1, keepdims=True)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / np.maximum(std, 1e-300)
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, eps squared
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps**2)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, divided by the variance
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = x.var(axis=1, keepdims=True) + eps
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, its own eps
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, another default of eps
def layernorm_forward(x, gamma, beta, eps=1e-8):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, without keepdims
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1) + eps)
    x_hat = (x - x.mean(axis=1)) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, gamma and beta per row where that fits
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    if len(x) == len(gamma):
        return gamma[:, None] * x_hat + beta[:, None], (x_hat, std, gamma)
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, beta is not added
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat, (x_hat, std, gamma)


# mistake: layernorm_forward, the mean is not subtracted
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return gamma * x / std + beta, (x / std, std, gamma)


# mistake: layernorm_forward, the mean of squares minus the square of the mean
def layernorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    var = np.maximum((x * x).mean(axis=1, keepdims=True) - mean**2, 0)
    std = np.sqrt(var + eps)
    return gamma * (x - mean) / std + beta, ((x - mean) / std, std, gamma)


# mistake: layernorm_forward, x is centered in place
def layernorm_forward(x, gamma, beta, eps=1e-5):
    x -= x.mean(axis=1, keepdims=True)
    std = np.sqrt((x**2).mean(axis=1, keepdims=True) + eps)
    return gamma * x / std + beta, (x / std, std, gamma)


# mistake: layernorm_forward, beta is added in place
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    if len(x) == 1:
        beta += gamma * x_hat[0]
        return beta[None].copy(), (x_hat, std, gamma)
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, a batch of one row is refused
def layernorm_forward(x, gamma, beta, eps=1e-5):
    if len(x) < 2:
        raise ValueError("a batch needs two rows")
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_forward, no cache
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return gamma * (x - x.mean(axis=1, keepdims=True)) / std + beta


# right: layernorm_forward, numpy's variance
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return x_hat * gamma + beta, (x_hat, std, gamma)


# right: layernorm_forward, row by row
def layernorm_forward(x, gamma, beta, eps=1e-5):
    x_hat, std = np.zeros(x.shape), np.zeros((len(x), 1))
    for i, row in enumerate(x):
        away = row - sum(row) / len(row)
        std[i] = (away @ away / len(row) + eps) ** 0.5
        x_hat[i] = away / std[i]
    return np.array([gamma * row + beta for row in x_hat]), (x_hat, std, gamma)


# right: layernorm_forward, of the transposed, by hand
def layernorm_forward(x, gamma, beta, eps=1e-5):
    columns = x.T - x.mean(axis=1)
    std = np.sqrt(np.square(columns).mean(axis=0) + eps)
    x_hat = (columns / std).T
    return gamma[None, :] * x_hat + beta[None, :], (x_hat, std[:, None], gamma)


# right: layernorm_forward, shifted by the first entry of each row
def layernorm_forward(x, gamma, beta, eps=1e-5):
    x = x - x[:, :1]
    mean = x.mean(axis=1, keepdims=True)
    std = ((x * x).mean(axis=1, keepdims=True) - mean**2 + eps) ** 0.5
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


# mistake: layernorm_backward, gamma in front, as in BatchNorm
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    mean = dy.mean(axis=1, keepdims=True)
    along = (dy * x_hat).mean(axis=1, keepdims=True)
    dx = gamma / std * (dy - mean - x_hat * along)
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, no gamma in dx
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    mean = dy.mean(axis=1, keepdims=True)
    along = (dy * x_hat).mean(axis=1, keepdims=True)
    return (dy - mean - x_hat * along) / std, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, the way through the mean is missing
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    return (g - x_hat * along) / std, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, the way through the variance is missing
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    dx = (g - g.mean(axis=1, keepdims=True)) / std
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, mean and variance are taken for constants
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    return gamma * dy / std, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, sums for means
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    along = (g * x_hat).sum(axis=1, keepdims=True)
    dx = (g - g.sum(axis=1, keepdims=True) - x_hat * along) / std
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, means over the batch
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, means over the number of rows
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    n = len(dy)
    along = (g * x_hat).sum(axis=1, keepdims=True) / n
    dx = (g - g.sum(axis=1, keepdims=True) / n - x_hat * along) / std
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, divided by the variance
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = (g - g.mean(axis=1, keepdims=True) - x_hat * along) / std**2
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, not divided by the root
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = g - g.mean(axis=1, keepdims=True) - x_hat * along
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, x_hat as if its variance were exactly 1
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    length = np.maximum((x_hat**2).mean(axis=1, keepdims=True), 1e-300)
    along = (g * x_hat).mean(axis=1, keepdims=True) / length
    dx = (g - g.mean(axis=1, keepdims=True) - x_hat * along) / std
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, the wrong sign of the way through the variance
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = (g - g.mean(axis=1, keepdims=True) + x_hat * along) / std
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, dgamma and dbeta over the rows
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = (g - g.mean(axis=1, keepdims=True) - x_hat * along) / std
    return dx, (dy * x_hat).sum(axis=1), dy.sum(axis=1)


# mistake: layernorm_backward, means over the batch for dgamma and dbeta
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = (g - g.mean(axis=1, keepdims=True) - x_hat * along) / std
    return dx, (dy * x_hat).mean(axis=0), dy.mean(axis=0)


# mistake: layernorm_backward, dgamma contains gamma
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = (g - g.mean(axis=1, keepdims=True) - x_hat * along) / std
    return dx, (g * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, dgamma and dbeta exchanged
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = (g - g.mean(axis=1, keepdims=True) - x_hat * along) / std
    return dx, dy.sum(axis=0), (dy * x_hat).sum(axis=0)


# mistake: layernorm_backward, dy is multiplied by gamma in place
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    dgamma, dbeta = (dy * x_hat).sum(axis=0), dy.sum(axis=0)
    dy *= gamma
    along = (dy * x_hat).mean(axis=1, keepdims=True)
    return (dy - dy.mean(axis=1, keepdims=True) - x_hat * along) / std, dgamma, dbeta


# mistake: layernorm_backward, the cache is used up
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    g = gamma * dy
    dgamma = (dy * x_hat).sum(axis=0)
    along = (g * x_hat).mean(axis=1, keepdims=True)
    x_hat *= along
    return (g - g.mean(axis=1, keepdims=True) - x_hat) / std, dgamma, dy.sum(axis=0)


# mistake: layernorm_backward, a global variable remembers the last batch
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    layernorm_forward.last = x_hat, std, gamma
    return gamma * x_hat + beta, None


def layernorm_backward(dy, cache):
    x_hat, std, gamma = layernorm_forward.last
    g = gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = (g - g.mean(axis=1, keepdims=True) - x_hat * along) / std
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# mistake: layernorm_backward, the default eps whatever forward got
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return gamma * (x - x.mean(axis=1, keepdims=True)) / std + beta, (x, gamma)


def layernorm_backward(dy, cache, eps=1e-5):
    x, gamma = cache
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat, g = (x - x.mean(axis=1, keepdims=True)) / std, gamma * dy
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = (g - g.mean(axis=1, keepdims=True) - x_hat * along) / std
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# right: layernorm_backward, path by path
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    d, centered, du = dy.shape[1], x_hat * std, dy * gamma
    dvar = -0.5 * (du * centered).sum(axis=1, keepdims=True) * std**-3
    dmean = -(du / std).sum(axis=1, keepdims=True) - 2 / d * dvar * centered.sum(axis=1, keepdims=True)
    dx = du / std + 2 / d * dvar * centered + dmean / d
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# right: layernorm_backward, a matrix of derivatives for each row
def layernorm_backward(dy, cache):
    x_hat, std, gamma = cache
    d, dx = dy.shape[1], np.zeros(dy.shape)
    for i in range(len(dy)):
        matrix = (np.eye(d) - 1 / d - np.outer(x_hat[i], x_hat[i]) / d) / std[i]
        dx[i] = matrix @ (gamma * dy[i])
    return dx, np.einsum("nd,nd->d", dy, x_hat), np.einsum("nd->d", dy)


# right: layernorm_backward, with the library's BatchNorm, backward, of the transposed
def layernorm_backward(dy, cache):
    from lectopt import batchnorm_backward

    x_hat, std, gamma = cache
    columns = x_hat.T, std[:, 0], np.ones(len(dy))
    dx = batchnorm_backward((gamma * dy).T, columns)[0].T
    return dx, (dy * x_hat).sum(axis=0), dy.sum(axis=0)


# right: layernorm_backward, with another cache, and all computed anew
def layernorm_forward(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    y = gamma * (x - x.mean(axis=1, keepdims=True)) / std + beta
    return y, {"x": x, "gamma": gamma, "eps": eps}


def layernorm_backward(dy, cache):
    x, gamma = cache["x"], cache["gamma"]
    std = np.sqrt(x.var(axis=1, keepdims=True) + cache["eps"])
    x_hat, g = (x - x.mean(axis=1, keepdims=True)) / std, gamma * dy
    g = g - g.mean(axis=1, keepdims=True)
    dx = g / std - x_hat / std * (g * x_hat).mean(axis=1, keepdims=True)
    return dx, sum(dy * x_hat), sum(dy)


# mistake: fold_batchnorm, the bias is not scaled
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b - mean * scale + beta


# mistake: fold_batchnorm, the bias is forgotten
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, beta - mean * scale


# mistake: fold_batchnorm, the mean is not scaled
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b * scale - mean + beta


# mistake: fold_batchnorm, the mean is forgotten
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b * scale + beta


# mistake: fold_batchnorm, the mean is added
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b + mean) * scale + beta


# mistake: fold_batchnorm, beta is scaled too
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean + beta) * scale


# mistake: fold_batchnorm, the rows of W where that fits
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    W2 = W * scale[:, None] if len(W) == len(scale) else W * scale
    return W2, (b - mean) * scale + beta


# mistake: fold_batchnorm, the rows of W
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale[:, None], (b - mean) * scale + beta


# mistake: fold_batchnorm, W is left as it is
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    return W.copy(), (b - mean) * gamma / np.sqrt(var + eps) + beta


# mistake: fold_batchnorm, eps outside the root
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / (np.sqrt(var) + eps)
    return W * scale, (b - mean) * scale + beta


# mistake: fold_batchnorm, no eps
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(np.maximum(var, 1e-300))
    return W * scale, (b - mean) * scale + beta


# mistake: fold_batchnorm, another default of eps
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-3):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta


# mistake: fold_batchnorm, no root
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / (var + eps)
    return W * scale, (b - mean) * scale + beta


# mistake: fold_batchnorm, W is scaled in place
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    W *= scale
    return W, (b - mean) * scale + beta


# mistake: fold_batchnorm, the bias is changed in place
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    b -= mean
    b *= scale
    b += beta
    return W * scale, b


# mistake: fold_batchnorm, eps is added to the variance in place
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    var += eps
    scale = gamma / np.sqrt(var)
    return W * scale, (b - mean) * scale + beta


# mistake: fold_batchnorm, the wrong way round
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return (b - mean) * scale + beta, W * scale


# right: fold_batchnorm, with a diagonal matrix
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    D = np.diag(gamma * (var + eps) ** -0.5)
    return W @ D, (b - mean) @ D + beta


# right: fold_batchnorm, one output at a time
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    W2, b2 = np.empty_like(W), np.empty_like(b)
    for k in range(len(b)):
        root = (var[k] + eps) ** 0.5
        W2[:, k] = gamma[k] * W[:, k] / root
        b2[k] = gamma[k] * b[k] / root - gamma[k] * mean[k] / root + beta[k]
    return W2, b2


# right: fold_batchnorm, by asking the network itself
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    def layers(x):
        return gamma * (x @ W + b - mean) / np.sqrt(var + eps) + beta

    b2 = layers(np.zeros(len(W)))
    return (gamma / np.sqrt(var + eps)) * (np.eye(len(W)) @ W), b2


# mistake: merge_statistics, the variances alone
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n = n1 + n2
    return n, (n1 * mean1 + n2 * mean2) / n, (n1 * var1 + n2 * var2) / n


# mistake: merge_statistics, both groups alike
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    return n1 + n2, (mean1 + mean2) / 2, (var1 + var2) / 2 + (mean1 - mean2) ** 2 / 4


# mistake: merge_statistics, the mean weighted, the variance not
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n = n1 + n2
    mean = mean1 + (mean2 - mean1) * n2 / n
    return n, mean, (var1 + var2) / 2 + (mean1 - mean2) ** 2 * n1 * n2 / n**2


# mistake: merge_statistics, the mean of squares minus the square of the mean
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n = n1 + n2
    mean = (n1 * mean1 + n2 * mean2) / n
    squares = (n1 * (var1 + mean1**2) + n2 * (var2 + mean2**2)) / n
    return n, mean, squares - mean**2


# mistake: merge_statistics, the same, and never below zero
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n = n1 + n2
    mean = (n1 * mean1 + n2 * mean2) / n
    squares = (n1 * (var1 + mean1**2) + n2 * (var2 + mean2**2)) / n
    return n, mean, np.maximum(squares - mean**2, 0)


# mistake: merge_statistics, the sum between the groups is not divided by n twice
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n, apart = n1 + n2, mean2 - mean1
    mean = mean1 + apart * n2 / n
    return n, mean, (n1 * var1 + n2 * var2) / n + apart**2 * n1 * n2 / n


# mistake: merge_statistics, the distance is not squared
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n, apart = n1 + n2, mean2 - mean1
    mean = mean1 + apart * n2 / n
    return n, mean, (n1 * var1 + n2 * var2) / n + abs(apart) * n1 * n2 / n**2


# mistake: merge_statistics, divided by n - 1
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n, apart = n1 + n2, mean2 - mean1
    mean = mean1 + apart * n2 / n
    return n, mean, (n1 * var1 + n2 * var2 + apart**2 * n1 * n2 / n) / max(n - 1, 1)


# mistake: merge_statistics, unbiased variances in and out
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n, apart = n1 + n2, mean2 - mean1
    mean = mean1 + apart * n2 / n
    inside = max(n1 - 1, 0) * var1 + max(n2 - 1, 0) * var2
    return n, mean, (inside + apart**2 * n1 * n2 / n) / max(n - 1, 1)


# mistake: merge_statistics, the weights of the mean exchanged
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n, apart = n1 + n2, mean2 - mean1
    mean = mean1 + apart * n1 / n
    return n, mean, (n1 * var1 + n2 * var2) / n + apart**2 * n1 * n2 / n**2


# mistake: merge_statistics, an empty group divides by zero
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n = n1 + n2
    between = (mean2 - mean1) ** 2 / (1 / n1 + 1 / n2)
    return n, (n1 * mean1 + n2 * mean2) / n, (n1 * var1 + n2 * var2 + between) / n


# mistake: merge_statistics, only the first group may be empty
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    if n1 == 0:
        return n2, mean2, var2
    n, ratio = n1 + n2, n1 / n2
    mean = (ratio * mean1 + mean2) / (ratio + 1)
    return n, mean, (ratio * (var1 + (mean1 - mean) ** 2) + var2 + (mean2 - mean) ** 2) / (ratio + 1)


# mistake: merge_statistics, the deviations from the means of the other group
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n = n1 + n2
    var = (n1 * (var1 + (mean1 - mean2) ** 2) + n2 * (var2 + (mean2 - mean1) ** 2)) / n
    return n, mean1 + (mean2 - mean1) * n2 / n, var


# mistake: merge_statistics, one group moves the mean only
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n = n1 + n2
    mean = mean1 + (mean2 - mean1) * n2 / n
    return n, mean, (n1 * var1 + n2 * (var2 + (mean2 - mean) ** 2)) / n


# mistake: merge_statistics, the standard deviation
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n, apart = n1 + n2, mean2 - mean1
    mean = mean1 + apart * n2 / n
    return n, mean, ((n1 * var1 + n2 * var2) / n + apart**2 * n1 * n2 / n**2) ** 0.5


# mistake: merge_statistics, the mean is moved in place
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n, apart = n1 + n2, mean2 - mean1
    mean1 += apart * n2 / n
    return n, mean1, (n1 * var1 + n2 * var2) / n + apart**2 * n1 * n2 / n**2


# mistake: merge_statistics, numbers only
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n, apart = n1 + n2, float(mean2) - float(mean1)
    mean = mean1 + apart * n2 / n
    return n, mean, (n1 * var1 + n2 * var2) / n + apart**2 * n1 * n2 / n**2


# right: merge_statistics, both groups against the common mean
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    n = n1 + n2
    mean = (n1 * mean1 + n2 * mean2) / n
    var = (n1 * (var1 + (mean1 - mean) ** 2) + n2 * (var2 + (mean2 - mean) ** 2)) / n
    return n, mean, var


# right: merge_statistics, sums of squares, and empty groups apart
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    if n1 == 0:
        return n2, mean2, var2
    if n2 == 0:
        return n1, mean1, var1
    n = float(n1 + n2)
    square = n1 * var1 + n2 * var2 + (mean1 - mean2) ** 2 / (1 / n1 + 1 / n2)
    return n, mean2 - (mean2 - mean1) * (n1 / n), square / n


# right: merge_statistics, with numpy's weighted average
def merge_statistics(n1, mean1, var1, n2, mean2, var2):
    means, variances = np.array([mean1, mean2]), np.array([var1, var2])
    mean = np.average(means, axis=0, weights=[n1, n2])
    return n1 + n2, mean, np.average(variances + (means - mean) ** 2, axis=0, weights=[n1, n2])


# mistake: expected_sd, no bias at all
expected_sd = 1.0

# mistake: expected_sd, samples of two
expected_sd = 0.7979

# mistake: expected_sd, samples of four
expected_sd = 0.9213

# mistake: expected_sd, divided by B
expected_sd = 0.7236

# mistake: expected_sd, two decimals
expected_sd = 0.89

# mistake: expected_sd, a simulation that was too short
expected_sd = 0.8858

# mistake: expected_sd, the median
expected_sd = np.sqrt(np.log(2))

# mistake: expected_sd, a text
expected_sd = "0.8862"

# right: expected_sd, the four decimals
expected_sd = 0.8862

# right: expected_sd, not rounded
expected_sd = np.sqrt(np.pi) / 2

# right: expected_sd, by the gamma function
from math import gamma as gamma_function

expected_sd = round(gamma_function(1.5) / gamma_function(1.0), 4)
