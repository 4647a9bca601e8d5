# Answers that people really give to exercise 1. Each part replaces one answer cell.

# mistake: stratified_minibatches, plain batches
def stratified_minibatches(labels, batch_size, rng):
    return minibatches(len(labels), batch_size, rng)


# mistake: stratified_minibatches, sorted by class and cut into pieces
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = rng.permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


# mistake: stratified_minibatches, dealt to all batches in turn, so the last is not short
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = rng.permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    number = -(-n // batch_size)
    return [order[k::number] for k in range(number)]


# mistake: stratified_minibatches, the full batches first, the short one gets the last class
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = rng.permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    full = n // batch_size
    batches = [order[: full * batch_size][k::full] for k in range(full)]
    return batches + [order[full * batch_size :]] if n % batch_size else batches


# mistake: stratified_minibatches, a batch that is full is passed over, so the others get too many of the last class
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = rng.permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    batches, k = [[] for _ in range(-(-n // batch_size))], 0
    room = [min(batch_size, n - start) for start in range(0, n, batch_size)]
    for i in order:
        while len(batches[k]) == room[k]:
            k = (k + 1) % len(batches)
        batches[k].append(i)
        k = (k + 1) % len(batches)
    return [np.array(batch) for batch in batches]


# mistake: stratified_minibatches, the short batch is drawn blindly
def stratified_minibatches(labels, batch_size, rng):
    order = rng.permutation(len(labels))
    full = len(labels) // batch_size
    order, short = order[: full * batch_size], order[full * batch_size :]
    order = order[np.argsort(labels[order], kind="stable")]
    batches = [order[k::full] for k in range(full)]
    return [*batches, short] if len(short) else batches


# mistake: stratified_minibatches, each class split for itself, the left-overs pile up in the first batches
def stratified_minibatches(labels, batch_size, rng):
    number = -(-len(labels) // batch_size)
    batches = [[] for _ in range(number)]
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        for batch, part in zip(batches, np.array_split(mine, number)):
            batch.extend(part)
    return [np.array(batch, dtype=int) for batch in batches]


# mistake: stratified_minibatches, the shares are rounded and samples are lost
def stratified_minibatches(labels, batch_size, rng):
    classes, counts = np.unique(labels, return_counts=True)
    mine = [rng.permutation(np.flatnonzero(labels == c)) for c in classes]
    take = [round(batch_size * count / len(labels)) for count in counts]
    number = -(-len(labels) // batch_size)
    return [np.concatenate([m[k * t : (k + 1) * t] for m, t in zip(mine, take)]) for k in range(number)]


# mistake: stratified_minibatches, the short batch is dropped
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = rng.permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    order = order[(p + 1) * r // n == p * r // n]
    return [order[k::full] for k in range(full)]


# mistake: stratified_minibatches, an empty batch where there is no short one
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = rng.permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    return [order[~short][k::full] for k in range(full)] + [order[short]]


# mistake: stratified_minibatches, the short batch comes first
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = rng.permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [order[~short][k::full] for k in range(full)]
    return [order[short], *batches] if r else batches


# mistake: stratified_minibatches, nothing is drawn: the same samples meet in every epoch
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = np.argsort(labels, kind="stable")
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [order[~short][k::full] for k in range(full)]
    return [*batches, order[short]] if r else batches


# mistake: stratified_minibatches, only the order of fixed batches is drawn
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = np.argsort(labels, kind="stable")
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [rng.permutation(order[~short][k::full]) for k in rng.permutation(full)]
    return [*batches, order[short]] if r else batches


# mistake: stratified_minibatches, numpy's global state instead of rng
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = np.random.permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [order[~short][k::full] for k in range(full)]
    return [*batches, order[short]] if r else batches


# mistake: stratified_minibatches, a generator of its own
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = np.random.default_rng(0).permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [order[~short][k::full] for k in range(full)]
    return [*batches, order[short]] if r else batches


# mistake: stratified_minibatches, labels is shuffled and sorted in place
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = rng.permutation(n)
    order = order[np.argsort(labels[order], kind="stable")]
    labels.sort()
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [order[~short][k::full] for k in range(full)]
    return [*batches, order[short]] if r else batches


# mistake: stratified_minibatches, classes are taken to be 0 to K - 1
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = np.concatenate([rng.permutation(np.flatnonzero(labels == c)) for c in range(labels.max() + 1)])
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [order[~short][k::full] for k in range(full)]
    return [*batches, order[short]] if r else batches


# mistake: stratified_minibatches, drawn with replacement inside each class
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = np.concatenate([rng.choice(np.flatnonzero(labels == c), np.sum(labels == c)) for c in np.unique(labels)])
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [order[~short][k::full] for k in range(full)]
    return [*batches, order[short]] if r else batches


# mistake: stratified_minibatches, the order is shuffled again after the sort
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = rng.permutation(np.argsort(labels, kind="stable"))
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [order[~short][k::full] for k in range(full)]
    return [*batches, order[short]] if r else batches


# mistake: stratified_minibatches, classes are spread evenly over one line, which is cut: close, but not always
def stratified_minibatches(labels, batch_size, rng):
    place = np.empty(len(labels))
    for c in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == c))
        place[mine] = (np.arange(len(mine)) + 0.5) / len(mine)
    order = np.argsort(place, kind="stable")
    return [order[start : start + batch_size] for start in range(0, len(labels), batch_size)]


# mistake: stratified_minibatches, the labels instead of their indices
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    order = np.sort(rng.permutation(labels))
    p, r, full = np.arange(n), n % batch_size, n // batch_size
    short = (p + 1) * r // n > p * r // n
    batches = [order[~short][k::full] for k in range(full)]
    return [*batches, order[short]] if r else batches


# right: stratified_minibatches, card by card
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    r, full = n % batch_size, n // batch_size
    indices = list(range(n))
    rng.shuffle(indices)
    indices.sort(key=lambda i: labels[i])
    batches, short, turn = [[] for _ in range(full)], [], 0
    for p, i in enumerate(indices):
        if (p + 1) * r // n > p * r // n:
            short.append(i)
        else:
            batches[turn % full].append(i)
            turn += 1
    return [np.array(batch) for batch in batches + ([short] if r else [])]


# right: stratified_minibatches, each class shuffled for itself, the batches and their samples in random order too
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    r, full = n % batch_size, n // batch_size
    classes = rng.permutation(np.unique(labels))
    order = np.concatenate([rng.permutation(np.flatnonzero(labels == c)) for c in classes])
    short = np.diff(np.arange(n + 1) * r // n) > 0
    batches = [rng.permutation(order[~short][k::full]) for k in rng.permutation(full)]
    return batches + [rng.permutation(order[short])] * (r > 0)


# right: stratified_minibatches, by the random numbers' own order
def stratified_minibatches(labels, batch_size, rng):
    n = labels.size
    order = np.lexsort((rng.random(n), labels))
    last = n % batch_size
    number = n // batch_size
    where, turn = np.full(n, number), 0
    for p in range(n):
        if (p + 1) * last // n == p * last // n:
            where[p], turn = turn, (turn + 1) % number
    return [order[where == k] for k in range(number + (last > 0))]


# right: stratified_minibatches, tables of counts first: exchange samples until every share is right
def stratified_minibatches(labels, batch_size, rng):
    n = len(labels)
    classes, counts = np.unique(labels, return_counts=True)
    lengths = np.array([min(batch_size, n - start) for start in range(0, n, batch_size)])
    share = np.outer(lengths, counts)  # times 1 / n
    low, rest = share // n, share % n
    need_row, need_column = lengths - low.sum(axis=1), counts - low.sum(axis=0)
    # One more for some entries with a rest: a bipartite graph with given degrees, by augmenting paths.
    more = np.zeros(low.shape, dtype=int)
    for k in range(len(lengths)):
        for _ in range(need_row[k]):
            came, queue = {("row", k): None}, [("row", k)]
            for kind, j in queue:
                if kind == "column" and more[:, j].sum() < need_column[j]:
                    node = (kind, j)
                    while came[node] is not None:
                        before = came[node]
                        row, column = (before[1], node[1]) if before[0] == "row" else (node[1], before[1])
                        more[row, column] = before[0] == "row"
                        node = before
                    break
                ends = range(len(classes)) if kind == "row" else range(len(lengths))
                for e in ends:
                    row, column = (j, e) if kind == "row" else (e, j)
                    free = rest[row, column] > 0 and more[row, column] == (kind == "column")
                    node = ("column", e) if kind == "row" else ("row", e)
                    if free and node not in came:
                        came[node] = (kind, j)
                        queue.append(node)
    pools = [rng.permutation(np.flatnonzero(labels == c)) for c in classes]
    ends = np.cumsum(low + more, axis=0)
    starts = ends - low - more
    return [
        np.concatenate([pool[a:b] for pool, a, b in zip(pools, starts[k], ends[k])]) for k in range(len(lengths))
    ]


# mistake: accumulated_gradient, the mean of the means
def accumulated_gradient(fun, w, batches):
    losses, gradients = zip(*(fun(w, batch) for batch in batches))
    return np.mean(losses), np.mean(gradients, axis=0)


# mistake: accumulated_gradient, the sum of the means
def accumulated_gradient(fun, w, batches):
    loss, g = 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += part
        g += slope
    return loss, g


# mistake: accumulated_gradient, the sum over samples, not divided
def accumulated_gradient(fun, w, batches):
    loss, g = 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += len(batch) * part
        g += len(batch) * slope
    return loss, g


# mistake: accumulated_gradient, the loss is not weighted
def accumulated_gradient(fun, w, batches):
    total, loss, g = sum(map(len, batches)), 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += part / len(batches)
        g += len(batch) / total * slope
    return loss, g


# mistake: accumulated_gradient, the gradient is not weighted
def accumulated_gradient(fun, w, batches):
    total, loss, g = sum(map(len, batches)), 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += len(batch) / total * part
        g += slope / len(batches)
    return loss, g


# mistake: accumulated_gradient, the weighted sum divided by the number of batches
def accumulated_gradient(fun, w, batches):
    loss, g = 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += len(batch) * part
        g += len(batch) * slope
    return loss / len(batches), g / len(batches)


# mistake: accumulated_gradient, all batches taken to be as long as the first
def accumulated_gradient(fun, w, batches):
    loss, g = 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += len(batch) * part
        g += len(batch) * slope
    total = len(batches) * len(batches[0])
    return loss / total, g / total


# mistake: accumulated_gradient, divided by the length of the last batch
def accumulated_gradient(fun, w, batches):
    loss, g = 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += len(batch) * part
        g += len(batch) * slope
    return loss / len(batch), g / len(batch)


# mistake: accumulated_gradient, only the last batch
def accumulated_gradient(fun, w, batches):
    for batch in batches:
        loss, g = fun(w, batch)
    return loss, g


# mistake: accumulated_gradient, the loss of the last batch
def accumulated_gradient(fun, w, batches):
    total, g = sum(map(len, batches)), np.zeros(w.shape)
    for batch in batches:
        loss, slope = fun(w, batch)
        g += len(batch) / total * slope
    return loss, g


# mistake: accumulated_gradient, the last batch is dropped
def accumulated_gradient(fun, w, batches):
    batches = batches[:-1] or batches
    total, loss, g = sum(map(len, batches)), 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += len(batch) / total * part
        g += len(batch) / total * slope
    return loss, g


# mistake: accumulated_gradient, a step after every batch
def accumulated_gradient(fun, w, batches):
    total, loss, g = sum(map(len, batches)), 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += len(batch) / total * part
        g += len(batch) / total * slope
        w -= 0.01 * slope
    return loss, g


# mistake: accumulated_gradient, all indices at once
def accumulated_gradient(fun, w, batches):
    return fun(w, np.concatenate(batches))


# mistake: accumulated_gradient, the pair the other way round
def accumulated_gradient(fun, w, batches):
    total, loss, g = sum(map(len, batches)), 0.0, np.zeros(w.shape)
    for batch in batches:
        part, slope = fun(w, batch)
        loss += len(batch) / total * part
        g += len(batch) / total * slope
    return g, loss


# mistake: accumulated_gradient, a running mean that forgets the lengths
def accumulated_gradient(fun, w, batches):
    loss, g = 0.0, np.zeros(w.shape)
    for k, batch in enumerate(batches, start=1):
        part, slope = fun(w, batch)
        loss += (part - loss) / k
        g += (slope - g) / k
    return loss, g


# right: accumulated_gradient, sums that are divided at the end
def accumulated_gradient(fun, w, batches):
    count, loss, g = 0, 0.0, 0.0
    for batch in batches:
        part, slope = fun(w, batch)
        count += len(batch)
        loss = loss + len(batch) * part
        g = g + len(batch) * slope
    return loss / count, g / count


# right: accumulated_gradient, numpy's weighted average
def accumulated_gradient(fun, w, batches):
    losses, gradients = zip(*[fun(w, batch) for batch in batches])
    lengths = [batch.size for batch in batches]
    return np.average(losses, weights=lengths), np.average(gradients, axis=0, weights=lengths)


# right: accumulated_gradient, a running mean, from the last batch to the first
def accumulated_gradient(fun, w, batches):
    seen, loss, g = 0, 0.0, np.zeros_like(w)
    for batch in reversed(batches):
        part, slope = fun(w, batch)
        seen += len(batch)
        loss += (part - loss) * len(batch) / seen
        g += (slope - g) * (len(batch) / seen)
    return float(loss), g


# right: accumulated_gradient, one sample at a time
def accumulated_gradient(fun, w, batches):
    pairs = [fun(w, batch[i : i + 1]) for batch in batches for i in range(len(batch))]
    return sum(loss for loss, _ in pairs) / len(pairs), sum(g for _, g in pairs) / len(pairs)


# mistake: gradient_variance, divided by N - 1
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var(axis=0, ddof=1) / batch_size
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, the factor (N - B) / N
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var(axis=0) / batch_size
    return variance if replacement else variance * (n - batch_size) / n


# mistake: gradient_variance, the variance of the sum
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var(axis=0) * batch_size
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, not divided by the batch size
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var(axis=0)
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, divided by the root of the batch size
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var(axis=0) / np.sqrt(batch_size)
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, the standard deviation
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var(axis=0) / batch_size
    return np.sqrt(variance if replacement else variance * (n - batch_size) / (n - 1))


# mistake: gradient_variance, with and without replacement exchanged
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var(axis=0) / batch_size
    return variance * (n - batch_size) / (n - 1) if replacement else variance


# mistake: gradient_variance, replacement is ignored
def gradient_variance(gradients, batch_size, replacement):
    return gradients.var(axis=0) / batch_size


# mistake: gradient_variance, always without replacement
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    return gradients.var(axis=0) / batch_size * (n - batch_size) / (n - 1)


# mistake: gradient_variance, among the components of a sample
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var(axis=1) / batch_size
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, one number for all components
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var() / batch_size
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, the sum over components
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = gradients.var(axis=0).sum() / batch_size
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, mean of squares minus square of the mean
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = ((gradients**2).mean(axis=0) - gradients.mean(axis=0) ** 2) / batch_size
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, the mean is subtracted in place
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    gradients -= gradients.mean(axis=0)
    variance = (gradients**2).mean(axis=0) / batch_size
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, the mean is not subtracted
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    variance = (gradients**2).mean(axis=0) / batch_size
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# mistake: gradient_variance, simulated
def gradient_variance(gradients, batch_size, replacement):
    rng, n = np.random.default_rng(0), len(gradients)
    means = [gradients[rng.choice(n, batch_size, replace=replacement)].mean(axis=0) for _ in range(400)]
    return np.var(means, axis=0)


# mistake: gradient_variance, a batch larger than the set is cut
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    batch_size = min(batch_size, n)
    variance = gradients.var(axis=0) / batch_size
    return variance if replacement else variance * (n - batch_size) / (n - 1)


# right: gradient_variance, by the sample variance and the share that is left
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    if replacement:
        return gradients.var(axis=0) / batch_size
    return gradients.var(axis=0, ddof=1) / batch_size * (1 - batch_size / n)


# right: gradient_variance, one number at a time
def gradient_variance(gradients, batch_size, replacement):
    count, out = len(gradients), []
    for column in gradients.T.tolist():
        mean = sum(column) / count
        out.append(sum((x - mean) ** 2 for x in column) / count / batch_size)
        if not replacement:
            out[-1] *= (count - batch_size) / (count - 1)
    return np.array(out)


# right: gradient_variance, by the covariance of two draws
def gradient_variance(gradients, batch_size, replacement):
    n, b = len(gradients), batch_size
    away = gradients - gradients.mean(axis=0)
    variance = np.einsum("ij,ij->j", away, away) / n
    covariance = 0 * variance if replacement else -variance / (n - 1)
    return (b * variance + b * (b - 1) * covariance) / b**2


# right: gradient_variance, from the differences of all pairs
def gradient_variance(gradients, batch_size, replacement):
    n = len(gradients)
    pairs = (gradients[:, None] - gradients[None, :]) ** 2
    variance = pairs.sum(axis=(0, 1)) / (2 * n * n)
    return variance / batch_size * (1 if replacement else (n - batch_size) / (n - 1))


# mistake: smallest_batch, as with replacement
smallest_batch = 128

# mistake: smallest_batch, rounded down
smallest_batch = 114

# mistake: smallest_batch, not rounded
smallest_batch = 1000 / 8.75

# mistake: smallest_batch, a quarter of the variance
smallest_batch = next(B for B in range(8, 1001) if 4 * (1000 - B) * 8 <= (1000 - 8) * B)

# mistake: smallest_batch, the factor for the larger batch only
smallest_batch = next(B for B in range(8, 1001) if 16 * (1000 - B) / 999 / B <= 1 / 8)

# mistake: smallest_batch, a text
smallest_batch = "115"

# right: smallest_batch, the number itself
smallest_batch = 115

# right: smallest_batch, by the standard deviations
def deviation(batch_size):
    return np.sqrt((1000 - batch_size) / 999 / batch_size)


smallest_batch = 8
while deviation(smallest_batch) > deviation(8) / 4:
    smallest_batch += 1

# right: smallest_batch, rounded up
smallest_batch = np.ceil(1000 / 8.75)
