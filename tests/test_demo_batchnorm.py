"""The figure of chapter 9: what it normalizes is the library's, and its manners on the page."""

import json

import numpy as np
import pytest
import traitlets
from figure import Figure, engine, value

from lectopt import RunningStatistics, batchnorm_forward
from lectopt.demos import Demo

PAGE = "chapters/09-batchnorm.html"
START = {
    "batch": 8,
    "neighbor": 4.0,
    "shift": 0.0,
    "scale": 1.0,
    "gamma": 1.0,
    "beta": 0.0,
    "test": False,
    "running_mean": 2.0,
    "running_var": 4.0,
}


@pytest.fixture(scope="module")
def js():
    return engine("batchnorm")


def facts(js, **changed):
    return value(js, f"facts({json.dumps({**START, **changed})})")


def column(values):
    return np.array(values)[:, None]


def forward(z, gamma=1.0, beta=0.0):
    return batchnorm_forward(column(z), [gamma], [beta])[0][:, 0]


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize("size", [2, 3, 8, 32, 700])
@pytest.mark.parametrize("magnitude", [1e-3, 1.0, 1e6])
def test_normalizes_as_the_library(js, size, magnitude):
    z = magnitude * np.random.default_rng(size).normal(1, 1, size)
    js.eval(f"var z = {json.dumps(z.tolist())}")
    for gamma, beta in ((1, 0), (2.5, -3), (0, 4)):
        theirs = value(js, f"normalize(z, statistics(z), {gamma}, {beta})")
        np.testing.assert_allclose(theirs, forward(z, gamma, beta), rtol=1e-12, atol=1e-12)
        running = RunningStatistics(1)
        running.running_mean[:], running.running_var[:] = -2, 9
        theirs = value(js, f"normalize(z, {{ mean: -2, var: 9 }}, {gamma}, {beta})")
        np.testing.assert_allclose(theirs, running.normalize(column(z), [gamma], [beta])[:, 0], rtol=1e-12)


@pytest.mark.parametrize("size", [2, 3, 32])
def test_running_statistics_are_the_librarys(js, size):
    ours, rng = RunningStatistics(1), np.random.default_rng(size)
    js.eval("var running = { mean: 0, var: 1 }")
    for _ in range(300):
        z = rng.normal(3, 2, size)
        ours.update(column(z))
        js.eval(f"running = update(running, {json.dumps(z.tolist())})")
    theirs = value(js, "running")
    assert theirs["mean"] == pytest.approx(ours.running_mean[0], rel=1e-12)
    assert theirs["var"] == pytest.approx(ours.running_var[0], rel=1e-12)


def test_both_modes_of_a_batch(js):
    seen = facts(js, shift=-4, scale=2, gamma=1.5, beta=0.5)
    np.testing.assert_allclose(seen["train"], forward(seen["z"], 1.5, 0.5), rtol=1e-12)
    assert seen["z"][:3] == pytest.approx([2, 4, -2.4])
    assert seen["test"][0] == pytest.approx(1.5 * (2 - 2) / 2 + 0.5)
    assert abs(seen["moved"]["train"]) < 1e-5 and seen["moved"]["test"] == pytest.approx(-0.75, abs=1e-5)


def test_the_neighbor_counts_in_train_mode_only(js):
    near, far = facts(js), facts(js, neighbor=10)
    assert near["train"][0] == pytest.approx(0.37, abs=0.005) and far["train"][0] == pytest.approx(-0.03, abs=0.005)
    assert near["test"][0] == far["test"][0]
    near["test"][1] = far["test"][1]
    assert near["test"] == far["test"]


def test_two_values_come_out_as_one_and_minus_one(js):
    for neighbor in (3.5, 10, -10):
        sign = 1 if neighbor < 3 else -1
        assert facts(js, batch=2, neighbor=neighbor)["train"] == pytest.approx([sign, -sign], abs=1e-3)
    assert facts(js, batch=2, neighbor=3, beta=0.7)["train"] == [0.7, 0.7]


def test_words(js):
    state = json.dumps({**START, "shift": -4, "scale": 2})
    assert value(js, f"outcome({state}, facts({state}))") == (
        "Train mode: your point 2.00 comes out at 0.37. In test mode it would come out at 0.00."
    )
    assert value(js, f"lines({state}, facts({state}))") == [
        "This batch of 8: mean 0.67, standard deviation 3.58. Running: mean 2.00, standard deviation 2.00.",
        "Shift and scale of the input change your point's output by 0.00.",
    ]
    state = json.dumps({**START, "neighbor": 10, "test": True})
    assert value(js, f"outcome({state}, facts({state}))") == (
        "Test mode: your point 3.00 comes out at 0.50. In train mode it would come out at −0.03."
    )
    assert value(js, "[short(-0.001), short(0.001), short(-1)]") == ["0.00", "0.00", "−1.00"]


# ---------------------------------------------------------------- the widget in Python


def test_the_traits():
    demo = Demo("batchnorm", batch=2)
    assert {name: getattr(demo, name) for name in START} == {**START, "batch": 2}
    for name, wrong in (("batch", 1), ("batch", 33), ("scale", 0), ("gamma", -1), ("test", 1), ("running_var", -1)):
        with pytest.raises(traitlets.TraitError, match=name):
            setattr(demo, name, wrong)


# ---------------------------------------------------------------- the page


@pytest.fixture
def norm(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "batchnorm")


def switch(figure):
    return figure.root.get_by_role("checkbox", name="test mode")


@pytest.mark.browser
def test_starts_with_the_values_of_the_caption(norm):
    figure = norm()
    assert (figure["batch"], figure["neighbor"]) == (8, 4) and not switch(figure).is_checked()
    assert figure.outcome().startswith("Train mode: your point 3.00 comes out at 0.37.")
    assert [figure.slider(name).get_attribute("aria-valuetext") for name in ("gamma", "beta")] == ["1", "0"]


@pytest.mark.browser
def test_sliders_move_by_mouse_and_keyboard(norm):
    figure = norm()
    before = figure.drawing()
    outputs = figure["outputs"]
    for name in ("shift", "scale"):
        figure.slider(name).focus()
        figure.page.keyboard.press("End")
    assert figure.drawing() != before and figure["outputs"] == pytest.approx(outputs, abs=1e-5)
    figure.slider("gamma").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["train"] == pytest.approx(1.1 * outputs[0], abs=1e-5)
    box = figure.slider("batch").bounding_box()
    figure.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert 15 <= figure["batch"] <= 19 and len(figure["outputs"]) == figure["batch"]


@pytest.mark.browser
def test_the_neighbor_is_dragged_and_moved_by_arrow_keys(norm):
    figure = norm()
    train, tested = figure["train"], figure["tested"]
    figure.drag("neighbor", 2000, 30)
    assert figure["neighbor"] == 10 and figure["train"] < train and figure["tested"] == tested
    figure.press("Reset")
    figure.knob("neighbor").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["neighbor"] == 4.5
    figure.page.keyboard.press("Shift+ArrowLeft")
    assert figure["neighbor"] == 4.4
    assert figure.knob("neighbor").get_attribute("aria-valuetext").startswith("neighbor 4.40, its output ")


@pytest.mark.browser
def test_switch_and_buttons(norm):
    figure = norm()
    figure.press("Shift and rescale")
    assert figure["train"] == pytest.approx(0.37, abs=0.005) and figure["tested"] == pytest.approx(0, abs=1e-5)
    switch(figure).check()
    assert figure.outcome().startswith("Test mode: your point 2.00 comes out at 0.00.")
    figure.press("Reset")
    assert not switch(figure).is_checked()
    figure.press("Break it")
    assert figure["batch"] == 2 and figure["outputs"] == pytest.approx([-1, 1], abs=1e-4)
    ours = RunningStatistics(1)
    ours.running_mean[:], ours.running_var[:] = 2, 4
    for _ in range(10):
        ours.update(column([3, 4]))
    figure.press("Running statistics")
    assert (figure["rmean"], figure["rvar"]) == pytest.approx((ours.running_mean[0], ours.running_var[0]), rel=1e-12)
    figure.press("Reset")
    assert (figure["rmean"], figure["rvar"], figure["batch"]) == (2, 4, 8)


@pytest.mark.browser
def test_the_picture_itself(norm):
    """The lines of your point and of its neighbor, from input to output."""
    figure = norm()
    mine, other, width = figure.root.evaluate(
        """(root) => {
          const d = (kind) => root.querySelector(`.panel path.${kind}:not(.runner)`).getAttribute("d");
          return [d("descent"), d("ball"), Number(root.querySelector(".panel svg svg").getAttribute("width"))];
        }"""
    )
    for path, ends in ((mine, (3, figure["outputs"][0])), (other, (4, figure["outputs"][1]))):
        drawn = [float(point.split(" ")[0]) for point in path[1:].split("L")]
        assert drawn == pytest.approx([(x + 10) / 20 * width for x in ends], abs=0.1)


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name_and_is_reached_by_tab(norm):
    figure = norm()
    for name in ("batch size B", "γ", "β", "shift of the input", "scale of the input", "neighbor's value"):
        assert figure.root.get_by_role("slider", name=name).count() == 1, name
    assert switch(figure).count() == 1
    focusable = figure.root.locator("input, button, [tabindex]")
    focusable.first.focus()
    for i in range(1, focusable.count()):
        figure.page.keyboard.press("Tab")
        assert focusable.nth(i).evaluate("(node) => node === document.activeElement && node.matches(':focus-visible')")


@pytest.mark.browser
@pytest.mark.long
def test_a_phone_shows_everything(norm):
    figure = norm(width=360, height=740, touch=True)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, input[type=range], .knob .touch, .switch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32
    figure.knob("neighbor").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    x, y = figure.centre("neighbor")
    figure.page.touchscreen.tap(x - 100, y + 10)
    assert figure["neighbor"] < 0, "a tap moves the neighbor"


@pytest.mark.browser
@pytest.mark.long
def test_the_outcome_is_told_once_after_a_pause(norm):
    figure = norm()
    region = figure.root.get_by_role("status")
    assert region.inner_text() == ""
    figure.slider("beta").focus()
    for _ in range(5):
        figure.page.keyboard.press("ArrowLeft")
    assert region.inner_text() == ""
    figure.page.wait_for_function("(r) => r.textContent !== ''", arg=region.element_handle())
    assert region.inner_text() == figure.outcome()
