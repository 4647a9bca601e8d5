"""The demos on the page of the book, as a reader uses them: mouse, finger, keyboard, phone, screen reader."""

import json
import math

import pytest
from figure import Figure, contrast, either_scheme, luminance

pytestmark = pytest.mark.browser
PAGE = "chapters/03-momentum.html"


@pytest.fixture
def plane(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "momentum_plane")


@pytest.fixture
def race(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "race")


# ---------------------------------------------------------------- the plane


@either_scheme
def test_starts_with_the_values_of_the_caption(plane, scheme):
    figure = plane(scheme=scheme)
    assert (figure["kappa"], figure["momentum"], figure["lr"]) == (25, 0.5, 0.02)
    assert (figure["start"], figure["steps"]) == ([-9, 2], 100)
    assert figure.outcome() == "Rate 0.958 a step: |w| shrinks by a factor of a million in about 323 steps."
    directions = figure.root.locator(".directions").inner_text()
    assert "swings, rate 0.707" in directions and "creeps, rate 0.958" in directions


def test_a_slider_moves_by_mouse_and_keyboard(plane):
    figure = plane()
    before, slider = figure.drawing(), figure.slider("momentum")
    slider.focus()
    for _ in range(20):
        figure.page.keyboard.press("ArrowRight")
    assert figure["momentum"] == pytest.approx(0.6)
    assert slider.get_attribute("aria-valuetext") == "0.6"
    assert figure.drawing() != before
    box = slider.bounding_box()
    figure.page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert 0.8 < figure["momentum"] < 0.98


def test_the_condition_number_keeps_the_place_in_the_plane(plane):
    figure = plane()
    figure.slider("kappa").focus()
    figure.page.keyboard.press("End")
    assert figure["kappa"] == 1000
    assert figure["lr"] == pytest.approx(0.5 / 1000)


def test_the_plane_is_dragged_and_clicked(plane):
    figure = plane()
    figure.drag("plane", 60, 0)
    assert figure["momentum"] > 0.6 and figure["lr"] == pytest.approx(0.02, rel=0.05)
    x, y = figure.centre("plane")
    figure.page.mouse.click(x - 80, y - 60)
    assert figure["momentum"] < 0.6 and figure["lr"] > 0.03
    figure.drag("plane", 0, -1000)
    assert figure["lr"] == pytest.approx(4.4 / 25), "it stays in the panel"
    assert figure.outcome().startswith("It diverges")


def test_the_plane_is_moved_by_arrow_keys(plane):
    figure = plane()
    figure.knob("plane").focus()
    for key in ("ArrowRight", "ArrowUp"):
        figure.page.keyboard.press(key)
    assert (figure["momentum"], figure["lr"]) == (0.51, pytest.approx(0.022))
    figure.page.keyboard.press("Shift+ArrowLeft")
    assert figure["momentum"] == pytest.approx(0.508)
    assert figure.knob("plane").get_attribute("aria-valuetext") == "momentum 0.508, learning rate 0.022"


def test_the_start_is_dragged_and_moved_by_arrow_keys(plane):
    figure = plane()
    before = figure.drawing()
    figure.drag("start", 100, -20)
    w1, w2 = figure["start"]
    assert -6 < w1 < 0 and 2.2 < w2 <= 4
    assert figure.drawing() != before
    figure.press("Reset")
    figure.knob("start").focus()
    figure.page.keyboard.press("ArrowDown")
    assert figure["start"] == [-9, 1.75]


def test_snap_break_it_and_reset(plane):
    figure = plane()
    figure.press("Snap to the best values")
    assert figure["momentum"] == pytest.approx((4 / 6) ** 2)
    assert figure["lr"] == pytest.approx((2 / 6) ** 2)
    assert figure["rate"] == pytest.approx(2 / 3, abs=1e-7)
    figure.press("Break it")
    assert figure["lr"] > (2 + 2 * figure["momentum"]) / 25
    assert figure["rate"] > 1 and figure.outcome().startswith("It diverges: |w| grows")
    figure.press("Reset")
    assert (figure["momentum"], figure["lr"]) == (0.5, 0.02)


def test_tab_reaches_every_control_and_focus_is_seen(plane):
    figure = plane()
    focusable = figure.root.locator("input, button, [tabindex]")
    focusable.first.focus()
    figure.page.keyboard.press("Shift+Tab")
    for i in range(focusable.count()):
        figure.page.keyboard.press("Tab")
        look = focusable.nth(i).evaluate(
            """(node) => {
              const [seen, key] = node.matches("g") ? [node.querySelector(".ring"), "stroke"] : [node, "outlineStyle"];
              return [node === document.activeElement, node.matches(":focus-visible"), getComputedStyle(seen)[key]];
            }"""
        )
        assert look[:2] == [True, True] and look[2] != "none"


@pytest.mark.long
def test_every_control_has_a_name(plane, race):
    for figure, names in (
        (plane(), ["momentum μ", "learning rate η", "condition number κ", "steps"]),
        (race(), ["look at step", "steps to run", "condition number κ"]),
    ):
        for name in names:
            assert figure.root.get_by_role("slider", name=name).count() >= 1
        assert figure.root.get_by_role("slider", name="start of the path").count() == 1


@pytest.mark.parametrize("name", ["momentum_plane", "race"])
def test_a_phone_shows_everything(open_page, name):
    figure = Figure(open_page(PAGE, width=360, height=740, touch=True), name)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, input[type=range], .knob .touch, .switch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32


def test_a_finger_drags_the_knob_and_scrolls_beside_it(plane):
    figure = plane(width=360, height=740, touch=True)
    # in the middle of the screen, away from the theme's header
    figure.knob("plane").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    finger = figure.page.context.new_cdp_session(figure.page)

    def touch(kind, x=0, y=0):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def stroke(x, y, dx, dy):
        touch("touchStart", x, y)
        for i in range(1, 9):
            touch("touchMove", x + dx * i / 8, y + dy * i / 8)
        touch("touchEnd")

    before = figure.page.evaluate("scrollY")
    x, y = figure.centre("plane")
    stroke(x, y, 40, -60)
    assert figure["momentum"] > 0.6 and figure["lr"] > 0.03
    assert figure.page.evaluate("scrollY") == before, "the page stays while the knob is dragged"
    held = figure["momentum"]
    x, y = figure.centre("plane")
    figure.page.touchscreen.tap(x - 60, y)
    assert figure["momentum"] < held - 0.1, "a tap moves the knob"
    held = figure["momentum"], figure["lr"]
    x, y = figure.centre("plane")
    stroke(x - 60, y, 0, -120)
    figure.page.wait_for_function("(before) => scrollY > before + 30", arg=before)
    assert (figure["momentum"], figure["lr"]) == held, "beside the knob a finger scrolls the page"

    slider = figure.slider("momentum")
    slider.evaluate("(bar) => bar.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box, before = slider.bounding_box(), figure.page.evaluate("scrollY")
    stroke(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2, 0, -120)
    figure.page.wait_for_function("(before) => scrollY > before + 30", arg=before)
    assert (figure["momentum"], figure["lr"]) == held, "scrolling from a slider leaves it as it was"


def test_nothing_moves_by_itself(plane):
    figure = plane(reduced_motion=True)
    figure.press("Snap to the best values")
    assert figure.root.locator("animate, animateTransform").count() == 0
    assert figure.root.evaluate("(root) => root.getAnimations({ subtree: true }).length") == 0
    timed = """(root) => [...root.querySelectorAll("*")].map((node) => getComputedStyle(node)).filter((style) =>
        parseFloat(style.transitionDuration) > 0 || style.animationName !== "none").length"""
    assert figure.root.evaluate(timed) == 0
    assert figure["rate"] == pytest.approx(2 / 3, abs=1e-7), "the picture is there at once"


def test_the_outcome_is_told_once_after_a_pause(plane):
    figure = plane()
    region = figure.root.get_by_role("status")
    assert region.inner_text() == "", "nothing is told before something has happened"
    figure.root.evaluate(
        """(root) => { const region = root.querySelector("[role=status]"); window.told = [];
             new MutationObserver(() => told.push(region.textContent)).observe(region, { childList: true }); }"""
    )
    figure.slider("momentum").focus()
    for _ in range(10):
        figure.page.keyboard.press("ArrowRight")
    assert figure.page.evaluate("told") == []
    figure.page.wait_for_function("told.length > 0")
    figure.page.wait_for_timeout(1100)
    assert figure.page.evaluate("told") == [figure.outcome()]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_follow_the_theme_and_can_be_read(plane, theme):
    figure = plane(theme=theme)
    colours = figure.root.evaluate(
        """(root) => {
          const rgb = (style) => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = style;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const of = (selector, key) => rgb(getComputedStyle(root.querySelector(selector))[key]);
          const line = (kind) => of(`path.${kind}`, "stroke");
          return { ground: of(".ground", "fill"), ink: of(".outcome", "color"), soft: of(".legend", "color"),
                   ball: line("ball"), descent: line("descent"), limit: line("limit") };
        }"""
    )
    ground = colours.pop("ground")
    assert (luminance(ground) < 0.1) == (theme == "dark")
    for name, colour in colours.items():
        assert contrast(colour, ground) >= 4.5, name


def test_a_slider_is_answered_at_once(plane):
    figure = plane()
    milliseconds = figure.root.evaluate(
        """async (root) => {
          const bar = root.querySelector("input[data-trait=momentum]"), times = [];
          for (let i = 0; i < 60; i++) {
            bar.value = 100 + i;
            const start = performance.now();
            bar.dispatchEvent(new Event("input"));
            await null;
            root.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[30];
        }"""
    )
    assert milliseconds < 30


# ---------------------------------------------------------------- the race


def test_race_counts_and_looks_at_a_step(race):
    figure = race()
    assert (figure["kappa"], figure["start"], figure["step"]) == (25, [-9, 2], 10)
    assert figure["counts"] == [173, 42, 74]
    assert figure.outcome().startswith("At step 10: gradient descent has loss 18.3")
    before = figure.drawing()
    figure.slider("step").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["step"] == 11 and figure.drawing() != before
    assert figure.outcome().startswith("At step 11:")


def test_race_from_another_start_in_another_bowl(race):
    figure = race()
    figure.drag("start", 80, 10)
    assert figure["start"][0] > -8
    figure.slider("kappa").focus()
    figure.page.keyboard.press("Home")
    assert figure["kappa"] == 1
    assert figure["counts"] == [1, 1, 1], "in a round bowl one step is enough for each"
    figure.press("Reset")
    assert figure["counts"] == [173, 42, 74]


def test_race_with_nesterov_tuned_for_bowls(race):
    figure = race()
    figure.root.get_by_label("Nesterov tuned for bowls").check()
    descent, ball, nesterov = figure["counts"]
    assert (descent, ball) == (173, 42) and nesterov < 74
    row = figure.root.locator("[data-racer=nesterov]").inner_text()
    assert "0.0526" in row and str(int(nesterov)) in row


def test_race_shows_no_more_steps_than_it_runs(race):
    figure = race()
    figure.slider("step").focus()
    figure.page.keyboard.press("End")
    assert figure["step"] == 100
    figure.slider("steps").focus()
    figure.page.keyboard.press("Home")
    assert figure["steps"] == 10 and figure["step"] == 10


# ---------------------------------------------------------------- the host


def test_two_figures_on_one_page_do_not_disturb_each_other(open_page):
    page = open_page(PAGE)
    plane, race = Figure(page, "momentum_plane"), Figure(page, "race")
    plane.press("Break it")
    assert race["counts"] == [173, 42, 74]
    race.drag("start", 50, 0)
    assert plane["start"] == [-9, 2]


def test_other_widgets_stay_as_they_are(book, open_page):
    """The host leaves alone what needs a kernel: here, a plain slider put into the page's state by hand."""
    page = open_page(PAGE)
    state = {"plain": {"model_name": "IntSliderModel", "model_module": "@jupyter-widgets/controls", "state": {}}}
    host = next((book / "_static").glob("demo-host.js")).read_text(encoding="utf-8")
    page.evaluate(
        """([state, host]) => {
          const script = (kind, json) =>
            `<script type="application/vnd.jupyter.widget-${kind}+json">${json}<\\/script>`;
          document.body.innerHTML = script("state", state) +
            `<div id="cell">${script("view", '{"model_id": "plain"}')}</div>` +
            `<div id="lost">${script("view", '{"model_id": "nowhere"}')}</div>`;
          (0, eval)(host);
        }""",
        [json.dumps({"state": state}), host],
    )
    assert page.locator("#cell > *, #lost > *").count() == 2, "the two scripts and nothing else"


def test_the_curve_is_the_path_of_heavy_ball(plane):
    """The picture itself: the loss curve's height at the last step, against the library."""
    from lectopt import Optimizer, descend, momentum, quadratic

    figure = plane()
    bowl = quadratic([1, 25])
    last = math.log10(bowl(descend(bowl, [-9.0, 2.0], Optimizer(momentum, 0.02, momentum=0.5), 100)[-1])[0])
    drawn, height = figure.root.evaluate(
        """(root) => {
          const panel = root.querySelectorAll(".panel")[2], curve = panel.querySelector("path.ball");
          return [curve.getAttribute("d"), Number(panel.querySelector("svg svg").getAttribute("height"))];
        }"""
    )
    assert drawn.count("L") == 100
    assert float(drawn.split(" ")[-1]) == pytest.approx((4 - last) / 14 * height, abs=0.1)
