"""What the folded answers below the cells `# explore first` say is what their sliders show."""

import json
import re

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import ROOT

from lectopt import batchnorm_forward, dropout_forward, kl_divergence, squared_error


def sources(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


class Explore:
    """The function behind the sliders of an exercise, its sliders, and the answers below it."""

    def __init__(self, number, monkeypatch):
        (path,) = ROOT.glob(f"solutions/{number}_*.ipynb")
        texts = sources(path)
        at = next(i for i, text in enumerate(texts) if text.startswith("# explore first"))
        self.answers = re.findall(r"^\d\. (.*)$", texts[at + 1], re.MULTILINE)
        monkeypatch.setattr(ipywidgets, "interact", self.keep)
        monkeypatch.setattr(plt, "show", lambda: None)
        monkeypatch.setattr(plt, "hist", lambda *values, **options: None)  # slow; what is read stands beside the bars
        names = {}
        exec(texts[1], names)  # the imports
        exec(texts[at], names)

    def keep(self, **sliders):
        self.sliders = sliders
        return lambda function: setattr(self, "function", function)

    def axes(self, **values):
        """The panels that a student sees at these values, each a value that its slider has."""
        for name, value in values.items():
            assert np.isclose(self.slider(name), value).any(), f"no slider {name} stops at {value}"
        plt.close("all")
        self.function(**values)
        return plt.gcf().axes

    def slider(self, name):
        wanted = self.sliders[name]
        if isinstance(wanted, ipywidgets.FloatSlider):
            wanted = (wanted.min, wanted.max, wanted.step)
        if not isinstance(wanted, tuple):
            return np.array([False, True]) if isinstance(wanted, bool) else np.array(wanted)
        low, high, step = (*wanted, 1)[:3]
        return np.round(low + step * np.arange(round((high - low) / step) + 1), 10)

    def said(self, number, *words):
        """The answer names what was computed, the whole number and no part of another one."""
        text = self.answers[number - 1].replace("-", "−")
        for word in words:
            word = word.replace("-", "−")
            assert re.search(rf"(?<![\d.−]){re.escape(word)}(?!\d|\.\d)", text), f"{word} is not in: {text}"


@pytest.fixture
def explore(request, monkeypatch):
    yield Explore(request.node.name[5:7], monkeypatch)
    plt.close("all")


def curves(panel):
    return {line.get_label(): line.get_xydata().T for line in panel.lines}


def last_word(text):
    return float(text.split()[-1])


@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_below_each_cell_to_play_with_its_three_questions_are_answered(folder):
    for path in sorted(ROOT.glob(f"{folder}/*.ipynb")):
        texts = sources(path)
        at = next(i for i, text in enumerate(texts) if text.startswith("# explore first"))
        assert re.findall(r"^(\d)\. ", texts[at - 1], re.MULTILINE) == ["1", "2", "3"], path
        form = r"<details>\n<summary>What there was to see</summary>\n\n1\. .+\n2\. .+\n3\. .+\n\n</details>"
        assert re.fullmatch(form, texts[at + 1]), path


def bottom_of_the_v(panel, power, right):
    """Of the curve with the branches c / h, at the left, and a h^power: log10 of its best h and error, then c and a."""
    h, error = max(panel.lines, key=lambda line: len(line.get_xdata())).get_xydata().T
    rounding = (h > 1e-13) & (h < 1e-10)
    formula = (h > right / 10) & (h < right)
    c, a = np.median(error[rounding] * h[rounding]), np.median(error[formula] / h[formula] ** power)
    best = (c / (power * a)) ** (1 / (power + 1))
    return np.log10(best), np.log10(c / best + a * best**power), c, a


def test_00_the_best_step_of_a_difference(explore):
    best, error, rounding, off = bottom_of_the_v(explore.axes(log10_h=-5.5, k=1, forward=False)[0], 2, 1e-2)
    explore.said(1, f"10^{{{np.round(2 * best) / 2:.1f}}}", f"10^{{{error:.0f}}}")
    best50, error50, rounding50, off50 = bottom_of_the_v(explore.axes(k=50, forward=False)[0], 2, 1e-3)
    explore.said(2, f"10^{{{np.round(2 * best50) / 2:.1f}}}", f"10^{{{error50:.0f}}}", f"{off50 / off:.0f}")
    assert 0.5 < rounding50 / rounding < 2
    best, error_forward, _, _ = bottom_of_the_v(explore.axes(k=1, forward=True)[0], 1, 1e-2)
    explore.said(3, f"10^{{{best:.0f}}}", f"error there about $10^{{{error_forward:.0f}}}$")
    assert round(error_forward) - round(error) == 3 and explore.answers[2].startswith("Three")


def test_01_the_cloud_of_batch_gradients(explore):
    def width(size, replacement):
        return last_word(explore.axes(batch_size=size, replacement=replacement)[0].get_xlabel())

    two, eight, many = (width(size, True) for size in (2, 8, 32))
    eight_without, many_without = (width(size, False) for size in (8, 32))
    explore.said(1, f"From 2 to 8 to half, from {two:.3f} to {eight:.3f}")
    explore.said(1, f"From 8 to 32 with replacement to half again, {many:.3f}")
    explore.said(1, f"Without replacement from {eight_without:.3f} to {many_without:.3f}, a quarter")
    for found, factor in ((two / eight, 2), (eight / many, 2), (eight_without / many_without, 4)):
        assert abs(found / factor - 1) < 0.05
    sizes = explore.slider("batch_size")
    assert [size for size in sizes if width(size, False) == 0] == [40] == [sizes[-1]]
    explore.said(2, "40", f"{width(40, True):.3f}")
    less = {size: 1 - width(size, False) / width(size, True) for size in (1, 2, 3, 4, 5, 8, 20)}
    assert all(abs(less[size]) < 0.05 for size in range(1, 6)) and less[8] > 0.05
    explore.said(3, f"{100 * less[8]:.0f} %", f"{100 * less[20]:.0f} %")


def test_02_rates_that_run_away(explore):
    def distances(a, lr):
        return explore.axes(a=a, lr=lr)[1].lines[0].get_ydata()

    rates = explore.slider("lr")
    away = [lr for lr in rates if 0.08 < lr < 0.13 and distances(20, lr)[-1] > 3.1]
    explore.said(
        1, f"$2/20 = {2 / 20}$", f"from {away[0]:.3f} on", r"multiplies $w_2$ by $1 - 20\eta$", "At 0.1 itself"
    )
    assert max(rates[rates < away[0]]) == 0.1 and abs(distances(20, 0.1)[-1] - 0.5) < 1e-3
    crossing = []
    for lr in (0.045, 0.05, 0.055, 0.095, 0.1):
        path = explore.axes(a=20, lr=lr)[0].lines[0].get_ydata()
        if (path[1:] * path[:-1] < 0).all() and abs(path[-1]) < 0.01:
            crossing.append(lr)
    explore.said(2, "From {:.3f} to {:.3f}".format(*crossing))
    explore.said(2, r"Above $1/20 = 0.05$ the factor $1 - 20\eta$ is negative")
    explore.said(3, r"At $a = -2$, say, every step multiplies $w_2$ by $1 + 2\eta$", "at $a = -1$ and 0.01")
    for a, lr in ((20, 0.03), (20, 0.11), (-1, 0.005), (-2, 0.005), (-2, 0.4), (-3, 0.4)):
        across = explore.axes(a=a, lr=lr)[0].lines[0].get_ydata()
        assert np.allclose(across[1:], (1 - a * lr) * across[:-1])
    assert (np.diff(distances(-1, 0.01)) < 0).all()


def test_03_a_ball_in_a_bowl(explore):
    def losses(mu, lr):
        return explore.axes(mu=mu, lr=lr)[1].lines[0].get_ydata()

    assert losses(0, 0.066)[-1] < 1 < 19 < losses(0, 0.066)[0] < 1000 < losses(0, 0.068)[-1]
    explore.said(1, "0.066", "0.068", f"{2 / 30:.3f}")
    momenta = explore.slider("mu")
    for lr in (0.068, 0.07):
        least = next(mu for mu in momenta if losses(mu, lr)[-1] < 1)
        explore.said(2, f"{least:.2f} at learning rate {lr}" if lr == 0.068 else f"{least:.2f} at {lr}")
    peaks = [losses(0.95, lr)[-20:].max() for lr in explore.slider("lr") if lr <= 0.0601]
    assert min(peaks) > 0.5 and max(peaks) < 1.2 and len(peaks) == 30
    away = next(lr for lr in explore.slider("lr") if lr > 0.11 and losses(0.95, lr)[-1] > 1000)
    explore.said(3, "From 0.002 to 0.06", "between 0.5 and 1.2", f"From {away:.2f} on")


def test_04_what_the_correction_mends(explore):
    def averages(beta, slope):
        return {name: y for name, (_, y) in curves(explore.axes(beta=beta, slope=slope)[0]).items()}

    seen = averages(0.98, 0.0)
    apart = seen["corrected"] - seen["not corrected"]
    closer = 1 + np.flatnonzero(abs(apart) < 1)
    assert (np.diff(closer) == 1).all()
    explore.said(1, f"{closer[0]}", f"After 50 values it is still {apart[49]:.1f}", f"after 100 it is {apart[99]:.1f}")
    for beta, age in ((0.9, 9), (0.95, 19)):
        seen = averages(beta, 0.5)
        below = (seen["truth"] - seen["corrected"])[100:].mean()
        assert abs(below / 0.5 - age) < 0.5 and round(beta / (1 - beta)) == age
        explore.said(2, f"{age}", f"{below:.1f}")
    seen = averages(0.9, 0.5)
    assert abs(seen["corrected"] - seen["not corrected"])[50:].max() < 0.25


def test_05_adam_in_other_units(explore):
    def seen(units, log_eps, beta2=0.99):
        left, right = explore.axes(units=units, log_eps=log_eps, beta2=beta2)
        return curves(left)["Adam"], {name: y for name, (_, y) in curves(right).items()}

    same, first = seen(0, -8)
    moved = {units: abs(seen(units, -8)[0] - same).max() for units in explore.slider("units")}
    assert all((shift < 0.01) == (units >= -6) for units, shift in moved.items())
    explore.said(1, "From $10^{-6}$ up to $10^3$", f"At $10^{{-7}}$ some move by {moved[-7]:.2f}")
    explore.said(1, f"at $10^{{-9}}$ the path ends at $w_1 = {seen(-9, -8)[0][0, -1]:.1f}")
    assert np.allclose(seen(0, -1)[0], seen(-7, -8)[0], atol=1e-9)
    explore.said(2, "The factor 1 shows the path that $10^{-7}$", "at $10^{-4}$ Adam hardly leaves", "Only from 10 on")
    explore.said(2, f"at 0.1 the path ends at $w_1 = {seen(-1, -1)[0][0, -1]:.2f}")
    assert abs(seen(-4, -1)[0][:, -1] - [-3, 1]).max() < 0.1
    assert [units for units in explore.slider("units") if abs(seen(units, -1)[0] - same).max() < 0.01] == [1, 2, 3]
    explore.said(3, f"{first['RMSProp'][0]:.3f}", f"{first['Adam'][0]:.3f}")
    assert abs(first["RMSProp"][0] / first["Adam"][0] - 10) < 1e-3
    both = seen(0, -8, beta2=0.0)[1]
    assert abs(both["RMSProp"][0] / both["Adam"][0] - 1) < 1e-6
    explore.said(3, f"t = {1 + both['Adam'].argmax()}", f"{both['Adam'].max():.0f}")


def test_06_the_floor_and_the_way(explore):
    def losses(lr, log_k):
        return {name: y for name, (_, y) in curves(explore.axes(lr=lr, log_k=log_k)[1]).items()}

    floors, times = [], []
    for lr in (0.1, 0.05):
        constant = losses(lr, -3.0)["constant"]
        floors.append(constant[1000:].mean())
        times.append(np.argmax(constant < 1.2 * floors[-1]))
    explore.said(1, *(f"{floor:.3f}" for floor in floors), *(f"{time}" for time in times))
    assert abs(floors[0] / floors[1] - 2) < 0.1 and 2 < times[1] / times[0] < 3
    runs = {log_k: losses(0.1, log_k) for log_k in explore.slider("log_k")}
    ends = {log_k: run["exponential"][-1] for log_k, run in runs.items()}
    best, second = sorted(ends, key=ends.get)[:2]
    explore.said(2, f"10^{{{best}}}", f"{ends[best]:.4f}", f"10^{{{second}}}")
    assert 35 < floors[0] / ends[best] < 45 and ends[second] / ends[best] < 1.25
    assert [log_k for log_k in ends if ends[log_k] > floors[0]] == [-1.5, -1.25, -1.0, -0.75, -0.5]
    explore.said(3, f"From $k = 10^{{-1.5}}$ on, where it stops at {ends[-1.5]:.3f}", f"gets to {floors[0]:.3f}")
    explore.said(3, f"at $10^{{-1.25}}$ it stops at {ends[-1.25]:.1f}")
    explore.said(3, f"at $10^{{-0.5}}$ it is late: at {runs[-0.5]['1/t'][-1]:.2f}")
    assert runs[-1.5]["exponential"][1000] / ends[-1.5] - 1 < 1e-6
    assert all(run["1/t"][-1] < 0.8 * run["1/t"][1000] for log_k, run in runs.items() if log_k >= -1.5)


def test_07_where_newton_steps(explore):
    def step(w, damping=0.0):
        panel = explore.axes(w=w, damping=damping)[0]
        model = curves(panel)["its model at w"][1]
        label = next(line.get_label() for line in panel.lines if line.get_label().startswith("step to"))
        return last_word(label), np.diff(model, 2)[0] > 0

    def f(w):
        return (w**2 - 1) ** 2 / 4

    starts = explore.slider("w")
    steps = {round(w, 2): step(w) for w in starts}
    downward = [w for w, (_, upward) in steps.items() if not upward]
    assert min(downward) == -max(downward)
    explore.said(1, f"from ${min(downward)}$ to {max(downward)}", f"{np.sqrt(1 / 3):.3f}")
    nearer = [w for w in downward if abs(steps[w][0]) < abs(w) or w == 0]
    assert steps[0.5][0] == -1
    explore.said(1, f"up to {max(nearer)}", "From 0.5 it flies over the top to $-1$")
    for start, goes in ((0.6, 4.8), (0.55, -4.15)):
        assert abs(steps[start][0] - start - goes) < 0.01
        explore.said(2, f"{abs(goes)}", f"{steps[start][0]:.2f}", f"{3 * start**2 - 1:.2f}")
    damped = {damping: step(0.3, damping)[0] for damping in explore.slider("damping")}
    downhill = [damping for damping, new in damped.items() if new > 0.3]
    lower = [damping for damping, new in damped.items() if f(new) < f(0.3) and damping >= 0.73]
    assert lower == [damping for damping in damped if damping >= lower[0]]
    explore.said(3, f"{downhill[0]}", f"{damped[downhill[0]]:.2f}", f"{lower[0]}", f"{damped[lower[0]]:.2f}")


def test_08_the_slopes_of_two_losses(explore):
    losses = {"L2": squared_error, "KL": kl_divergence}
    logits = explore.slider("z")

    def slopes(target):
        """As the titles show them, for every place of the slider."""
        slope = {name: [loss([z], [target], "sigmoid")[1][0] for z in logits] for name, loss in losses.items()}
        titles = [panel.get_title() for panel in explore.axes(z=logits[-1], target=target)]
        assert titles == [f"{name}: slope {slope[name][-1]:.5f}" for name in losses]
        return np.round([*slope.values()], 5)

    l2, kl = slopes(1.0)
    explore.said(1, f"{kl[0]:.5f}", f"{l2[0]:.5f}")
    steepest = abs(l2).argmax()
    explore.said(2, f"{logits[steepest]}", f"{l2[steepest]:.3f}", f"{l2[logits == -4][0]:.3f}")
    assert (np.diff(abs(l2[: steepest + 1])) > 0).all()
    l2, kl = slopes(0.5)
    assert set(logits[abs(l2) == abs(l2).max()]) == {-1.5, 1.5} and abs(l2[-1]) < 0.001
    explore.said(3, "1.5", f"{l2.max():.3f}", f"{kl[-1]:.4f}")
    assert (np.diff(kl) > 0).all() and abs(kl).max() < 0.5


def test_09_a_sample_among_others(explore):
    batch = np.random.default_rng(0).normal(size=(2, 20_000))
    batch[0] = 1.5
    y = batchnorm_forward(batch, np.ones(20_000), np.zeros(20_000))[0][0]
    assert (abs(y) < 1).all() and (abs(y) > 0.99).mean() > 0.98
    explore.said(1, f"{100 * np.mean(y > 0):.0f} of 100")
    left = explore.axes(batch_size=2, unbiased=False)[0]
    seen = [bar.get_x() + bar.get_width() / 2 for bar in left.patches if bar.get_height() > 500]
    assert np.allclose(np.abs(seen), 1, atol=0.05)

    def titles(size, unbiased):
        return [panel.get_title() for panel in explore.axes(batch_size=size, unbiased=unbiased)]

    sizes, shares = explore.slider("batch_size"), {}
    for size in sizes:
        (between, plain), (_, corrected) = titles(size, False), titles(size, True)
        shares[size] = int(re.search(r"(\d+)%", between)[1])
        (variance, _), (right, deviation) = (re.findall(r"\d\.\d\d", title) for title in (plain, corrected))
        assert abs(float(right) - 1) < 0.021 and float(deviation) < 1
        if size <= 4:
            explore.said(3, f"{variance} at {size}", f"{deviation} at {size}")
    assert [size for size in sizes if shares[size] >= 95] == [32, 64]
    explore.said(2, "32", f"{shares[32]} %", f"{shares[16]} %")


def test_10_dropout_before_a_relu(explore):
    def means(p, shift):
        """Without dropout, with it, and after the ReLU."""
        return [last_word(line.get_label()) for line in explore.axes(p=p, shift=shift)[0].lines]

    without, mean, after = means(0.5, 0.0)
    assert without == 0
    explore.said(1, f"{mean:.2f}", f"{after:.2f}")
    shares = {p: means(p, 0.0) for p in explore.slider("p")}
    assert max(abs(mean) for _, mean, _ in shares.values()) == 0.04
    assert (np.diff([after for _, _, after in shares.values()]) > 0).all()
    explore.said(2, "0.04", f"{shares[0.1][2]:.2f} at $p = 0.1$ to {shares[0.9][2]:.2f} at 0.9")
    differences = {shift: np.diff(means(0.5, shift)[1:])[0] for shift in explore.slider("shift")}
    none = [shift for shift in differences if abs(differences[shift]) < 1e-9]
    assert none == [shift for shift in differences if shift >= none[0]]
    explore.said(
        3, f"{differences[0.0]:.2f} without a shift, {differences[0.2]:.2f} at shift 0.2, and 0 from {none[0]} on"
    )
    x = np.tile(np.repeat([0.5, -0.5], 4) + 0.5, (20_000, 1))
    assert x.min() == 0 and dropout_forward(x, 0.5, np.random.default_rng(0))[0].min() == 0


def test_11_seeds_that_are_shared(explore):
    def wrong(seeds, shared, same):
        title = explore.axes(seeds=seeds, shared=shared, same_seeds=same)[0].get_title()
        return int(title.split()[0])

    counts = explore.slider("seeds")
    same, other = ([wrong(seeds, 0.8, tick) for seeds in counts] for tick in (True, False))
    firsts, for_good = [], []
    for found in (same, other):
        few = np.array(found) < 10
        firsts.append(counts[few.argmax()])
        for_good.append(counts[np.flatnonzero(~few)[-1] + 1])
    explore.said(1, f"{same[0]} of the 200", f"from {for_good[0]} on")
    explore.said(1, f"With {firsts[0]} seeds it is {same[firsts[0] - 1]}")
    (again,) = (seeds for seeds in counts[firsts[0] :] if same[seeds - 1] >= 10)
    explore.said(1, f"{again} seeds have {same[again - 1]} once more")
    explore.said(2, f"with {firsts[1]} seeds it is {other[firsts[1] - 1]}", f"from {for_good[1]} on")
    assert 3 < firsts[1] / firsts[0] < 4 and 3 < for_good[1] / for_good[0] < 4
    for seeds in (1, 5, 17, 40):
        assert wrong(seeds, 0.0, True) == wrong(seeds, 0.0, False)
    explore.said(3, f"{wrong(1, 0.0, False)} with one seed", f"{wrong(17, 0.0, False)} with 17")
