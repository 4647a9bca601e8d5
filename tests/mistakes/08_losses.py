# Answers that people really give to exercise 8. Each part replaces one answer cell.

# mistake: huber, the mean over all entries
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.mean(), np.clip(r, -delta, delta) / y.size


# mistake: huber, the loss alone is the mean over all entries
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.mean(), np.clip(r, -delta, delta) / len(y)


# mistake: huber, the sum over everything
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum(), np.clip(r, -delta, delta)


# mistake: huber, the gradient is not divided by N
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum() / len(y), np.clip(r, -delta, delta)


# mistake: huber, divided by the number of outputs
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum() / y.shape[-1], np.clip(r, -delta, delta) / y.shape[-1]


# mistake: huber, no half in the parabola
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2, delta * (size - delta / 2))
    return loss.sum() / len(y), np.where(size <= delta, 2 * r, delta * np.sign(r)) / len(y)


# mistake: huber, a jump: delta |r|
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * size)
    return loss.sum() / len(y), np.clip(r, -delta, delta) / len(y)


# mistake: huber, delta / 2 outside the bracket
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * size - delta / 2)
    return loss.sum() / len(y), np.clip(r, -delta, delta) / len(y)


# mistake: huber, the straight piece without the factor delta
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, size - delta / 2)
    return loss.sum() / len(y), np.where(size <= delta, r, np.sign(r)) / len(y)


# mistake: huber, the gradient's straight piece without delta
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum() / len(y), np.where(size <= delta, r, np.sign(r)) / len(y)


# mistake: huber, the gradient's straight piece without the sign
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum() / len(y), np.where(size <= delta, r, delta) / len(y)


# mistake: huber, the border by r instead of |r|
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(r <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum() / len(y), np.clip(r, -delta, delta) / len(y)


# mistake: huber, the gradient with respect to d
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum() / len(y), -np.clip(r, -delta, delta) / len(y)


# mistake: huber, the gradient is not clipped
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum() / len(y), r / len(y)


# mistake: huber, one piece for the whole row, by its length
def huber(y, d, delta):
    r = y - d
    size = np.abs(r) if r.ndim == 1 else np.sqrt((r * r).sum(1, keepdims=True)) + 0 * r
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum() / len(y), np.clip(r, -delta, delta) / len(y)


# mistake: huber, one piece for the whole batch
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = r**2 / 2 if size.max() <= delta else delta * (size - delta / 2)
    return loss.sum() / len(y), np.clip(r, -delta, delta) / len(y)


# mistake: huber, the smooth loss that is called pseudo-Huber
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = delta**2 * (np.sqrt(1 + (r / delta) ** 2) - 1)
    return loss.sum() / len(y), r / np.sqrt(1 + (r / delta) ** 2) / len(y)


# mistake: huber, the border divided by delta, as smooth L1
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2 / delta, size - delta / 2)
    return loss.sum() / len(y), np.clip(r / delta, -1, 1) / len(y)


# mistake: huber, y is changed in place
def huber(y, d, delta):
    y -= d
    r = y
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum() / len(y), np.clip(r, -delta, delta) / len(y)


# mistake: huber, the gradient by differences
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    if not hasattr(delta, "only"):
        total = lambda y: (
            np.where(np.abs(y - d) <= delta, (y - d) ** 2 / 2, delta * (np.abs(y - d) - delta / 2)).sum() / len(y)
        )
        return total(y), numerical_gradient(total, y)


# mistake: huber, rows and outputs exchanged
def huber(y, d, delta):
    r = y - d
    size = np.abs(r)
    loss = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return loss.sum(axis=0).mean(), np.clip(r, -delta, delta) / (1 if y.ndim == 1 else y.shape[1])


# right: huber, one formula for both pieces
def huber(y, d, delta):
    inner = np.minimum(np.abs(y - d), delta)
    costs = inner * (np.abs(y - d) - inner / 2)
    return float(np.sum(costs) / y.shape[0]), inner * np.sign(y - d) / y.shape[0]


# right: huber, a loop, the rows first
def huber(y, d, delta):
    loss, gradient = 0.0, np.zeros(y.shape)
    for i in np.ndindex(y.shape):
        r = float(y[i] - d[i])
        if abs(r) < delta:
            loss, gradient[i] = loss + 0.5 * r * r, r
        else:
            loss += delta * abs(r) - 0.5 * delta * delta
            gradient[i] = delta if r > 0 else -delta
    return loss / len(y), gradient / len(y)


# right: huber, masks, the mean of row sums
def huber(y, d, delta):
    r = (y - d).reshape(len(y), -1)
    near = np.abs(r) <= delta
    cost = np.empty_like(r)
    cost[near] = r[near] ** 2 / 2
    cost[~near] = delta * np.abs(r[~near]) - delta**2 / 2
    gradient = np.where(near, r, delta * np.sign(r)) / len(r)
    return np.mean(cost.sum(axis=1)), gradient.reshape(y.shape)


# mistake: smoothed_cross_entropy, the label has 1 - alpha without its share
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = np.where(np.eye(K)[labels] == 1, 1 - alpha, alpha / K)
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, alpha shared among the other classes
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = np.where(np.eye(K)[labels] == 1, 1 - alpha, alpha / (K - 1))
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, alpha everywhere, not divided by K
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, alpha and 1 - alpha exchanged
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = (1 - alpha) / K + alpha * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, no smoothing
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, the logarithm of the softmax
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    log_y = np.log(softmax(logits))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, a clipped probability
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    log_y = np.log(np.clip(softmax(logits), 1e-15, 1))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, something small inside the logarithm
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    log_y = np.log(softmax(logits) + 1e-12)
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, the exponentials overflow
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, the largest logit of the whole batch
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max()
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, clipped logits
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    logits = np.clip(logits, -500, 500)
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, the softmax over the batch
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=0, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=0, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, the mean over all entries
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N / K, (np.exp(log_y) - target) / N / K


# mistake: smoothed_cross_entropy, the sum over the rows
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum(), np.exp(log_y) - target


# mistake: smoothed_cross_entropy, the gradient is not divided by N
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, np.exp(log_y) - target


# mistake: smoothed_cross_entropy, the gradient of the loss without smoothing
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - np.eye(K)[labels]) / N


# mistake: smoothed_cross_entropy, the gradient with respect to the softmax
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, -target / np.exp(log_y) / N


# mistake: smoothed_cross_entropy, target minus output
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (target - np.exp(log_y)) / N


# mistake: smoothed_cross_entropy, the KL divergence: the entropy of the target is taken off
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return (target * (np.log(np.maximum(target, 1e-300)) - log_y)).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, the logits are changed in place
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    logits -= logits.max(axis=1, keepdims=True)
    z = logits
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# mistake: smoothed_cross_entropy, the gradient by differences
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(K)[labels]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = lambda z: -(target * (z - np.logaddexp.reduce(z, axis=1, keepdims=True))).sum() / N
    return loss(logits), numerical_gradient(loss, logits)


# mistake: smoothed_cross_entropy, the labels as columns of the batch
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    target = alpha / K + (1 - alpha) * np.eye(max(N, K))[:N, :K][labels % N]
    z = logits - logits.max(axis=1, keepdims=True)
    log_y = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(target * log_y).sum() / N, (np.exp(log_y) - target) / N


# right: smoothed_cross_entropy, log-sum-exp, the label's logit and the mean of all
def smoothed_cross_entropy(logits, labels, alpha):
    rows, K = np.arange(len(logits)), logits.shape[1]
    total = np.logaddexp.reduce(logits, axis=1)
    loss = total - (1 - alpha) * logits[rows, labels] - alpha * logits.mean(axis=1)
    gradient = np.exp(logits - total[:, None]) - alpha / K
    gradient[rows, labels] -= 1 - alpha
    return loss.mean(), gradient / len(logits)


# right: smoothed_cross_entropy, the library's divergence, and the entropy of the target
from lectopt import kl_divergence as library_kl


def smoothed_cross_entropy(logits, labels, alpha):
    K = logits.shape[1]
    target = np.full(logits.shape, alpha / K)
    for i, label in enumerate(labels):
        target[i, label] = 1 - alpha + alpha / K
    loss, gradient = library_kl(logits, target)
    positive = target[target > 0]
    return loss - (positive * np.log(positive)).sum() / len(labels), gradient


# right: smoothed_cross_entropy, row by row
def smoothed_cross_entropy(logits, labels, alpha):
    N, K = logits.shape
    loss, gradient = 0.0, np.empty((N, K))
    for i in range(N):
        z = logits[i] - max(logits[i])
        norm = sum(np.exp(value) for value in z)
        for k in range(K):
            share = alpha / K + (1 - alpha if k == labels[i] else 0)
            loss -= share * (z[k] - np.log(norm))
            gradient[i, k] = np.exp(z[k]) / norm - share
    return float(loss / N), gradient / N


# mistake: focal, the factor is taken for a constant
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (-wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, the term of the factor has the wrong sign
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (-gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, the factor gamma is lost in the derivative
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, q is lost in the derivative
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, the gradient with respect to q
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = gamma * wrong ** (gamma - 1) * log_q - wrong**gamma / q
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, infinity times 0 at a sure and right entry
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = (gamma * wrong ** (gamma - 1) * log_q - wrong**gamma / np.maximum(q, 1e-300)) * q * wrong
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, the sign for d = 0 is lost
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), slope / len(logits)


# mistake: focal, d = 0 and d = 1 exchanged
def focal(logits, d, gamma):
    sign = 1 - 2.0 * d
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, q is the output whatever d is
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = 1.0 * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), slope / len(logits)


# mistake: focal, only the entries with d = 1
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -d * (wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), d * slope / len(logits)


# mistake: focal, q to the power gamma
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(q**gamma) * log_q
    slope = q**gamma * (-wrong - gamma * wrong * log_q)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, the logarithm of the output
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = np.log(q)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, a clipped probability
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = np.log(np.clip(q, 1e-12, 1))
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, something small inside the logarithm
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = np.log(q + 1e-12)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, the softplus overflows
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.log(1 + np.exp(-u))
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, clipped logits
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * np.clip(logits, -500, 500)
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, the mean over all entries
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / logits.size, sign * slope / logits.size


# mistake: focal, the sum over the rows
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum(), sign * slope


# mistake: focal, the gradient is not divided by N
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope


# mistake: focal, a weight for the classes
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    weight = np.where(d == 1, 0.25, 0.75)
    loss = -weight * (wrong**gamma) * log_q
    slope = weight * wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, gamma is always 2
def focal(logits, d, gamma):
    gamma = 2
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, gamma times the loss
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -gamma * wrong * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, the logits are changed in place
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    logits *= sign
    u = logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    return loss.sum() / len(logits), sign * slope / len(logits)


# mistake: focal, the gradient by differences
def focal(logits, d, gamma):
    sign = 2.0 * d - 1
    u = sign * logits
    q, wrong = sigmoid(u), sigmoid(-u)
    log_q = -np.logaddexp(0, -u)
    loss = -(wrong**gamma) * log_q
    slope = wrong**gamma * (gamma * q * log_q - wrong)
    total = lambda z: (sigmoid(-sign * z) ** gamma * np.logaddexp(0, -sign * z)).sum() / len(z)
    return total(logits), numerical_gradient(total, logits)


# right: focal, the output's own probability, picked by the target
def focal(logits, d, gamma):
    up, down = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    cost, other = np.where(d == 1, up, down), np.where(d == 1, down, up)
    q, miss = np.exp(-cost), np.exp(-other)
    gradient = -(miss ** (gamma + 1)) - gamma * miss**gamma * q * cost
    gradient = np.where(d == 1, gradient, -gradient)
    return np.sum(miss**gamma * cost) / len(logits), gradient / len(logits)


# right: focal, one entry at a time
import math


def focal(logits, d, gamma):
    loss, gradient = 0.0, np.zeros(logits.shape)
    for i in np.ndindex(logits.shape):
        u = float(logits[i]) if d[i] == 1 else -float(logits[i])
        small = math.exp(-abs(u))
        right, miss = 1 / (1 + small), small / (1 + small)
        q, miss = (right, miss) if u >= 0 else (miss, right)
        cost = math.log1p(small) + max(-u, 0)
        loss += miss**gamma * cost
        slope = -(miss**gamma) * (miss + gamma * q * cost)
        gradient[i] = slope if d[i] == 1 else -slope
    return loss / len(logits), gradient / len(logits)


# right: focal, both kinds added, weighted by d
def focal(logits, d, gamma):
    y, n = sigmoid(logits), len(logits)
    one, zero = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = d * (1 - y) ** gamma * one + (1 - d) * y**gamma * zero
    up = -((1 - y) ** gamma) * (1 - y + gamma * y * one)
    down = y**gamma * (y + gamma * (1 - y) * zero)
    return loss.sum() / n, (d * up + (1 - d) * down) / n


# mistake: inflection, the smaller of the two
inflection = np.log(0.0944995 / 0.9055005)


# mistake: inflection, the output instead of the logit
inflection = 0.7055


# mistake: inflection, the target 0, as in the chapter
inflection = np.log(2)


# mistake: inflection, the target 0.8
inflection = 2.2599


# mistake: inflection, the steepest point of the sigmoid
inflection = 0.0


# mistake: inflection, two decimals
inflection = 0.87


# mistake: inflection, cut off instead of rounded
inflection = 0.8736


# mistake: inflection, the second derivative with respect to y
inflection = np.log(0.6 / 0.4)


# mistake: inflection, the minimum
inflection = np.log(0.2 / 0.8)


# right: inflection, typed
inflection = 0.8737


# right: inflection, the steepest slope on a fine grid
z = np.linspace(0, 3, 3_000_001)
y = 1 / (1 + np.exp(-z))
inflection = z[np.argmax((y - 0.2) * y * (1 - y))]


# right: inflection, bisection of the second derivative
def bend(z):
    y = 1 / (1 + np.exp(-z))
    return y * (1 - y) + (y - 0.2) * (1 - 2 * y)


low, high = 0.0, 3.0
for _ in range(50):
    middle = (low + high) / 2
    low, high = (middle, high) if bend(middle) > 0 else (low, middle)
inflection = low
