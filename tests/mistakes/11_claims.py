# Answers that people really give to exercise 11. Each part replaces one answer cell.

# mistake: paired_interval, 1.96 for every number of seeds
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = 1.96 * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, the normal distribution
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.norm.ppf((1 + confidence) / 2) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, n degrees of freedom
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf((1 + confidence) / 2, len(d)) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, all that may lie outside on one side
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf(confidence, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, the share outside for the share below
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf((1 - confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, the standard deviation with n
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std() / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, corrected twice
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d) - 1)
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, where single differences lie instead of their mean
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1)
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, not paired
def paired_interval(a, b, confidence):
    n, mean = len(a), np.mean(a) - np.mean(b)
    error = np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / n)
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * error
    return mean, mean - half, mean + half


# mistake: paired_interval, two samples of n
def paired_interval(a, b, confidence):
    n, mean = len(a), np.mean(a) - np.mean(b)
    error = np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / n)
    half = stats.t.ppf((1 + confidence) / 2, 2 * n - 2) * error
    return mean, mean - half, mean + half


# mistake: paired_interval, b minus a
def paired_interval(a, b, confidence):
    d = np.array(b) - np.array(a)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, always the better one first
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    mean = abs(d.mean())
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return mean, mean - half, mean + half


# mistake: paired_interval, lists subtracted
def paired_interval(a, b, confidence):
    d = a - b
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, a scale of 0 makes nan
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    with np.errstate(all="ignore"):
        low, high = stats.t.interval(confidence, len(d) - 1, d.mean(), stats.sem(d))
    return d.mean(), low, high


# mistake: paired_interval, the median
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    middle = np.median(d)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return middle, middle - half, middle + half


# mistake: paired_interval, the half-width for the ends
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), -half, half


# mistake: paired_interval, only the ends
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half


# mistake: paired_interval, sorted and then paired
def paired_interval(a, b, confidence):
    d = np.sort(a) - np.sort(b)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, confidence in percent
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf((1 + confidence / 100) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, always 95 percent
def paired_interval(a, b, confidence):
    d = np.array(a) - np.array(b)
    half = stats.t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# mistake: paired_interval, subtracts in place
def paired_interval(a, b, confidence):
    d = np.asarray(a)
    d -= np.asarray(b)
    half = stats.t.ppf((1 + confidence) / 2, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean(), d.mean() - half, d.mean() + half


# right: paired_interval, in plain Python
def paired_interval(a, b, confidence):
    d = [float(x) - float(y) for x, y in zip(a, b)]
    n = len(d)
    mean = sum(d) / n
    variance = sum((x - mean) ** 2 for x in d) / (n - 1)
    half = stats.t.ppf(0.5 + confidence / 2, n - 1) * (variance / n) ** 0.5
    return mean, mean - half, mean + half


# right: paired_interval, with the standard error of scipy and the quantile of the other side
def paired_interval(a, b, confidence):
    d = np.subtract(a, b)
    half = stats.t.isf((1 - confidence) / 2, df=len(d) - 1) * stats.sem(d)
    return np.array([d.mean(), d.mean() - half, d.mean() + half])


# right: paired_interval, the lower end is the lower quantile
def paired_interval(a, b, confidence):
    d = np.array(a, float) - np.array(b, float)
    low, high = stats.t.ppf([(1 - confidence) / 2, (1 + confidence) / 2], len(d) - 1)
    error = np.sqrt(np.var(d, ddof=1) / len(d))
    return float(d.mean()), float(d.mean() + low * error), float(d.mean() + high * error)


# right: paired_interval, by the variance of a difference
def paired_interval(a, b, confidence):
    n, mean = len(a), np.mean(a) - np.mean(b)
    c = np.cov(a, b)
    s = np.sqrt(max(c[0, 0] + c[1, 1] - 2 * c[0, 1], 0))
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * s / np.sqrt(n)
    return mean, mean - half, mean + half


# mistake: best_lr, the best single run
def best_lr(results):
    highest = max(max(runs) for runs in results.values())
    rate = min(rate for rate in results if max(results[rate]) >= highest - 1e-12)
    return rate, rate in (min(results), max(results))


# mistake: best_lr, the sum
def best_lr(results):
    highest = max(sum(runs) for runs in results.values())
    rate = min(rate for rate in results if sum(results[rate]) >= highest - 1e-12)
    return rate, rate in (min(results), max(results))


# mistake: best_lr, the median
def best_lr(results):
    means = {rate: np.median(results[rate]) for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, rate in (min(results), max(results))


# mistake: best_lr, divided by the same number everywhere
def best_lr(results):
    n = max(len(runs) for runs in results.values())
    means = {rate: sum(results[rate]) / n for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, rate in (min(results), max(results))


# mistake: best_lr, as many seeds as the shortest list has
def best_lr(results):
    n = min(len(runs) for runs in results.values())
    means = {rate: np.mean(results[rate][:n]) for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, rate in (min(results), max(results))


# mistake: best_lr, a table for an array
def best_lr(results):
    rates = np.array(sorted(results))
    means = np.array([results[rate] for rate in rates]).mean(axis=1)
    i = int(np.argmax(means))
    return rates[i], i in (0, len(rates) - 1)


# mistake: best_lr, the first key of equal means
def best_lr(results):
    rate = max(results, key=lambda rate: np.mean(results[rate]))
    return rate, rate in (min(results), max(results))


# mistake: best_lr, no tolerance
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = min(rate for rate in means if means[rate] == max(means.values()))
    return rate, rate in (min(results), max(results))


# mistake: best_lr, the largest of equal rates
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = max(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, rate in (min(results), max(results))


# mistake: best_lr, rounded to twelve digits
def best_lr(results):
    means = {rate: round(np.mean(results[rate]), 12) for rate in results}
    rate = min(rate for rate in means if means[rate] == max(means.values()))
    return rate, rate in (min(results), max(results))


# mistake: best_lr, the tolerance of isclose
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = min(rate for rate in means if np.isclose(means[rate], max(means.values())))
    return rate, rate in (min(results), max(results))


# mistake: best_lr, the tolerance in a running maximum
def best_lr(results):
    best, highest = None, -np.inf
    for rate in sorted(results):
        mean = np.mean(results[rate])
        if mean > highest + 1e-12:
            best, highest = rate, mean
    return best, best in (min(results), max(results))


# mistake: best_lr, the tolerance from neighbor to neighbor
def best_lr(results):
    rates = sorted(results)
    means = [np.mean(results[rate]) for rate in rates]
    i = int(np.argmax(means))
    while i > 0 and abs(means[i - 1] - means[i]) <= 1e-12:
        i -= 1
    return rates[i], i in (0, len(rates) - 1)


# mistake: best_lr, the first and the last key for the edges
def best_lr(results):
    keys = list(results)
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, rate in (keys[0], keys[-1])


# mistake: best_lr, only the upper edge
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, rate == max(results)


# mistake: best_lr, only the lower edge
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, rate == min(results)


# mistake: best_lr, inside for at the edge
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, min(results) < rate < max(results)


# mistake: best_lr, one rate alone has no edge
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, len(results) > 1 and rate in (min(results), max(results))


# mistake: best_lr, at the edge if any of the equal means is
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    rates = [rate for rate in means if means[rate] >= max(means.values()) - 1e-12]
    return min(rates), min(results) in rates or max(results) in rates


# mistake: best_lr, the rate alone
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    return min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)


# mistake: best_lr, the mean for the rate
def best_lr(results):
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return means[rate], rate in (min(results), max(results))


# mistake: best_lr, sorts the lists of others
def best_lr(results):
    for runs in results.values():
        runs.sort()
    means = {rate: np.mean(results[rate]) for rate in results}
    rate = min(rate for rate in means if means[rate] >= max(means.values()) - 1e-12)
    return rate, rate in (min(results), max(results))


# mistake: best_lr, writes the means into the dictionary
def best_lr(results):
    for rate in results:
        results[rate] = np.mean(results[rate])
    rate = min(rate for rate in results if results[rate] >= max(results.values()) - 1e-12)
    return rate, rate in (min(results), max(results))


# right: best_lr, with sorted arrays
def best_lr(results):
    rates = np.array(sorted(results))
    means = np.array([np.mean(results[rate]) for rate in rates])
    i = np.flatnonzero(means.max() - means <= 1e-12)[0]
    return rates[i], i == 0 or i == len(rates) - 1


# right: best_lr, in plain Python
def best_lr(results):
    highest, best = float("-inf"), None
    for runs in results.values():
        highest = max(highest, sum(runs) / len(runs))
    for rate, runs in results.items():
        if highest - sum(runs) / len(runs) <= 1e-12 and (best is None or rate < best):
            best = rate
    lower = [rate for rate in results if rate < best]
    higher = [rate for rate in results if rate > best]
    return best, not lower or not higher


# right: best_lr, as a list
def best_lr(results):
    means = sorted((rate, float(np.mean(runs))) for rate, runs in results.items())
    top = max(mean for _, mean in means)
    rate = next(rate for rate, mean in means if mean + 1e-12 >= top)
    return [rate, bool(rate == means[0][0] or rate == means[-1][0])]


# mistake: seeds_needed, the normal distribution
def seeds_needed(standard_deviation, difference, confidence):
    z = stats.norm.ppf((1 + confidence) / 2)
    return max(2, int(np.ceil((z * standard_deviation / difference) ** 2)))


# mistake: seeds_needed, 1.96
def seeds_needed(standard_deviation, difference, confidence):
    return max(2, int(np.ceil((1.96 * standard_deviation / difference) ** 2)))


# mistake: seeds_needed, the normal distribution with one more
def seeds_needed(standard_deviation, difference, confidence):
    z = stats.norm.ppf((1 + confidence) / 2)
    return max(2, int(np.ceil((z * standard_deviation / difference) ** 2)) + 1)


# mistake: seeds_needed, n degrees of freedom
def seeds_needed(standard_deviation, difference, confidence):
    n = 2
    while stats.t.ppf((1 + confidence) / 2, n) * standard_deviation / np.sqrt(n) > abs(difference):
        n += 1
    return n


# mistake: seeds_needed, the root of n - 1
def seeds_needed(standard_deviation, difference, confidence):
    n = 2
    while stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / np.sqrt(n - 1) > abs(difference):
        n += 1
    return n


# mistake: seeds_needed, one-sided
def seeds_needed(standard_deviation, difference, confidence):
    n = 2
    while stats.t.ppf(confidence, n - 1) * standard_deviation / np.sqrt(n) > abs(difference):
        n += 1
    return n


# mistake: seeds_needed, the whole width
def seeds_needed(standard_deviation, difference, confidence):
    n = 2
    while 2 * stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / np.sqrt(n) > abs(difference):
        n += 1
    return n


# mistake: seeds_needed, without the root
def seeds_needed(standard_deviation, difference, confidence):
    n = 2
    while stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / n > abs(difference):
        n += 1
    return n


# mistake: seeds_needed, a negative difference is never reached
def seeds_needed(standard_deviation, difference, confidence):
    for n in range(2, 200):
        if stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / np.sqrt(n) <= difference:
            return n


# mistake: seeds_needed, a negative difference is reached at once
def seeds_needed(standard_deviation, difference, confidence):
    n = 2
    while stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / np.sqrt(n) / difference > 1:
        n += 1
    return n


# mistake: seeds_needed, the last n that is not enough
def seeds_needed(standard_deviation, difference, confidence):
    n = 2
    while stats.t.ppf((1 + confidence) / 2, n) * standard_deviation / np.sqrt(n + 1) > abs(difference):
        n += 1
    return n


# mistake: seeds_needed, one too many
def seeds_needed(standard_deviation, difference, confidence):
    n, half = 2, np.inf
    while half > abs(difference):
        half = stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / np.sqrt(n)
        n += 1
    return n


# mistake: seeds_needed, starts at three
def seeds_needed(standard_deviation, difference, confidence):
    n = 3
    while stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / np.sqrt(n) > abs(difference):
        n += 1
    return n


# mistake: seeds_needed, one seed may be enough
def seeds_needed(standard_deviation, difference, confidence):
    n = 1
    while stats.t.ppf((1 + confidence) / 2, max(n - 1, 1)) * standard_deviation / np.sqrt(n) > abs(difference):
        n += 1
    return n


# mistake: seeds_needed, gives up at a thousand
def seeds_needed(standard_deviation, difference, confidence):
    for n in range(2, 1000):
        if stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / np.sqrt(n) <= abs(difference):
            return n
    return 1000


# mistake: seeds_needed, the normal distribution from thirty on
def seeds_needed(standard_deviation, difference, confidence):
    n, share = 2, (1 + confidence) / 2
    while True:
        quantile = stats.t.ppf(share, n - 1) if n < 30 else stats.norm.ppf(share)
        if quantile * standard_deviation / np.sqrt(n) <= abs(difference):
            return n
        n += 1


# mistake: seeds_needed, the quantile is not found anew for every n
def seeds_needed(standard_deviation, difference, confidence):
    share, s = (1 + confidence) / 2, standard_deviation / abs(difference)
    n = max(2, np.ceil((stats.norm.ppf(share) * s) ** 2))
    return max(2, int(np.ceil((stats.t.ppf(share, n - 1) * s) ** 2)))


# mistake: seeds_needed, always 95 percent
def seeds_needed(standard_deviation, difference, confidence):
    n = 2
    while stats.t.ppf(0.975, n - 1) * standard_deviation / np.sqrt(n) > abs(difference):
        n += 1
    return n


# mistake: seeds_needed, doubles n until it is enough
def seeds_needed(standard_deviation, difference, confidence):
    n = 2
    while stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / np.sqrt(n) > abs(difference):
        n *= 2
    return n


# right: seeds_needed, all n at once
def seeds_needed(standard_deviation, difference, confidence):
    n = np.arange(2, 5001)
    half = stats.t.ppf((1 + confidence) / 2, n - 1) * standard_deviation / np.sqrt(n)
    return n[half <= abs(difference)][0]


# right: seeds_needed, by bisection
def seeds_needed(standard_deviation, difference, confidence):
    def enough(n):
        return stats.t.isf((1 - confidence) / 2, n - 1) * standard_deviation <= abs(difference) * n**0.5

    low, high = 1, 2
    while not enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


# right: seeds_needed, from the normal distribution upwards
def seeds_needed(standard_deviation, difference, confidence):
    share, s = (1 + confidence) / 2, standard_deviation / abs(difference)
    n = max(2, int((stats.norm.ppf(share) * s) ** 2))
    while (stats.t.ppf(share, n - 1) * s) ** 2 > n:
        n += 1
    return n


# mistake: confirmed, all rows
confirmed = 34

# mistake: confirmed, none
confirmed = 0

# mistake: confirmed, the share of the rows
confirmed = 5 / 34

# mistake: confirmed, a text
confirmed = "5"

# mistake: confirmed, a list
confirmed = [5]

# right: confirmed, as a float
confirmed = 5.0

# right: confirmed, counted in a list of verdicts
confirmed = (5 * ["confirmed"] + 29 * ["another"]).count("confirmed")
