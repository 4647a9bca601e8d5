"""The figure of chapter 11: it shows the networks that were trained beforehand, and its manners on the page."""

import importlib.util
import json
from itertools import product

import numpy as np
import pytest
import traitlets
from conftest import ROOT
from figure import Figure, either_scheme, engine, value

from lectopt.demos import Demo
from lectopt.demos.table import ACCURACY, stored

PAGE = "chapters/11-claims.html"
METHODS = ("sgd", "momentum", "nesterov", "rmsprop", "adam")
SHAPE = tuple(len(ACCURACY[key]) for key in ("batches", "rates", "seeds"))


def percent(method, kind):
    images = ACCURACY["images"][kind == "test"]
    return 100 * np.reshape(ACCURACY[method][kind], SHAPE) / images


def best(method):
    return np.unravel_index(percent(method, "validation").mean(axis=2).argmax(), SHAPE[:2])


def state(method, j, i, test=False):
    cell = {"method": method, "rate": ACCURACY["rates"][i], "batch": ACCURACY["batches"][j], "test": test}
    return json.dumps(cell)


# ---------------------------------------------------------------- what is stored


@pytest.fixture(scope="module")
def grids():
    spec = importlib.util.spec_from_file_location("grids", ROOT / "tools" / "grids.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_grid_has_the_settings_of_the_script_and_its_shape(grids):
    assert {key: ACCURACY[key] for key in grids.GRID} == grids.GRID
    assert ACCURACY["images"] == [300, 497] and tuple(grids.RULES) == METHODS
    for method, kind in product(METHODS, ("validation", "test")):
        accuracy = percent(method, kind)
        assert accuracy.min() >= 0 and accuracy.max() <= 100


@pytest.mark.parametrize(("method", "batch", "k"), [("sgd", 200, -5), ("momentum", 50, -8), ("adam", 200, -9)])
def test_the_grid_is_what_the_script_trains(grids, method, batch, k):
    counts = grids.recognized(method, 2.0**k, batch, 3, grids.digit_images())
    at = ACCURACY["batches"].index(batch), ACCURACY["rates"].index(2.0**k), 3
    for count, kind in zip(counts, ("validation", "test"), strict=True):
        assert abs(count - np.reshape(ACCURACY[method][kind], SHAPE)[at]) <= 2, "round-off may move a hard image"


def test_the_fair_comparison_is_what_the_script_trains(grids):
    fair = stored("fair")
    assert {key: fair[key] for key in grids.FAIR} == grids.FAIR
    parts = grids.digit_images()
    for method in METHODS:
        assert (np.shape(fair["tuning"][method]), len(fair["test"][method])) == ((11, 8), 40)
        totals = np.sum(fair["tuning"][method], axis=1)
        assert fair["chosen"][method] == fair["rates"][method][totals.argmax()]
        assert 0 < totals.argmax() < 10, "a best rate at the edge of its range is none"
    for method, lr, kept in (
        ("adam", fair["rates"]["adam"][2], fair["tuning"]["adam"][2][5]),
        ("momentum", fair["rates"]["momentum"][1], fair["tuning"]["momentum"][1][5]),
    ):
        assert abs(grids.recognized(method, lr, 50, 105, parts)[0] - kept) <= 2
    other = grids.digit_images(np.random.default_rng([12, 1007]))
    kept = fair["splits"]["adam"][7]
    assert abs(grids.recognized("adam", fair["chosen"]["adam"], 50, 1007, other)[1] - kept) <= 2


# ---------------------------------------------------------------- what is shown


@pytest.fixture(scope="module")
def js():
    js = engine("accuracy_grid")
    js.eval(f"var grid = {json.dumps(ACCURACY)}")
    return js


def test_every_cell_is_shown_as_it_was_stored(js):
    for method, test in product(METHODS, (False, True)):
        accuracy = percent(method, "test" if test else "validation")
        for j, i in product(range(SHAPE[0]), range(SHAPE[1])):
            seen = value(js, f"cell(grid, {state(method, j, i, test)})")
            np.testing.assert_allclose(seen["all"], accuracy[j, i], rtol=1e-14)
            assert seen["mean"] == pytest.approx(accuracy[j, i].mean(), rel=1e-12)
            assert seen["spread"] == pytest.approx(accuracy[j, i].std(ddof=1), rel=1e-9, abs=1e-9)
            assert (seen["low"], seen["high"]) == (min(seen["all"]), max(seen["all"]))


def test_the_best_cell_is_chosen_on_the_validation_images(js):
    for method in METHODS:
        j, i = best(method)
        expected = {"method": method, "rate": ACCURACY["rates"][i], "batch": ACCURACY["batches"][j]}
        assert value(js, f"best(grid, '{method}')") == expected
        row = percent(method, "validation")[3].mean(axis=1).argmax()
        assert value(js, f"best(grid, '{method}', [200]).rate") == ACCURACY["rates"][row]


def test_of_equals_the_smallest_batch_and_rate_are_best(js):
    tie = {"batches": [8, 20], "rates": [0.1, 0.2, 0.4], "seeds": [0, 1], "images": [300, 497]}
    tie["adam"] = {"validation": [1, 2, 250, 260, 260, 250, 255, 255, 3, 4, 5, 6], "test": [0] * 12}
    assert value(js, f"best({json.dumps(tie)}, 'adam')") == {"method": "adam", "rate": 0.2, "batch": 8}


def test_edges_are_named(js):
    assert value(js, f"edges(grid, {state('sgd', 0, 13)})") == ["highest rate", "smallest batch"]
    assert value(js, f"edges(grid, {state('sgd', 4, 0)})") == ["lowest rate", "largest batch"]
    assert value(js, f"edges(grid, {state('sgd', 2, 5)})") == []


def words(js, *point):
    return value(js, f"outcome(grid, {state(*point)})")


def test_outcome_in_words(js):
    assert words(js, "momentum", 3, 6) == "momentum, rate 0.0078, batch 200: 84.5 ± 1.4 %, 13.5 below its best cell."
    assert words(js, "momentum", 0, 13).endswith("it guesses.")
    assert words(js, "momentum", *best("momentum")).endswith("%: its best cell.")
    assert words(js, "adam", *best("adam")).endswith("its best cell, at the edge (smallest batch).")
    assert "% (test)" in words(js, "adam", 1, 5, True)
    assert words(js, "adam", 1, 5, True).endswith("more than its best cell.")


def test_takes_only_what_was_trained():
    demo = Demo("accuracy_grid", rate=0.25, batch=8, method="adam")
    for trait, wrong in (("rate", 0.3), ("batch", 32), ("method", "rprop"), ("grid", {})):
        with pytest.raises(traitlets.TraitError):
            setattr(demo, trait, wrong)


# ---------------------------------------------------------------- on the page


@pytest.fixture
def figure(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "accuracy_grid")


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(figure, scheme):
    seen = figure(scheme=scheme)
    assert (seen["rate"], seen["batch"]) == (2**-7, 200) and seen.root.get_attribute("data-method") == "momentum"
    assert seen["mean"] == pytest.approx(percent("momentum", "validation")[3, 6].mean())
    assert "84.5 ± 1.4 %" in seen.outcome()
    assert seen.root.locator("tbody tr").count() == 5 and seen.root.locator("td", has_text="(edge)").count() == 2


@pytest.mark.browser
def test_a_cell_is_dragged_clicked_and_moved_by_arrow_keys(figure):
    seen = figure()
    before = seen.drawing()
    seen.drag("cell", 45, 0)
    assert seen["rate"] > 2**-6 and seen["batch"] == 200 and seen.drawing() != before
    seen.drag("cell", 0, -1000)
    assert seen["batch"] == 1000, "it stays in the grid"
    seen.press("Reset")
    seen.knob("cell").focus()
    for key in ("ArrowRight", "ArrowDown"):
        seen.page.keyboard.press(key)
    assert (seen["rate"], seen["batch"]) == (2**-6, 50)
    assert seen.knob("cell").get_attribute("aria-valuetext").startswith("learning rate 0.016, batch 50, 95.5 percent")
    for _ in range(20):
        seen.page.keyboard.press("ArrowLeft")
    assert seen["rate"] == 2**-13


@pytest.mark.browser
def test_method_images_and_buttons(figure):
    seen = figure()
    seen.root.get_by_label("method").select_option("adam")
    assert seen.root.get_attribute("data-method") == "adam"
    seen.press("Best of this batch size")
    assert (seen["rate"], seen["batch"]) == (2**-6, 200)
    seen.press("Snap to the best cell")
    assert [seen["rate"], seen["batch"]] == seen["best"] and "at the edge" in seen.outcome()
    seen.root.get_by_label("show the test images").check()
    assert seen.root.get_attribute("data-shown") == "test" and "% (test)" in seen.outcome()
    seen.press("Break it")
    assert seen["rate"] == 1 and seen.outcome().endswith("it guesses.")
    seen.root.get_by_role("button", name="Nesterov", exact=True).click()
    assert seen.root.get_attribute("data-method") == "nesterov" and [seen["rate"], seen["batch"]] == seen["best"]
    seen.press("Reset")
    assert seen.root.get_attribute("data-shown") == "validation" and seen["batch"] == 200


@pytest.mark.browser
def test_every_control_has_a_name_and_a_phone_shows_everything(figure):
    seen = figure(width=360, height=740, touch=True)
    assert seen.root.get_by_role("slider", name="cell of the grid").count() == 1
    assert seen.root.get_by_role("combobox", name="method").count() == 1
    assert seen.root.get_by_role("checkbox", name="show the test images").count() == 1
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = seen.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    edge = seen.root.evaluate("(root) => root.getBoundingClientRect().right")
    assert right <= edge + 0.5, "the table fits, too"
    for target in seen.root.locator("button, select, .knob .touch, .switch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32


@pytest.mark.browser
def test_a_tap_beside_the_knob_moves_it(figure):
    seen = figure(width=360, height=740, touch=True)
    seen.knob("cell").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    x, y = seen.centre("cell")
    seen.page.touchscreen.tap(x + 60, y)
    assert seen["rate"] > 2**-6 and seen["batch"] == 200
