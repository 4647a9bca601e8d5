"""The first steps of Adam: the figure's numbers against the library's, and its manners on the page."""

import json

import numpy as np
import pytest
import traitlets
from figure import Figure, either_scheme, engine, same_bits, value

from lectopt import Optimizer, adam
from lectopt.demos import Demo


@pytest.fixture(scope="module")
def js():
    return engine("adam_start")


def numbers(js, code):
    return np.array(js.eval(f"bits({code})").split(), dtype=np.uint32).view(np.float64)


def state(**traits):
    start = {"beta1": 0.9, "beta2": 0.999, "correct_m": False, "correct_v": False, "noise": 0, "seed": 0}
    return json.dumps(start | traits)


def course(js, **traits):
    """The gradients, and m, root v and the step's length as the figure has them, 200 of each."""
    js.eval(f"var g = gradientsOf({state(**traits)}), steps = course({state(**traits)}, g)")
    return [numbers(js, code) for code in ("g", *(f"steps.map((s) => s.{k})" for k in ("mean", "root", "length")))]


def gradients(noise, seed):
    """Park and Miller's generator in whole numbers; twelve numbers make one."""
    s, drawn = 12345 + 7919 * seed, []
    for _ in range(12 * 201):
        s = s * 16807 % 2147483647
        drawn.append(s / 2147483647)
    result = []
    for i in range(12, len(drawn), 12):
        total = 0.0
        for x in drawn[i : i + 12]:
            total += x
        result.append(1 + noise * (total - 6))
    return np.array(result)


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize(("noise", "seed"), [(0.0, 0), (1.0, 0), (0.3, 7), (3.0, 99)])
def test_gradients_are_the_same_bits_in_python(js, noise, seed):
    assert same_bits(course(js, noise=noise, seed=seed)[0], gradients(noise, seed))


def test_gradients_have_mean_one_and_the_noise_that_is_said(js):
    g = np.concatenate([course(js, noise=1.0, seed=seed)[0] for seed in range(100)])
    assert abs(g.mean() - 1) < 4 / np.sqrt(g.size) and g.std() == pytest.approx(1, rel=0.03)


BETAS = [(0.9, 0.999), (0.9, 0.9), (0.5, 0.99), (0.0, 0.9), (0.99, 0.0), (0.0, 0.0)]


@pytest.mark.parametrize("betas", BETAS)
@pytest.mark.parametrize("noise", [0.0, 1.5])
def test_with_both_corrections_it_is_the_librarys_adam(js, betas, noise):
    beta1, beta2 = betas
    g, mean, root, length = course(js, beta1=beta1, beta2=beta2, correct_m=True, correct_v=True, noise=noise, seed=3)
    opt, w, moves, states = Optimizer(adam, 1.0, beta1=beta1, beta2=beta2), np.zeros(1), [], []
    for one in g:
        before = w.copy()
        opt.step(w, np.array([one]))
        moves.append(abs(before - w)[0])
        states.append([s[0] for s in opt.state])
    t = np.arange(1, 201)
    m, v = np.array(states).T
    assert np.allclose(length, moves, rtol=1e-11, atol=1e-13)  # w adds up, so its differences round
    assert np.allclose(mean, m / (1 - beta1**t), rtol=1e-12, atol=1e-15)
    assert np.allclose(root, np.sqrt(v / (1 - beta2**t)), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("betas", BETAS)
def test_the_switches_divide_by_one_minus_beta_to_the_t(js, betas):
    beta1, beta2 = betas
    t = np.arange(1, 201)
    both = course(js, beta1=beta1, beta2=beta2, correct_m=True, correct_v=True, noise=1.0)
    for m in (False, True):
        for v in (False, True):
            _, mean, root, length = course(js, beta1=beta1, beta2=beta2, correct_m=m, correct_v=v, noise=1.0)
            assert np.allclose(mean, both[1] * (1 if m else 1 - beta1**t), rtol=1e-12)
            assert np.allclose(root, both[2] * (1 if v else np.sqrt(1 - beta2**t)), rtol=1e-12)
            assert np.allclose(length, abs(mean) / (root + 1e-8), rtol=1e-12)


def test_theory_is_the_uncorrected_course_under_a_constant_gradient(js):
    for beta1, beta2 in BETAS:
        length = course(js, beta1=beta1, beta2=beta2)[3]
        theory = numbers(js, f"steps.map(({{ t }}) => theory({state(beta1=beta1, beta2=beta2)}, t))")
        assert np.allclose(length, theory, rtol=1e-6)


def test_outcome_in_words(js):
    def words(**traits):
        return value(js, f"outcome(course({state(**traits)}, gradientsOf({state(**traits)})))")

    assert words() == "The longest step is 6.57 η, at t = 12. The first is 3.16 η long, the last (t = 200) 2.35 η."
    assert words(correct_m=True).startswith("The longest step is 31.6 η, at t = 1.")
    assert words(correct_v=True) == "No step is longer than η. The first is 0.1 η long, the last (t = 200) 1 η."
    assert words(correct_m=True, correct_v=True).startswith("No step is longer than η. The first is 1 η")
    assert words(beta2=0.9).startswith("No step is longer than η. The first is 0.316 η")


def test_no_step_is_too_long_if_beta2_is_not_above_beta1(js):
    for beta1, beta2 in [(0.9, 0.9), (0.9, 0.5), (0.99, 0.95), (0.5, 0.5)]:
        assert course(js, beta1=beta1, beta2=beta2)[3].max() <= 1
    for beta1, beta2 in [(0.9, 0.92), (0.5, 0.6)]:
        assert course(js, beta1=beta1, beta2=beta2)[3].max() > 1.0001


# ---------------------------------------------------------------- the widget in Python


@pytest.mark.parametrize(
    ("trait", "wrong", "message"),
    [
        ("beta1", 1.0, "beta1 must be a number from 0 to 0.999, got 1.0"),
        ("beta2", 1.0, "beta2 must be a number from 0 to 0.9999, got 1.0"),
        ("correct_m", 1, "correct_m must be True or False, got 1"),
        ("noise", -0.1, "noise must be a number from 0 to 3, got -0.1"),
        ("seed", 0.5, "seed must be a whole number from 0 to 99, got 0.5"),
    ],
)
def test_values_out_of_range_are_refused(trait, wrong, message):
    with pytest.raises(traitlets.TraitError, match=message):
        Demo("adam_start", **{trait: wrong})


# ---------------------------------------------------------------- on the page

PAGE = "chapters/05-adaptive.html"


@pytest.fixture
def start(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "adam_start")


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(start, scheme):
    figure = start(scheme=scheme)
    assert (figure["beta1"], figure["beta2"], figure["noise"], figure["corrected"]) == (0.9, 0.999, 0, [0, 0])
    assert (figure["longest"], figure["at"], figure["first"]) == (6.57, 12, 3.16)
    assert figure.outcome().startswith("The longest step is 6.57 η, at t = 12.")


@pytest.mark.browser
def test_sliders_move_by_mouse_and_keyboard(start):
    figure = start()
    before, slider = figure.drawing(), figure.slider("beta2")
    slider.focus()
    figure.page.keyboard.press("ArrowLeft")
    assert figure["beta2"] == 0.9989 and figure.drawing() != before
    assert slider.get_attribute("aria-valuetext") == "0.9989"
    figure.page.keyboard.press("Home")
    assert figure["beta2"] == 0 and figure["longest"] == 1
    box = slider.bounding_box()
    figure.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    assert 0.98 < figure["beta2"] < 0.995
    figure.slider("noise").focus()
    figure.page.keyboard.press("End")
    assert figure["noise"] == 3


@pytest.mark.browser
def test_switches_and_buttons(start):
    figure = start()
    figure.root.get_by_role("checkbox", name="correct v").check()
    assert figure["corrected"] == [0, 1] and figure["first"] == pytest.approx(0.1)
    figure.press("Correct both")
    assert figure["corrected"] == [1, 1] and figure["longest"] == 1
    figure.press("Break it")
    assert figure["corrected"] == [1, 0] and (figure["longest"], figure["at"]) == (31.6, 1)
    figure.press("Other noise")
    assert (figure["noise"], figure["seed"]) == (1, 1)
    drawn = figure.drawing()
    figure.press("Other noise")
    assert figure["seed"] == 2 and figure.drawing() != drawn
    figure.press("Reset")
    assert (figure["noise"], figure["seed"], figure["corrected"]) == (0, 0, [0, 0])


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name(start):
    figure = start()
    for name in ("β₁ (of m)", "β₂ (of v)", "noise of g"):
        assert figure.root.get_by_role("slider", name=name).count() == 1
    for name in ("correct m", "correct v"):
        assert figure.root.get_by_role("checkbox", name=name).count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.long
def test_a_phone_shows_everything(start, theme):
    figure = start(width=360, height=740, touch=True, theme=theme)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, input[type=range], .switch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32
    figure.root.get_by_role("checkbox", name="correct m").tap()
    assert figure["corrected"] == [1, 0]


@pytest.mark.browser
@pytest.mark.long
def test_the_outcome_is_told_once_after_a_pause(start):
    figure = start()
    region = figure.root.get_by_role("status")
    assert region.inner_text() == "", "nothing is told before something has happened"
    figure.press("Break it")
    assert region.inner_text() == ""
    figure.page.wait_for_timeout(1100)
    assert region.inner_text() == figure.outcome()
