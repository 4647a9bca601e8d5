"""The race of the front page: its numbers against the library's, when it moves, and when it must not."""

import itertools
import json
import re

import numpy as np
import pytest
import traitlets
from conftest import ROOT
from figure import Figure, either_scheme, engine, same_bits, value

import lectopt
from lectopt import Optimizer, descend
from lectopt.demos import Demo

CELLS = re.findall(r"```\{code-cell\}[^\n]*\n:tags: \[[^\n]*\]\n(.*?)```", (ROOT / "index.md").read_text(), re.DOTALL)
RULES = {"sgd": {}, "momentum": {"momentum": 0.9}, "rmsprop": {}, "adam": {}}
RATES = {"lr_sgd": 0.02, "lr_momentum": 0.005, "lr_rmsprop": 0.02, "lr_adam": 0.5}
START, STEPS, RUN, REST = [-1.0, 1.4], 150, 7000, 3000
WORDS = "Adam arrives first, after 55 steps, then momentum after 64. "
WORDS += "Gradient descent and RMSProp are still on the way after 150 steps."
STARTS = [START, [-2.0, 1.6], [1.0, 1.0], [0.3, -0.4], [2.0, -0.4]]


@pytest.fixture(scope="module")
def js():
    return engine("front")


@pytest.fixture(scope="module")
def page():
    """What the cells of the front page define: its valley, and when a path arrives."""
    names = {}
    for cell in CELLS:
        exec(cell, names)
    return names


def path_of(page, rule, lr, start=START, steps=STEPS):
    with np.errstate(over="ignore", invalid="ignore"):
        return descend(page["valley"], start, Optimizer(getattr(lectopt, rule), lr), steps)


# ---------------------------------------------------------------- numbers


def test_the_valley_is_the_one_of_the_page(js, page):
    points = np.random.default_rng(0).uniform([-2, -0.4], [2, 1.6], (200, 2))
    js.eval(f"var points = {json.dumps(points.tolist())}")
    numbers = js.eval("bits(points.map((w) => valley(w).flat()))").split()
    theirs = np.array(numbers, dtype=np.uint32).view(np.float64).reshape(-1, 3)
    assert same_bits(np.array([[loss, *g] for loss, g in map(page["valley"], points)]), theirs)
    loss, g = page["valley"](np.ones(2))
    assert loss == 0 and not g.any(), "the cross is its lowest point"
    assert np.abs(lectopt.numerical_gradient(page["valley"], points[0]) - page["valley"](points[0])[1]).max() < 1e-6


@pytest.mark.parametrize("rule", RULES)
def test_paths_are_the_librarys(js, page, rule):
    ended = set()
    for start, lr in itertools.product(STARTS, [1e-3, RATES[f"lr_{rule}"], 1.0]):
        ours = path_of(page, rule, lr, start)
        code = f"run(valley, {start}, {rule}, {json.dumps({'lr': lr, **RULES[rule]})}, {STEPS})"
        theirs = np.array(js.eval(f"bits({code})").split(), dtype=np.uint32).view(np.float64).reshape(-1, 2)
        ended.add(bool(np.isfinite(ours[-1]).all()))
        if rule != "adam":  # its beta^t may differ in the last bit
            assert same_bits(ours, theirs), (lr, start)
        else:
            assert np.abs(ours - theirs).max() <= 1e-9 * np.abs(ours).max(), (lr, start)
    assert ended == ({True, False} if rule in ("sgd", "momentum") else {True}), "paths that overflow are among them"


@pytest.mark.parametrize("start", STARTS)
def test_arrivals_are_the_librarys(js, page, start):
    for rule, (trait, lr) in zip(RULES, RATES.items(), strict=True):
        state = json.dumps({"start": start, "steps": STEPS, trait: lr})
        js.eval(f"var one = racer(RACERS.find(({{ id }}) => id === {rule!r}), {state})")
        path = path_of(page, rule, lr, start)
        arrived, lost = value(js, "[one.arrived, one.lost]")
        assert arrived == page["arrives"](path), rule
        assert lost == (not np.hypot(*path[-1]) < 10), rule


def test_who_leaves_the_ring_again_has_not_arrived(js):
    state = "{ start: [1.05, 1.05], steps: 150, lr_adam: 0.5, lr_sgd: 0.001 }"
    js.eval(f"var [descent, , , star] = RACERS.map((one) => racer(one, {state}))")
    assert value(js, "descent.arrived") == 0 < value(js, "star.arrived"), "Adam's first step leads out of the ring"


def test_outcome_in_words(js):
    def words(*racers, steps=150):
        fields = [json.dumps(dict(zip(("name", "arrived", "lost"), racer, strict=True))) for racer in racers]
        return value(js, f"outcome([{', '.join(fields)}], {steps})")

    sgd, ball = ("gradient descent", None, False), ("momentum", 64, False)
    assert words(sgd, ball, ("RMSProp", None, False), ("Adam", 55, False)) == WORDS
    assert words(sgd, ball, ("Adam", 64, False)) == (
        "Momentum and Adam arrive first, after 64 steps. Gradient descent is still on the way after 150 steps."
    )
    gone = ("RMSProp", None, True)
    assert words(gone, ("Adam", None, True)) == "RMSProp and Adam have left the picture."
    assert words(gone, ball) == "Momentum arrives first, after 64 steps. RMSProp has left the picture."


@pytest.mark.parametrize("level", [0.05, 1, 128])
def test_level_lines_are_level(js, page, level):
    js.eval("var points, panel = { line: (path) => { points = path; return ''; } }")
    js.eval(f"basin(panel, {level})")
    points = np.array(value(js, "points"))
    assert [page["valley"](w)[0] for w in points] == pytest.approx([level] * len(points))
    assert np.hypot(*(points[0] - points[-1])) < 1e-9, "the line is closed"


# ---------------------------------------------------------------- the widget in Python


def test_traits():
    demo = Demo("front")
    assert {name: getattr(demo, name) for name in RATES} == RATES
    assert (demo.start, demo.steps, demo.playing) == (tuple(START), STEPS, True)
    demo.playing, demo.start = False, [0.5, 1]
    assert repr(eval(repr(demo))) == repr(demo)
    with pytest.raises(traitlets.TraitError, match=r"start must be two numbers \(from -2 to 2, from -0.4 to 1.6\)"):
        demo.start = (0, 2)
    with pytest.raises(traitlets.TraitError, match="lr_adam must be a number from 1e-05 to 10, got 0"):
        demo.lr_adam = 0
    with pytest.raises(traitlets.TraitError, match="playing must be True or False, got 'yes'"):
        Demo("front", playing="yes")


# ---------------------------------------------------------------- on the page

browser = pytest.mark.browser


class Race(Figure):
    """The figure, and a clock of ours: nothing waits for real seconds."""

    def __init__(self, page):
        super().__init__(page, "front")
        self.page.clock.install()

    @property
    def step(self):
        return int(self.root.get_attribute("data-step"))

    def toggle(self):
        return self.root.locator("button").first

    def told(self):
        """Collect what the live region says from now on; the real second is the pause of the announcer's first call."""
        self.page.wait_for_timeout(1000)
        self.root.evaluate(
            """(root) => { const region = root.querySelector("[role=status]"); window.told = [];
                 new MutationObserver(() => told.push(region.textContent)).observe(region, { childList: true }); }"""
        )

    def pass_time(self, milliseconds):
        self.page.clock.run_for(milliseconds)

    def moves(self):
        """Whether the drawing is another a moment later."""
        before = self.drawing()
        self.pass_time(300)
        return self.drawing() != before


@pytest.fixture
def race(open_page):
    return lambda **how: Race(open_page("index.html", **how))


def until_moving(figure):
    """The browser tells what is in view when it likes."""
    figure.page.clock.resume()
    before = figure.step
    figure.page.wait_for_function(
        "([root, before]) => Number(root.dataset.step) > before", arg=[figure.root.element_handle(), before]
    )


@browser
@either_scheme
def test_it_runs_by_itself_rests_and_starts_again(race, scheme):
    figure = race(scheme=scheme)
    assert figure["start"] == START and figure.toggle().inner_text() == "Pause"
    until_moving(figure)
    assert figure.outcome() == "", "who arrives first is not told before"
    assert 0 < figure.step < STEPS
    figure.pass_time(RUN)
    assert figure.step == STEPS and figure.outcome() == WORDS
    assert figure.root.get_attribute("data-arrived") == "never 64 never 55"
    assert not figure.moves(), "it rests with all paths drawn"
    figure.pass_time(REST)
    assert figure.step < STEPS and figure.moves()
    assert figure.outcome() == WORDS, "later runs do not hide what is known"


@browser
def test_a_run_takes_seven_seconds(race):
    figure = race()
    until_moving(figure)
    figure.pass_time(1000)
    first = figure.step
    figure.pass_time(3500)
    assert figure.step - first == pytest.approx(STEPS / 2, abs=3)


@browser
def test_the_outcome_is_told_once_and_no_frame_is(race):
    figure = race()
    figure.told()
    until_moving(figure)
    figure.pass_time(RUN - 1500)
    assert figure.page.evaluate("told") == []
    for _ in range(3):
        figure.pass_time(RUN + REST)
    assert figure.page.evaluate("told") == [WORDS]
    assert figure.root.locator("[aria-live], [role=status], [role=alert], output").count() == 1


@browser
def test_pause_and_play_by_mouse_and_keyboard(race):
    figure = race()
    until_moving(figure)
    figure.press("Pause")
    assert figure.toggle().inner_text() == "Play" and not figure.moves()
    held = figure.step
    figure.press("Play")
    assert held <= figure.step <= held + 3, "it goes on where it was"
    assert figure.moves()
    figure.toggle().focus()
    figure.page.keyboard.press("Space")
    assert figure.toggle().inner_text() == "Play" and not figure.moves()
    figure.page.keyboard.press("Enter")
    figure.pass_time(RUN + 200)
    assert figure.step == STEPS
    figure.press("Pause")
    assert figure.step == STEPS, "paused at rest, the paths stay"
    figure.press("Play")
    assert figure.step < 10 and figure.moves(), "after its end it begins anew"


@browser
def test_out_of_view_and_in_a_hidden_tab_it_stands_still(race):
    figure = race()
    until_moving(figure)
    figure.page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    figure.page.clock.resume()
    figure.page.wait_for_timeout(300)
    assert figure.root.bounding_box()["y"] < -500
    assert not figure.moves()
    held = figure.step
    figure.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    until_moving(figure)
    assert held <= figure.step < held + 60, "it goes on where it was"

    hide = "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
    hide += " document.dispatchEvent(new Event('visibilitychange')); }"
    figure.page.evaluate(hide, True)
    assert not figure.moves()
    figure.page.evaluate(hide, False)
    assert figure.moves()


@browser
def test_who_asks_for_less_motion_sees_the_end_and_may_play_one_run(race):
    figure = race(reduced_motion=True)
    assert figure.toggle().inner_text() == "Play" and figure.step == STEPS and figure.outcome() == WORDS
    figure.pass_time(2000)
    assert not figure.moves() and figure.root.get_by_role("status").inner_text() == ""
    figure.drag("start", 60, 20)
    assert figure.step == STEPS and figure["start"] != START and not figure.moves()
    figure.press("Play")
    assert figure.step < 10
    until_moving(figure)
    figure.pass_time(RUN)
    assert figure.step == STEPS and figure.toggle().inner_text() == "Play"
    figure.pass_time(REST)
    assert figure.step == STEPS, "one run and no more"
    assert figure.root.evaluate("(root) => root.getAnimations({ subtree: true }).length") == 0


@browser
def test_a_race_begins_anew_where_the_start_is_dragged_to(race):
    figure = race()
    figure.told()
    until_moving(figure)
    figure.pass_time(3000)
    figure.drag("start", 150, 60)
    x, y = figure["start"]
    assert -0.3 < x < 0.1 and 0.9 < y < 1.2
    assert figure.step < 10 and figure.moves(), "the runners begin anew"
    figure.pass_time(RUN + 1500)
    assert figure.outcome() != WORDS and figure.page.evaluate("told") == [figure.outcome()]
    figure.press("Reset")
    assert figure["start"] == START and figure.step < 10
    figure.knob("start").focus()
    figure.page.keyboard.press("ArrowRight")
    figure.page.keyboard.press("Shift+ArrowDown")
    assert figure["start"] == pytest.approx([-0.95, 1.39])
    figure.drag("start", -5000, 5000)
    assert figure["start"] == [-2, -0.4], "it stays in the picture"


@browser
def test_however_often_it_is_woken_there_is_one_loop(race):
    figure = race()
    until_moving(figure)
    figure.page.clock.pause_at(figure.page.evaluate("Date.now()") + 1000)
    figure.knob("start").focus()
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown") * 2:
        figure.page.keyboard.press(key)
    figure.page.evaluate(
        """() => { const ask = window.requestAnimationFrame; window.asked = 0;
             window.requestAnimationFrame = (draw) => { asked += 1; return ask(draw); }; }"""
    )
    figure.pass_time(1000)
    assert 40 < figure.page.evaluate("asked") < 80, "sixty frames a second"


@browser
def test_paused_it_shows_where_the_paths_from_a_new_start_end(race):
    figure = race()
    until_moving(figure)
    figure.press("Pause")
    box = figure.root.locator(".panel svg").first.bounding_box()
    figure.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.3 * box["height"])
    assert figure["start"] == pytest.approx([0, 1], abs=0.02)
    assert figure.step == STEPS and figure.outcome() and figure.toggle().inner_text() == "Play"
    assert not figure.moves()


@browser
def test_a_phone(race):
    figure = race(width=360, height=740, touch=True)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    panel = figure.root.locator(".panel svg").first.bounding_box()
    assert panel["y"] + panel["height"] < 740, "the picture is on the first screen"
    until_moving(figure)
    figure.page.touchscreen.tap(panel["x"] + 0.75 * panel["width"], panel["y"] + 0.5 * panel["height"])
    assert figure["start"] == pytest.approx([1, 0.6], abs=0.05)
    for target in figure.root.locator("button, .knob .touch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32
    right = "(root) => [...root.querySelectorAll('*:not(svg *)')].map((node) => node.getBoundingClientRect().right)"
    assert max(figure.root.evaluate(right)) <= 360


@browser
def test_a_finger_drags_the_start(race):
    figure = race(width=360, height=740, touch=True)
    finger, before = figure.page.context.new_cdp_session(figure.page), figure.page.evaluate("scrollY")
    x, y = figure.centre("start")
    points = [{"x": x + 8 * i, "y": y + 4 * i} for i in range(9)]
    for kind, at in [("touchStart", points[:1]), *(("touchMove", [p]) for p in points[1:]), ("touchEnd", [])]:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    assert figure["start"][0] > -0.4 and figure["start"][1] < 1.2
    assert figure.page.evaluate("scrollY") == before, "the page stays while the start is dragged"


@browser
def test_a_desk_shows_title_sentences_and_picture_on_the_first_screen(race):
    figure = race(width=1280, height=720)
    panel = figure.root.locator(".panel svg").first.bounding_box()
    assert panel["y"] + panel["height"] <= 720 and figure.toggle().bounding_box()["y"] + 30 < 720
    assert figure.page.locator("article h1").bounding_box()["y"] > 0


@browser
def test_names_and_order_of_the_controls(race):
    figure = race()
    assert figure.root.get_by_role("slider", name="start of the race").count() == 1
    assert figure.root.get_by_role("group", name=re.compile("a curved valley from above")).count() >= 1
    focusable = figure.root.locator("button, [tabindex]")
    for i in range(focusable.count()):
        focusable.nth(i).focus() if i == 0 else figure.page.keyboard.press("Tab")
        assert focusable.nth(i).evaluate("(node) => node === document.activeElement")
    names = figure.root.locator(".legend .item").all_text_contents()
    assert names == ["gradient descent 0.02", "momentum 0.005", "RMSProp 0.02", "Adam 0.5"]


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (x / 255 for x in rgb)]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_racers_can_be_told_apart_and_from_the_ground(race, theme):
    figure = race(theme=theme)
    walls, floor, *lines = figure.root.evaluate(
        """(root) => {
          const rgb = (style) => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = style;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const fill = (selector) => rgb(getComputedStyle(root.querySelector(selector)).fill);
          const swatches = [...root.querySelectorAll(".swatch-line")].map((swatch) => [...swatch.children]);
          const look = ([line, runner]) => [rgb(getComputedStyle(line).stroke), getComputedStyle(line).strokeDasharray,
            runner.getAttribute("d")];
          return [fill(".slope"), fill(".basin"), ...swatches.map(look)];
        }"""
    )
    assert (luminance(floor) < 0.1) == (theme == "dark") and walls != floor
    assert [len({str(look[cue]) for look in lines}) for cue in range(3)] == [4, 4, 4], "color, dash and shape"
    for rgb, _, _ in lines:
        for ground in (walls, floor):
            low, high = sorted((luminance(rgb), luminance(ground)))
            assert (high + 0.05) / (low + 0.05) >= 3, (rgb, ground)


@browser
@pytest.mark.long
def test_a_frame_is_drawn_in_a_fraction_of_its_time(open_page):
    page = open_page("index.html")
    figure = Figure(page, "front")
    costs = figure.root.evaluate(
        """(root) => new Promise((done) => {
          const real = window.requestAnimationFrame, costs = [];
          window.requestAnimationFrame = (draw) => real((now) => {
            const start = performance.now();
            draw(now);
            root.getBoundingClientRect();
            costs.push(performance.now() - start);
          });
          setTimeout(() => { window.requestAnimationFrame = real; done(costs.sort((a, b) => a - b)); }, 4000);
        })"""
    )
    assert len(costs) > 20 and costs[len(costs) // 2] < 8
