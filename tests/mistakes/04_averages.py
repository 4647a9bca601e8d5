# Answers that people really give to exercise 4. Each part replaces one answer cell.

# mistake: ewa_irregular, the exponent counts samples
def ewa_irregular(times, x, half_life):
    beta, averages, total, weight = 0.5 ** (1 / half_life), np.empty(len(x)), 0.0, 0.0
    for i, value in enumerate(x):
        total, weight = beta * total + value, beta * weight + 1
        averages[i] = total / weight
    return averages


# mistake: ewa_irregular, a time constant for a half-life
def ewa_irregular(times, x, half_life):
    averages, total, weight, before = np.empty(len(x)), 0.0, 0.0, times[0]
    for i, (now, value) in enumerate(zip(times, x)):
        fade = np.exp(-(now - before) / half_life)
        total, weight, before = fade * total + value, fade * weight + 1, now
        averages[i] = total / weight
    return averages


# mistake: ewa_irregular, powers of the time itself, which overflow
def ewa_irregular(times, x, half_life):
    with np.errstate(all="ignore"):
        grow = np.exp2(np.asarray(times, float) / half_life)
        return np.cumsum(grow * x) / np.cumsum(grow)


# mistake: ewa_irregular, powers of the time since the start, which overflow
def ewa_irregular(times, x, half_life):
    with np.errstate(all="ignore"):
        grow = np.exp2((times - times[0]) / half_life)
        return np.cumsum(grow * x) / np.cumsum(grow)


# mistake: ewa_irregular, powers of the time to the end, 0/0 at the beginning
def ewa_irregular(times, x, half_life):
    with np.errstate(all="ignore"):
        shrink = np.exp2((times - times[-1]) / half_life)
        return np.cumsum(shrink * x) / np.cumsum(shrink)


# mistake: ewa_irregular, not divided by the sum of the weights
def ewa_irregular(times, x, half_life):
    averages = np.empty(len(x))
    for i in range(len(x)):
        weights = 0.5 ** ((times[i] - times[: i + 1]) / half_life)
        averages[i] = weights @ x[: i + 1]
    return averages


# mistake: ewa_irregular, starts at the first value and gives the new one the rest
def ewa_irregular(times, x, half_life):
    averages = np.empty(len(x))
    averages[0] = x[0]
    for i in range(1, len(x)):
        beta = 0.5 ** ((times[i] - times[i - 1]) / half_life)
        averages[i] = beta * averages[i - 1] + (1 - beta) * x[i]
    return averages


# mistake: ewa_irregular, starts at zero and is never corrected
def ewa_irregular(times, x, half_life):
    averages, v, before = np.empty(len(x)), 0.0, times[0]
    for i in range(len(x)):
        beta = 0.5 ** ((times[i] - before) / half_life)
        v, before = beta * v + (1 - beta) * x[i], times[i]
        averages[i] = v
    return averages


# mistake: ewa_irregular, all values of one moment in each of its averages
def ewa_irregular(times, x, half_life):
    averages = np.empty(len(x))
    for i, now in enumerate(times):
        known = times <= now
        weights = 0.5 ** ((now - times[known]) / half_life)
        averages[i] = weights @ x[known] / weights.sum()
    return averages


# mistake: ewa_irregular, a value at the same moment replaces the one before
def ewa_irregular(times, x, half_life):
    averages, total, weight, before = np.empty(len(x)), 0.0, 0.0, times[0] - 1
    last = 0.0
    for i, (now, value) in enumerate(zip(times, x)):
        if now == before:
            total, weight = total - last, weight - 1
        fade = 2.0 ** (-(now - before) / half_life)
        total, weight, before, last = fade * total + value, fade * weight + 1, now, value
        averages[i] = total / weight
    return averages


# mistake: ewa_irregular, the sum of the weights does not fade
def ewa_irregular(times, x, half_life):
    averages, total, before = np.empty(len(x)), 0.0, times[0]
    for i, (now, value) in enumerate(zip(times, x)):
        total, before = 2.0 ** (-(now - before) / half_life) * total + value, now
        averages[i] = total / (i + 1)
    return averages


# mistake: ewa_irregular, the new value fades too
def ewa_irregular(times, x, half_life):
    averages, total, weight, before = np.empty(len(x)), 0.0, 0.0, times[0]
    for i, (now, value) in enumerate(zip(times, x)):
        fade = 2.0 ** (-(now - before) / half_life)
        total, weight, before = fade * (total + value), fade * (weight + 1), now
        averages[i] = total / weight if weight else np.nan
    return averages


# mistake: ewa_irregular, the gap to the next value for the gap to the one before
def ewa_irregular(times, x, half_life):
    gaps = np.append(np.diff(times), 0)
    averages, total, weight = np.empty(len(x)), 0.0, 0.0
    for i, (gap, value) in enumerate(zip(gaps, x)):
        fade = 2.0 ** (-gap / half_life)
        total, weight = fade * total + value, fade * weight + 1
        averages[i] = total / weight
    return averages


# mistake: ewa_irregular, the time since the start where the gap belongs
def ewa_irregular(times, x, half_life):
    averages, total, weight = np.empty(len(x)), 0.0, 0.0
    for i, (now, value) in enumerate(zip(times, x)):
        fade = 2.0 ** (-(now - times[0]) / half_life)
        total, weight = fade * total + value, fade * weight + 1
        averages[i] = total / weight
    return averages


# mistake: ewa_irregular, an array of integers for the result
def ewa_irregular(times, x, half_life):
    averages, total, weight, before = np.empty_like(x), 0.0, 0.0, times[0]
    for i, (now, value) in enumerate(zip(times, x)):
        fade = 2.0 ** (-(now - before) / half_life)
        total, weight, before = fade * total + value, fade * weight + 1, now
        averages[i] = total / weight
    return averages


# mistake: ewa_irregular, only the last average
def ewa_irregular(times, x, half_life):
    weights = 0.5 ** ((times[-1] - times) / half_life)
    return weights @ x / weights.sum()


# mistake: ewa_irregular, the averages are written into x
def ewa_irregular(times, x, half_life):
    x = np.asarray(x, dtype=float)
    total, weight, before = 0.0, 0.0, times[0]
    for i, now in enumerate(times):
        fade = 2.0 ** (-(now - before) / half_life)
        total, weight, before = fade * total + x[i], fade * weight + 1, now
        x[i] = total / weight
    return x


# mistake: ewa_irregular, the times are shifted in place
def ewa_irregular(times, x, half_life):
    times -= times[0]
    averages = np.empty(len(x))
    for i in range(len(x)):
        weights = 0.5 ** ((times[i] - times[: i + 1]) / half_life)
        averages[i] = weights @ x[: i + 1] / weights.sum()
    return averages


# right: ewa_irregular, all weights anew for each average
def ewa_irregular(times, x, half_life):
    averages = np.zeros(len(x))
    for i in range(len(x)):
        weights = 0.5 ** ((times[i] - times[: i + 1]) / half_life)
        averages[i] = np.average(x[: i + 1], weights=weights)
    return averages


# right: ewa_irregular, one matrix of weights
def ewa_irregular(times, x, half_life):
    age = np.asarray(times, dtype=float)[:, None] - times
    weights = np.tril(np.exp(-np.log(2) * np.maximum(age, 0) / half_life))
    return weights @ x / weights.sum(axis=1)


# right: ewa_irregular, the mean moves by a share of the difference; a list
def ewa_irregular(times, x, half_life):
    averages, mean, weight = [], 0.0, 0.0
    for i in range(len(x)):
        gap = times[i] - times[i - 1] if i else 0
        weight = weight * np.exp2(-gap / half_life) + 1
        mean += (x[i] - mean) / weight
        averages.append(float(mean))
    return averages


# mistake: ewa_mean_variance, the mean of squares minus the square of the mean
def ewa_mean_variance(x, beta):
    x = np.asarray(x, dtype=float)
    mean = ewa(x, beta, correct=True)
    return mean, ewa(x * x, beta, correct=True) - mean**2


# mistake: ewa_mean_variance, the same, and what is negative set to zero
def ewa_mean_variance(x, beta):
    x = np.asarray(x, dtype=float)
    mean = ewa(x, beta, correct=True)
    return mean, np.maximum(ewa(x * x, beta, correct=True) - mean**2, 0)


# mistake: ewa_mean_variance, every value against the mean of its own day
def ewa_mean_variance(x, beta):
    mean = ewa(x, beta, correct=True)
    return mean, ewa((x - mean) ** 2, beta, correct=True)


# mistake: ewa_mean_variance, every value against the last mean of all
def ewa_mean_variance(x, beta):
    mean = ewa(x, beta, correct=True)
    return mean, ewa((x - mean[-1]) ** 2, beta, correct=True)


# mistake: ewa_mean_variance, all of the squared difference is added
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    weight, mean, square = 0.0, 0.0, 0.0
    for t, value in enumerate(x):
        weight = beta * weight + 1
        away = value - mean if t else 0.0
        mean = mean + away / weight if t else float(value)
        square = beta * square + away**2
        means[t], variances[t] = mean, square / weight
    return means, variances


# mistake: ewa_mean_variance, the new mean twice
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    weight, mean, square = 0.0, 0.0, 0.0
    for t, value in enumerate(x):
        weight = beta * weight + 1
        mean = mean + (value - mean) / weight
        square = beta * square + (value - mean) ** 2
        means[t], variances[t] = mean, square / weight
    return means, variances


# mistake: ewa_mean_variance, the sum of squares does not fade
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    weight, mean, square = 0.0, 0.0, 0.0
    for t, value in enumerate(x):
        weight = beta * weight + 1
        away = value - mean
        mean = mean + away / weight
        square = square + away * (value - mean)
        means[t], variances[t] = mean, square / weight
    return means, variances


# mistake: ewa_mean_variance, nothing fades: Welford's plain mean and variance
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    mean, square = 0.0, 0.0
    for t, value in enumerate(x, start=1):
        away = value - mean
        mean = mean + away / t
        square = square + away * (value - mean)
        means[t - 1], variances[t - 1] = mean, square / t
    return means, variances


# mistake: ewa_mean_variance, the mean fades like the sums
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    weight, mean, square = 0.0, 0.0, 0.0
    for t, value in enumerate(x):
        weight, mean, square = beta * weight, beta * mean, beta * square
        away = value - mean
        square += weight / (weight + 1) * away**2
        weight += 1
        mean += away / weight
        means[t], variances[t] = mean, square / weight
    return means, variances


# mistake: ewa_mean_variance, enlarged for the size of the sample
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.zeros(len(x))
    for t in range(len(x)):
        weights = beta ** np.arange(t, -1.0, -1.0)
        weights /= weights.sum()
        means[t] = weights @ x[: t + 1]
        if t and beta:
            variances[t] = weights @ (x[: t + 1] - means[t]) ** 2 / (1 - (weights**2).sum())
    return means, variances


# mistake: ewa_mean_variance, uncorrected
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    for t in range(len(x)):
        weights = (1 - beta) * beta ** np.arange(t, -1.0, -1.0)
        means[t] = weights @ x[: t + 1]
        variances[t] = weights @ (x[: t + 1] - means[t]) ** 2
    return means, variances


# mistake: ewa_mean_variance, from the first value on, uncorrected
def ewa_mean_variance(x, beta):
    means, variances = np.zeros(len(x)), np.zeros(len(x))
    means[0] = x[0]
    for t in range(1, len(x)):
        away = x[t] - means[t - 1]
        means[t] = means[t - 1] + (1 - beta) * away
        variances[t] = beta * (variances[t - 1] + (1 - beta) * away**2)
    return means, variances


# mistake: ewa_mean_variance, the standard deviation
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    for t in range(len(x)):
        weights = beta ** np.arange(t, -1.0, -1.0)
        means[t] = np.average(x[: t + 1], weights=weights)
        variances[t] = np.average((x[: t + 1] - means[t]) ** 2, weights=weights)
    return means, np.sqrt(variances)


# mistake: ewa_mean_variance, the wrong way round
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    for t in range(len(x)):
        weights = beta ** np.arange(t, -1.0, -1.0)
        means[t] = np.average(x[: t + 1], weights=weights)
        variances[t] = np.average((x[: t + 1] - means[t]) ** 2, weights=weights)
    return variances, means


# mistake: ewa_mean_variance, the oldest value weighs most
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    for t in range(len(x)):
        weights = beta ** np.arange(t + 1.0)
        means[t] = np.average(x[: t + 1], weights=weights)
        variances[t] = np.average((x[: t + 1] - means[t]) ** 2, weights=weights)
    return means, variances


# mistake: ewa_mean_variance, arrays of integers for the results
def ewa_mean_variance(x, beta):
    means, variances = np.empty_like(x), np.empty_like(x)
    for t in range(len(x)):
        weights = beta ** np.arange(t, -1.0, -1.0)
        means[t] = np.average(x[: t + 1], weights=weights)
        variances[t] = np.average((x[: t + 1] - means[t]) ** 2, weights=weights)
    return means, variances


# mistake: ewa_mean_variance, x is shifted in place
def ewa_mean_variance(x, beta):
    first = x[0]
    x -= first
    mean = ewa(x, beta, correct=True)
    return mean + first, ewa(x * x, beta, correct=True) - mean**2


# mistake: ewa_mean_variance, the same in single precision
def ewa_mean_variance(x, beta):
    x = np.asarray(x, dtype=np.float32)
    mean = ewa(x, beta, correct=True)
    return mean, np.maximum(ewa(x * x, beta, correct=True) - mean**2, 0)


# right: ewa_mean_variance, the weights anew for each entry
def ewa_mean_variance(x, beta):
    means, variances = np.empty(len(x)), np.empty(len(x))
    for t in range(len(x)):
        weights = beta ** np.arange(t, -1.0, -1.0)
        weights /= weights.sum()
        means[t] = weights @ x[: t + 1]
        variances[t] = weights @ (x[: t + 1] - means[t]) ** 2
    return means, variances


# right: ewa_mean_variance, the first value subtracted before any square is taken
def ewa_mean_variance(x, beta):
    shifted = np.asarray(x, dtype=float) - x[0]
    mean = ewa(shifted, beta, correct=True)
    return x[0] + mean, ewa(shifted * shifted, beta, correct=True) - mean**2


# right: ewa_mean_variance, the old and the new mean in one product
def ewa_mean_variance(x, beta):
    means, variances = [], []
    weight = square = 0.0
    mean = float(x[0])
    for value in x:
        weight = beta * weight + 1
        away = value - mean
        mean += away / weight
        square = beta * square + away * (value - mean)
        means.append(mean)
        variances.append(square / weight)
    return means, variances


# right: ewa_mean_variance, variances instead of sums
def ewa_mean_variance(x, beta):
    means, variances = np.zeros(len(x)), np.zeros(len(x))
    means[0] = x[0]
    for t in range(1, len(x)):
        share = (1 - beta) / (1 - beta ** (t + 1))  # of the new value
        away = x[t] - means[t - 1]
        means[t] = means[t - 1] + share * away
        variances[t] = (1 - share) * (variances[t - 1] + share * away**2)
    return means, variances


# mistake: ewa_without_lag, neither average is corrected
def ewa_without_lag(x, beta):
    e = ewa(x, beta)
    return 2 * e - ewa(e, beta)


# mistake: ewa_without_lag, only the first average is corrected
def ewa_without_lag(x, beta):
    e = ewa(x, beta, correct=True)
    return 2 * e - ewa(e, beta)


# mistake: ewa_without_lag, the uncorrected average is averaged again
def ewa_without_lag(x, beta):
    return 2 * ewa(x, beta, correct=True) - ewa(ewa(x, beta), beta, correct=True)


# mistake: ewa_without_lag, only the second average is corrected
def ewa_without_lag(x, beta):
    e = ewa(x, beta)
    return 2 * e - ewa(e, beta, correct=True)


# mistake: ewa_without_lag, corrected once at the end
def ewa_without_lag(x, beta):
    e = ewa(x, beta)
    return (2 * e - ewa(e, beta)) / (1 - beta ** np.arange(1, len(x) + 1))


# mistake: ewa_without_lag, corrected twice
def ewa_without_lag(x, beta):
    e = ewa(x, beta, correct=True) / (1 - beta ** np.arange(1, len(x) + 1))
    return 2 * e - ewa(e, beta, correct=True)


# mistake: ewa_without_lag, the power counts from 0
def ewa_without_lag(x, beta):
    share = np.maximum(1 - beta ** np.arange(len(x)), 1 - beta)
    e = ewa(x, beta) / share
    return 2 * e - ewa(e, beta) / share


# mistake: ewa_without_lag, both start at the first value
def ewa_without_lag(x, beta):
    def smooth(x):
        y = np.array(x, dtype=float)
        for t in range(1, len(y)):
            y[t] = beta * y[t - 1] + (1 - beta) * x[t]
        return y

    e = smooth(x)
    return 2 * e - smooth(e)


# mistake: ewa_without_lag, the average alone
def ewa_without_lag(x, beta):
    return ewa(x, beta, correct=True)


# mistake: ewa_without_lag, the average of the average alone
def ewa_without_lag(x, beta):
    return ewa(ewa(x, beta, correct=True), beta, correct=True)


# mistake: ewa_without_lag, the wrong way round
def ewa_without_lag(x, beta):
    e = ewa(x, beta, correct=True)
    return 2 * ewa(e, beta, correct=True) - e


# mistake: ewa_without_lag, the difference counted twice
def ewa_without_lag(x, beta):
    e = ewa(x, beta, correct=True)
    return 3 * e - 2 * ewa(e, beta, correct=True)


# mistake: ewa_without_lag, the average shifted by its delay
def ewa_without_lag(x, beta):
    e = ewa(x, beta, correct=True)
    delay = min(round(beta / (1 - beta)), len(x) - 1)
    return np.append(e[delay:], np.full(delay, e[-1]))


# mistake: ewa_without_lag, the settled delay times the last slope
def ewa_without_lag(x, beta):
    e = ewa(x, beta, correct=True)
    return e + beta / (1 - beta) * np.diff(e, prepend=e[:1])


# mistake: ewa_without_lag, the second average forgets twice as fast
def ewa_without_lag(x, beta):
    e = ewa(x, beta, correct=True)
    return 2 * e - ewa(e, beta**2, correct=True)


# mistake: ewa_without_lag, the corrected average is fed back into the recursion
def ewa_without_lag(x, beta):
    def smooth(x):
        y, v = np.empty(len(x)), 0.0
        for t, value in enumerate(x, start=1):
            v = (beta * v + (1 - beta) * value) / (1 - beta**t)
            y[t - 1] = v
        return y

    e = smooth(x)
    return 2 * e - smooth(e)


# mistake: ewa_without_lag, the average is written into x
def ewa_without_lag(x, beta):
    if x.dtype.kind == "f":
        x[...] = ewa(x, beta, correct=True)
        return 2 * x - ewa(x, beta, correct=True)
    e = ewa(x, beta, correct=True)
    return 2 * e - ewa(e, beta, correct=True)


# mistake: ewa_without_lag, arrays of integers
def ewa_without_lag(x, beta):
    e = ewa(x, beta, correct=True).astype(x.dtype)
    return (2 * e - ewa(e, beta, correct=True)).astype(x.dtype)


# right: ewa_without_lag, both recursions in one loop
def ewa_without_lag(x, beta):
    v = vv = 0.0
    result = []
    for t, value in enumerate(x, start=1):
        v = beta * v + (1 - beta) * value
        e = v / (1 - beta**t)
        vv = beta * vv + (1 - beta) * e
        result.append(float(2 * e - vv / (1 - beta**t)))
    return result


# right: ewa_without_lag, with a matrix of weights
def ewa_without_lag(x, beta):
    t = np.arange(len(x))
    weights = np.tril(float(beta) ** np.maximum(t[:, None] - t, 0))
    weights /= weights.sum(axis=1, keepdims=True)
    return (2 * weights - weights @ weights) @ x


# right: ewa_without_lag, corrected by hand
def ewa_without_lag(x, beta):
    share = 1 - beta ** np.arange(1, len(x) + 1)
    e = ewa(x, beta) / share
    return e + (e - ewa(e, beta) / share)


# mistake: settled, the values over which it looks back
settled = 50

# mistake: settled, the last t that is not yet below
settled = 227

# mistake: settled, one too many
settled = 229

# mistake: settled, not rounded
settled = np.log(0.01) / np.log(0.98)

# mistake: settled, the half-life
settled = 35

# mistake: settled, a text
settled = "228"

# right: settled, by logarithms
settled = int(np.ceil(np.log(0.01) / np.log(0.98)))

# right: settled, as a float
settled = 228.0
