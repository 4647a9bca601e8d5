# Answers that people really give to exercise 6. Each part replaces one answer cell.


# mistake: cosine_restarts, the floor is reached at the end of a cycle
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * s / max(length - 1, 1))) / 2)

    return schedule


# mistake: cosine_restarts, s counts from 1
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * (s + 1) / length)) / 2)

    return schedule


# mistake: cosine_restarts, the peak one step late
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = (t - 1) % first + 1 if t else 0, first
        else:
            s, length = t, first
            while s > length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * s / length)) / 2)

    return schedule


# mistake: cosine_restarts, all cycles are equally long
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor >= 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * s / length)) / 2)

    return schedule


# mistake: cosine_restarts, each cycle is longer by the first
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length += first * (factor - 1)
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * s / length)) / 2)

    return schedule


# mistake: cosine_restarts, the cycles grow by factor steps
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length += factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * s / length)) / 2)

    return schedule


# mistake: cosine_restarts, the next cycle begins at first times factor, not after it
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= 0
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * min(s / length, 1))) / 2)

    return schedule


# mistake: cosine_restarts, s is counted within the first cycle only
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * s / first)) / 2)

    return schedule


# mistake: cosine_restarts, a whole wave, down and up
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(2 * np.pi * s / length)) / 2)

    return schedule


# mistake: cosine_restarts, degrees for radians
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(180 * s / length)) / 2)

    return schedule


# mistake: cosine_restarts, no half
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * s / length)))

    return schedule


# mistake: cosine_restarts, a straight line
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 - s / length))

    return schedule


# mistake: cosine_restarts, the floor is added to the whole peak
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + peak * (1 + np.cos(np.pi * s / length)) / 2)

    return schedule


# mistake: cosine_restarts, the floor is a lower bound
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(max(floor, peak * (1 + np.cos(np.pi * s / length)) / 2))

    return schedule


# mistake: cosine_restarts, no floor
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(peak * (1 + np.cos(np.pi * s / length)) / 2)

    return schedule


# mistake: cosine_restarts, integer division
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * (s // length))) / 2)

    return schedule


# mistake: cosine_restarts, one cosine without restarts
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            s, length = t, first
            while s >= length:
                s -= length
                length *= factor
        return float(floor + (peak - floor) * (1 + np.cos(np.pi * min(t / first, 1))) / 2)

    return schedule


# mistake: cosine_restarts, the peak shrinks from cycle to cycle
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        s, length, high = t, first, peak
        while s >= length:
            s, length, high = s - length, length * factor, floor + (high - floor) / 2
        return floor + (high - floor) * (1 + np.cos(np.pi * s / length)) / 2

    return schedule


# mistake: cosine_restarts, it remembers where the cycle began
def cosine_restarts(peak, floor, first, factor):
    start, length = 0, first

    def schedule(t):
        nonlocal start, length
        while t - start >= length:
            start, length = start + length, length * factor
        return floor + (peak - floor) * (1 + np.cos(np.pi * (t - start) / length)) / 2

    return schedule


# mistake: cosine_restarts, it counts its calls
def cosine_restarts(peak, floor, first, factor):
    s, length = -1, first

    def schedule(t):
        nonlocal s, length
        s += 1
        if s == length:
            s, length = 0, length * factor
        return floor + (peak - floor) * (1 + np.cos(np.pi * s / length)) / 2

    return schedule


# mistake: cosine_restarts, a list of rates is kept and it ends
def cosine_restarts(peak, floor, first, factor):
    rates, length = [], first
    while len(rates) < 1000:
        s = np.arange(length)
        rates += (floor + (peak - floor) * (1 + np.cos(np.pi * s / length)) / 2).tolist()
        length *= factor
    return lambda t: rates[t]


# mistake: cosine_restarts, a logarithm finds the cycle, and misses at boundaries
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if factor == 1:
            s, length = t % first, first
        else:
            cycle = int(np.log(t * (factor - 1) / first + 1) / np.log(factor))
            s = t - first * (factor**cycle - 1) // (factor - 1)
            length = first * factor**cycle
        return floor + (peak - floor) * (1 + np.cos(np.pi * s / length)) / 2

    return schedule


# mistake: cosine_restarts, the sum of a geometric series at factor 1
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        cycle = 0
        while t >= first * (factor ** (cycle + 1) - 1) // (factor - 1):
            cycle += 1
        s = t - first * (factor**cycle - 1) // (factor - 1)
        return floor + (peak - floor) * (1 + np.cos(np.pi * s / (first * factor**cycle))) / 2

    return schedule


# mistake: cosine_restarts, returns the rate, not a function
def cosine_restarts(peak, floor, first, factor):
    return floor + (peak - floor) * (1 + np.cos(np.pi / first)) / 2


# mistake: cosine_restarts, two schedules share one memory
COSINE = {}


def cosine_restarts(peak, floor, first, factor):
    COSINE.update(peak=peak, floor=floor, first=first, factor=factor)

    def schedule(t):
        length, peak, floor = COSINE["first"], COSINE["peak"], COSINE["floor"]
        if COSINE["factor"] == 1:
            t %= length
        while t >= length:
            t, length = t - length, length * COSINE["factor"]
        return floor + (peak - floor) * (1 + np.cos(np.pi * t / length)) / 2

    return schedule


# right: cosine_restarts, with the library's cosine_decay
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        start, length = 0, first
        if factor == 1:
            start = t - t % first
        while t >= start + length:
            start, length = start + length, length * factor
        return cosine_decay(peak, total=length, floor=floor)(t - start)

    return schedule


# right: cosine_restarts, every cycle in turn, also at factor 1
def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        length = first
        while t >= length:
            t, length = t - length, length * factor
        top, bottom = np.cos(np.pi * t / length) + 1, 2
        return peak * top / bottom + floor * (1 - top / bottom)

    return schedule


# right: cosine_restarts, the sum of a geometric series in whole numbers
def cosine_restarts(peak, floor, first, factor):
    def begin(cycle):
        return first * (cycle if factor == 1 else (factor**cycle - 1) // (factor - 1))

    def schedule(t):
        cycle = t // first if factor == 1 else 0
        while t >= begin(cycle + 1):
            cycle += 1
        s, length = t - begin(cycle), first * factor**cycle
        return floor + (peak - floor) * np.cos(np.pi / 2 * s / length) ** 2

    return schedule


# right: cosine_restarts, a call of its own for what is left
import math


def cosine_restarts(peak, floor, first, factor):
    def schedule(t):
        if t < first:
            return (peak + floor) / 2 + (peak - floor) / 2 * math.cos(math.pi * t / first)
        if factor == 1:
            return schedule(t % first)
        return cosine_restarts(peak, floor, first * factor, factor)(t - first)

    return schedule


# mistake: one_cycle, the first step has the rate of the floor
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = t / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, the decay begins one step late
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, both pieces count from 0
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = t / warm
        else:
            done = min((t - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, the decay is as long as the training
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / total, 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, the decay does not begin at its own start
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1) / total, 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, the floor a step early
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / max(total - warm - 1, 1), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, int for round
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, int(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, rounded up
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, int(np.ceil(warmup_share * total)))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, not rounded
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, warmup_share * total)

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, a share of 0 is not thought of
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = round(warmup_share * total)

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, the share is taken for a number of steps
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, after the end it rises again
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = (t + 1 - warm) / (total - warm)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, after the end it starts anew
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        t %= total
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, after the end it is 0
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share) if t < total else 0.0

    return schedule


# mistake: one_cycle, the rise starts from 0
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return peak * share if t < warm else float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, the floor is added to the whole peak
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + peak * share)

    return schedule


# mistake: one_cycle, no floor
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(peak * share)

    return schedule


# mistake: one_cycle, the floor is a lower bound
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(max(floor, peak * share))

    return schedule


# mistake: one_cycle, a straight line down
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = 1 - done
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, a cosine up, too
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (1 - np.cos(np.pi * (t + 1) / warm)) / 2
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, a whole wave
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(2 * np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, integer division
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t < warm:
            share = (t + 1) // warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, the wrong way round: down, then up
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))

    def schedule(t):
        if t >= warm:
            share = (t + 1) / warm
        else:
            done = min((t + 1 - warm) / (total - warm), 1)
            share = (1 + np.cos(np.pi * done)) / 2
        return float(floor + (peak - floor) * share)

    return schedule


# mistake: one_cycle, the library's schedules put together
def one_cycle(peak, total, warmup_share, floor=0.0):
    from lectopt import warmup

    warm = max(1, round(warmup_share * total))
    down = cosine_decay(peak - floor, total=total - warm)
    rise = warmup(constant(peak - floor), warm)
    return lambda t: floor + (rise(t) if t < warm else down(t + 1 - warm))


# mistake: one_cycle, the library's schedules, made before they are taken away
ONCE = [cosine_decay]


def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))
    down = ONCE[0](peak - floor, total=total - warm)
    return lambda t: floor + ((peak - floor) * (t + 1) / warm if t < warm else down(t + 1 - warm))


# mistake: one_cycle, the library's warm-up in front of its cosine
def one_cycle(peak, total, warmup_share, floor=0.0):
    from lectopt import warmup

    warm = max(1, round(warmup_share * total))
    return warmup(cosine_decay(peak, total=total - warm, floor=floor), warm)


# mistake: one_cycle, it counts its calls
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm, t = max(1, round(warmup_share * total)), -1

    def schedule(_):
        nonlocal t
        t += 1
        done = min((t + 1 - warm) / (total - warm), 1)
        share = (t + 1) / warm if t < warm else (1 + np.cos(np.pi * done)) / 2
        return floor + (peak - floor) * share

    return schedule


# mistake: one_cycle, a list of rates that ends with the training
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))
    up = np.arange(1, warm + 1) / warm
    down = (1 + np.cos(np.pi * np.arange(1, total - warm + 1) / (total - warm))) / 2
    rates = floor + (peak - floor) * np.append(up, down)
    return lambda t: rates[t]


# right: one_cycle, a list of rates, the last of which stays
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = max(1, round(warmup_share * total))
    up = np.arange(1, warm + 1) / warm
    down = (1 + np.cos(np.pi * np.arange(1, total - warm + 1) / (total - warm))) / 2
    rates = floor + (peak - floor) * np.append(up, down)
    return lambda t: rates[min(t, total - 1)]


# right: one_cycle, three cases, with the math module
def one_cycle(peak, total, warmup_share, floor=0.0):
    import math

    warm = max(round(total * warmup_share), 1)

    def schedule(t):
        if t >= total:
            return floor
        if t <= warm - 1:
            return floor + (peak - floor) / warm * (t + 1)
        angle = (t - (warm - 1)) / (total - warm) * math.pi
        return (peak + floor) / 2 + (peak - floor) / 2 * math.cos(angle)

    return schedule


# right: one_cycle, the square of a cosine, and arrays too
def one_cycle(peak, total, warmup_share, floor=0.0):
    warm = int(np.maximum(1, np.rint(warmup_share * total)))

    def schedule(t):
        up = np.minimum((np.asarray(t) + 1) / warm, 1)
        done = np.clip((np.asarray(t) + 1 - warm) / (total - warm), 0, 1)
        return floor + (peak - floor) * up * np.cos(np.pi / 2 * done) ** 2

    return schedule


# mistake: reduce_on_plateau, the epoch that was too many has the lower rate already
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
        rates[i] = lr
    return rates


# mistake: reduce_on_plateau, one epoch too patient
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait > patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, one epoch too impatient
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait and wait >= patience - 1:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, wait starts at 1 after an improvement
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 1
        else:
            wait += 1
        if wait >= patience and best < loss:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, wait goes on after a reduction
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait >= patience:
            lr *= factor
    return rates


# mistake: reduce_on_plateau, wait goes on after a reduction, so there is only one
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr *= factor
    return rates


# mistake: reduce_on_plateau, an improvement does not set wait to 0
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best = loss
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, the best is forgotten at a reduction
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait, best = lr * factor, 0, np.inf
    return rates


# mistake: reduce_on_plateau, the best becomes the present loss at a reduction
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait, best = lr * factor, 0, loss
    return rates


# mistake: reduce_on_plateau, the last loss for the best
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            best = loss
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, the best follows every smaller loss
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            best = min(best, loss)
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, an equal loss counts as an improvement
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss <= best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, min_delta is ignored
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, min_delta makes it easier
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best + min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, min_delta is a share of the best
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best * (1 - min_delta) if i else np.inf:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, patience counts epochs that fail in a row, wherever they stood
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += loss >= best
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, the rate is divided
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr / factor, 0
    return rates


# mistake: reduce_on_plateau, the factor is taken away
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * (1 - factor), 0
    return rates


# mistake: reduce_on_plateau, an array of integers
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.full(len(losses), lr), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, an array like the losses
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty_like(losses), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, the final rate only
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return lr


# mistake: reduce_on_plateau, one rate more than epochs
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return np.append(rates, lr)


# mistake: reduce_on_plateau, rates of the epochs after
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return np.append(rates[1:], lr)


# mistake: reduce_on_plateau, the first epoch does not count as an improvement
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), losses[0], 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, the best starts at 0
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), 0.0, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, it waits after a reduction before it counts again
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if wait == patience:
            lr, wait = lr * factor, -1
    return rates


# mistake: reduce_on_plateau, every patience-th epoch, whatever the losses
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = np.empty(len(losses)), np.inf, 0
    for i, loss in enumerate(losses):
        rates[i] = lr
        if loss < best - min_delta:
            best, wait = loss, 0
        else:
            wait += 1
        if i and i % patience == 0:
            lr, wait = lr * factor, 0
    return rates


# mistake: reduce_on_plateau, the losses are smoothed in place
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    losses = np.asarray(losses)
    rates, wait = np.full(len(losses), float(lr)), 0
    for i in range(1, len(losses)):
        rates[i] = rates[i - 1]
        better = losses[i] < losses[i - 1] - min_delta
        losses[i] = min(losses[i], losses[i - 1]) if not better else losses[i]
        wait = 0 if better else wait + 1
        if wait == patience and i + 1 < len(losses):
            rates[i] *= factor
            wait = 0
    return rates


# right: reduce_on_plateau, a list of floats
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates, best, wait = [float(lr)], float("inf"), 0
    for loss in losses[:-1]:
        wait += 1
        if best - loss > min_delta:
            best, wait = float(loss), 0
        if wait >= patience:
            wait = 0
            rates.append(rates[-1] * factor)
        else:
            rates.append(rates[-1])
    return rates


# right: reduce_on_plateau, reductions are counted
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    cuts, epochs = 0, []
    best, since = np.inf, -1
    for i, loss in enumerate(np.asarray(losses, dtype=float)):
        epochs.append(cuts)
        if loss < best - min_delta:
            best, since = loss, i
        elif i - since >= patience:
            cuts, since = cuts + 1, i
    return lr * float(factor) ** np.array(epochs)


# right: reduce_on_plateau, the whole remainder is multiplied
def reduce_on_plateau(losses, lr, patience, factor, min_delta):
    rates = np.full(len(losses), lr, dtype=float)
    best, wait = None, 0
    for i in range(len(losses)):
        if best is None or losses[i] + min_delta < best:
            best, wait = losses[i], 0
            continue
        wait += 1
        if wait == patience:
            rates[i + 1 :] *= factor
            wait = 0
    return rates


# mistake: travel, the integral for the sum
travel = 1 / 0.05

# mistake: travel, the sum from t = 1
travel = sum(np.exp(-0.05 * t) for t in range(1, 5000))

# mistake: travel, the chapter's decay
travel = 1 / (1 - np.exp(-0.1))

# mistake: travel, the sum of a hundred steps
travel = sum(np.exp(-0.05 * t) for t in range(100))

# mistake: travel, two decimals
travel = 20.5

# mistake: travel, 1 - 0.05 for its exponential
travel = sum(0.95**t for t in range(5000))

# mistake: travel, infinity
travel = np.inf

# mistake: travel, a text
travel = "20.504"

# right: travel, three decimals
travel = 20.504

# right: travel, the sum
travel = np.exp(-0.05 * np.arange(10_000)).sum()

# right: travel, a walk under unit gradients
w, opt = np.zeros(1), Optimizer(sgd, exponential_decay(1.0, rate=0.05))
for _ in range(1000):
    opt.step(w, np.array([-1.0]))
travel = w[0]
