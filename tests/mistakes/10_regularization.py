# Answers that people really give to exercise 10. Each part replaces one answer cell.

# mistake: proximal_sgd, a subgradient step
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * (g + l1 * np.sign(w))


# mistake: proximal_sgd, the sign after the gradient step, past zero
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w -= lr * l1 * np.sign(w)


# mistake: proximal_sgd, shrinking before the gradient step
def proximal_sgd(w, g, *, t, lr, l1):
    w -= np.clip(w, -lr * l1, lr * l1)
    w -= lr * g


# mistake: proximal_sgd, by l1 and not by lr l1
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w -= np.clip(w, -l1, l1)


# mistake: proximal_sgd, by half of it
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w -= np.clip(w, -lr * l1 / 2, lr * l1 / 2)


# mistake: proximal_sgd, the gradient without the learning rate
def proximal_sgd(w, g, *, t, lr, l1):
    w -= g
    w -= np.clip(w, -lr * l1, lr * l1)


# mistake: proximal_sgd, uphill
def proximal_sgd(w, g, *, t, lr, l1):
    w += lr * g
    w -= np.clip(w, -lr * l1, lr * l1)


# mistake: proximal_sgd, what is small becomes zero and the rest stays
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w[np.abs(w) <= lr * l1] = 0


# mistake: proximal_sgd, the zeros are not stopped at
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w[...] = np.sign(w) * (np.abs(w) - lr * l1)


# mistake: proximal_sgd, negative coordinates become zero
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w[...] = np.maximum(w - lr * l1, 0)


# mistake: proximal_sgd, the sign is lost
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w[...] = np.maximum(np.abs(w) - lr * l1, 0)


# mistake: proximal_sgd, the sign from before the gradient step
def proximal_sgd(w, g, *, t, lr, l1):
    sign = np.sign(w)
    w -= lr * g
    w[...] = sign * np.maximum(np.abs(w) - lr * l1, 0)


# mistake: proximal_sgd, zeros stay zeros for ever
def proximal_sgd(w, g, *, t, lr, l1):
    alive = w != 0
    w -= lr * g
    w -= np.clip(w, -lr * l1, lr * l1)
    w *= alive


# mistake: proximal_sgd, weight decay
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w *= 1 - lr * l1


# mistake: proximal_sgd, the norm of all coordinates
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    norm = np.linalg.norm(w)
    w *= max(norm - lr * l1, 0) / norm if norm else 0


# mistake: proximal_sgd, divided by the absolute value
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    with np.errstate(all="ignore"):
        w *= np.maximum(1 - lr * l1 / np.abs(w), 0)


# mistake: proximal_sgd, nearly zero
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w *= np.maximum(1 - lr * l1 / (np.abs(w) + 1e-8), 1e-12)


# mistake: proximal_sgd, a new array
def proximal_sgd(w, g, *, t, lr, l1):
    w = w - lr * g
    w = np.sign(w) * np.maximum(np.abs(w) - lr * l1, 0)


# mistake: proximal_sgd, returned and not in place
def proximal_sgd(w, g, *, t, lr, l1):
    u = w - lr * g
    return u - np.clip(u, -lr * l1, lr * l1)


# mistake: proximal_sgd, the gradient is scaled in place
def proximal_sgd(w, g, *, t, lr, l1):
    g *= lr
    w -= g
    w -= np.clip(w, -lr * l1, lr * l1)


# mistake: proximal_sgd, a rate that falls by itself
def proximal_sgd(w, g, *, t, lr, l1):
    lr = lr / t
    w -= lr * g
    w -= np.clip(w, -lr * l1, lr * l1)


# right: proximal_sgd, sign and maximum
def proximal_sgd(w, g, *, t, lr, l1):
    u = w - lr * g
    w[...] = np.sign(u) * np.maximum(np.abs(u) - lr * l1, 0)


# right: proximal_sgd, the cases one by one
def proximal_sgd(w, g, *, t, lr, l1):
    w[:] = w - lr * g
    far = lr * l1
    w[:] = np.where(w > far, w - far, np.where(w < -far, w + far, 0))


# right: proximal_sgd, a loop over the coordinates
def proximal_sgd(w, g, *, t, lr, l1):
    for j in np.ndindex(w.shape):
        u, far = w[j] - lr * g[j], lr * l1
        if abs(u) <= far:
            w[j] = 0
        else:
            w[j] = u - far if u > 0 else u + far


# right: proximal_sgd, two ReLUs
def proximal_sgd(w, g, *, t, lr, l1):
    w -= lr * g
    w[...] = np.maximum(w - lr * l1, 0) - np.maximum(-w - lr * l1, 0)


# mistake: max_norm, the rows
def max_norm(W, limit):
    length = np.linalg.norm(W, axis=1, keepdims=True)
    return W * (limit / np.maximum(length, limit))


# mistake: max_norm, one length for the whole matrix
def max_norm(W, limit):
    return W * (limit / max(np.linalg.norm(W), limit))


# mistake: max_norm, every column gets the length
def max_norm(W, limit):
    length = np.linalg.norm(W, axis=0)
    return W * (limit / np.where(length > 0, length, 1))


# mistake: max_norm, a column of zeros divides by zero
def max_norm(W, limit):
    return W * np.minimum(1, limit / np.linalg.norm(W, axis=0))


# mistake: max_norm, divided by zero and then not used
def max_norm(W, limit):
    length = np.linalg.norm(W, axis=0)
    return np.where(length > limit, W * (limit / length), W)


# mistake: max_norm, something is added to the length
def max_norm(W, limit):
    length = np.linalg.norm(W, axis=0)
    return W * np.minimum(1, limit / (length + 1e-7))


# mistake: max_norm, multiplied and then divided
def max_norm(W, limit):
    return limit * W / np.maximum(np.linalg.norm(W, axis=0), limit)


# mistake: max_norm, the short ones are scaled there and back
def max_norm(W, limit):
    length = np.linalg.norm(W, axis=0)
    length[length == 0] = 1.0
    return W / length * np.minimum(length, limit)


# mistake: max_norm, the squared length
def max_norm(W, limit):
    return W * (limit / np.maximum((W**2).sum(axis=0), limit))


# mistake: max_norm, the square of the length against the limit
def max_norm(W, limit):
    square = (W**2).sum(axis=0)
    return W * np.where(square > limit, limit / np.sqrt(np.maximum(square, 1e-300)), 1)


# mistake: max_norm, the sum of the absolute values
def max_norm(W, limit):
    return W * (limit / np.maximum(np.abs(W).sum(axis=0), limit))


# mistake: max_norm, the largest entry
def max_norm(W, limit):
    return W * (limit / np.maximum(np.abs(W).max(axis=0), limit))


# mistake: max_norm, every entry by itself
def max_norm(W, limit):
    return np.clip(W, -limit, limit)


# mistake: max_norm, the mean of the squares
def max_norm(W, limit):
    return W * (limit / np.maximum(np.sqrt((W**2).mean(axis=0)), limit))


# mistake: max_norm, divided by the length, the limit forgotten
def max_norm(W, limit):
    length = np.linalg.norm(W, axis=0)
    return W / np.where(length > limit, length, 1)


# mistake: max_norm, in place
def max_norm(W, limit):
    W *= limit / np.maximum(np.linalg.norm(W, axis=0), limit)
    return W


# mistake: max_norm, W itself if nothing is too long
def max_norm(W, limit):
    length = np.linalg.norm(W, axis=0)
    if (length <= limit).all():
        return W
    return W * (limit / np.maximum(length, limit))


# mistake: max_norm, in place and nothing returned
def max_norm(W, limit):
    W *= limit / np.maximum(np.linalg.norm(W, axis=0), limit)


# mistake: max_norm, in single precision
def max_norm(W, limit):
    W = W.astype(np.float32)
    return W * (limit / np.maximum(np.linalg.norm(W, axis=0), limit))


# right: max_norm, one column at a time
def max_norm(W, limit):
    limited = W.copy()
    for k in range(W.shape[1]):
        length = np.sqrt(sum(W[:, k] ** 2))
        if length > limit:
            limited[:, k] = limit * W[:, k] / length
    return limited


# right: max_norm, only the long columns
def max_norm(W, limit):
    limited, length = np.array(W), np.sqrt(np.einsum("ik,ik->k", W, W))
    long = length > limit
    limited[:, long] *= limit / length[long]
    return limited


# right: max_norm, how many times too long
def max_norm(W, limit):
    return W / np.maximum(1, np.linalg.norm(W, axis=0) / limit)


# mistake: early_stopping, equal is an improvement
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss <= best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return improved, epoch


# mistake: early_stopping, one epoch too many
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved > patience:
            break
    return improved, epoch


# mistake: early_stopping, one epoch too few
def early_stopping(losses, patience, min_delta):
    best, improved, last = np.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
        last = epoch
    return improved, last


# mistake: early_stopping, best follows every gain
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            improved = epoch
        best = min(best, loss)
        if epoch - improved >= patience:
            break
    return improved, epoch


# mistake: early_stopping, best follows every loss
def early_stopping(losses, patience, min_delta):
    before, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < before - min_delta:
            improved = epoch
        before = loss
        if epoch - improved >= patience:
            break
    return improved, epoch


# mistake: early_stopping, min_delta forgotten
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return improved, epoch


# mistake: early_stopping, min_delta the wrong way
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best + min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return improved, epoch


# mistake: early_stopping, min_delta relative to the best loss
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best * (1 - min_delta) or epoch == 0:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return improved, epoch


# mistake: early_stopping, the smallest of all losses
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return int(np.argmin(losses)), epoch


# mistake: early_stopping, the smallest loss seen
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return int(np.argmin(losses[: epoch + 1])), epoch


# mistake: early_stopping, epochs counted from 1
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return improved + 1, epoch + 1


# mistake: early_stopping, how many epochs instead of which
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            return improved, epoch
    return improved, len(losses)


# mistake: early_stopping, wait is never set back
def early_stopping(losses, patience, min_delta):
    best, improved, wait = np.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        else:
            wait += 1
        if wait >= patience:
            break
    return improved, epoch


# mistake: early_stopping, wait counts rising losses in a row
def early_stopping(losses, patience, min_delta):
    best, improved, wait, before = np.inf, 0, 0, np.inf
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        wait, before = 0 if loss < before else wait + 1, loss
        if wait >= patience:
            break
    return improved, epoch


# mistake: early_stopping, nothing returned if patience is never used up
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            return improved, epoch


# mistake: early_stopping, best starts at zero
def early_stopping(losses, patience, min_delta):
    best, improved = 0.0, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return improved, epoch


# mistake: early_stopping, the loss grows, as an accuracy should
def early_stopping(losses, patience, min_delta):
    best, improved = -np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss > best + min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return improved, epoch


# mistake: early_stopping, a little tolerance of its own
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta - 1e-6:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return improved, epoch


# mistake: early_stopping, the best loss for its epoch
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return best, epoch


# mistake: early_stopping, the wrong way round
def early_stopping(losses, patience, min_delta):
    best, improved = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience:
            break
    return epoch, improved


# mistake: early_stopping, the list is emptied on the way
def early_stopping(losses, patience, min_delta):
    best, improved, epoch = np.inf, 0, -1
    while len(losses):
        epoch, loss, losses = epoch + 1, losses[0], losses[1:] if isinstance(losses, list) else losses
        if not isinstance(losses, list):
            loss = losses[epoch]
            losses[epoch] = np.inf
        if loss < best - min_delta:
            best, improved = loss, epoch
        if epoch - improved >= patience or (not isinstance(losses, list) and epoch == len(losses) - 1):
            break
    return improved, epoch


# right: early_stopping, a counter
def early_stopping(losses, patience, min_delta):
    best, improved, wait, last = float("inf"), 0, 0, 0
    for i in range(len(losses)):
        last = i
        if losses[i] < best - min_delta:
            best = losses[i]
            improved, wait = i, 0
        else:
            wait += 1
            if wait == patience:
                break
    return improved, last


# right: early_stopping, from one improvement to the next
def early_stopping(losses, patience, min_delta):
    losses = np.asarray(losses, dtype=float)
    improved = 0
    while True:
        better = np.flatnonzero(losses[improved + 1 : improved + patience + 1] < losses[improved] - min_delta)
        if not len(better):
            return improved, min(improved + patience, len(losses) - 1)
        improved += 1 + better[0]


# right: early_stopping, by recursion, as an array
def early_stopping(losses, patience, min_delta, start=0):
    for epoch in range(start + 1, len(losses)):
        if losses[epoch] < losses[start] - min_delta:
            return early_stopping(losses, patience, min_delta, epoch)
        if epoch == start + patience:
            return np.array([start, epoch])
    return np.array([start, len(losses) - 1])


# mistake: mean_of_relu, the ReLU of the mean
mean_of_relu = 0.0

# mistake: mean_of_relu, the chapter's eight inputs
mean_of_relu = 35 / 64

# mistake: mean_of_relu, not inverted
mean_of_relu = 15 / 64

# mistake: mean_of_relu, the mean of the absolute value
mean_of_relu = 30 / 32

# mistake: mean_of_relu, a simulation
mean_of_relu = np.maximum(np.random.default_rng(0).integers(0, 2, (10_000, 6)) @ np.repeat([1, -1], 3), 0).mean()

# mistake: mean_of_relu, the mean of those that are positive
mean_of_relu = 30 / 22

# mistake: mean_of_relu, the ReLU before the sum
mean_of_relu = 1.5

# mistake: mean_of_relu, rounded
mean_of_relu = 0.47

# mistake: mean_of_relu, a text
mean_of_relu = "15/32"

# right: mean_of_relu, by binomial numbers
from math import comb

mean_of_relu = sum(a * comb(6, 3 + a) for a in (1, 2, 3)) / 64

# right: mean_of_relu, a fraction
mean_of_relu = 15 / 32

# right: mean_of_relu, from the library's dropout for every mask
from itertools import product

mean_of_relu = sum(max(sum(mask[:3]) - sum(mask[3:]), 0) for mask in product([0, 1], repeat=6)) / 2**6
