"""The book for everyone: axe-core on every page, headings in order, names for what is seen and moved, the keyboard."""

import itertools
import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from conftest import ROOT
from figure import contrast
from playwright.sync_api import expect

from lectopt.grading.collect import Submission
from lectopt.grading.judge import Row
from lectopt.grading.pages import feedback_page, overview_page
from lectopt.grading.result import Result

PAGES = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text())
# Exercises are alike, and so are solutions: one of each always, all of them in the long run.
ALIKE = {name for name in PAGES if name.startswith(("exercises/", "solutions/"))}


def at_once(some):
    """All pages, those that are not among some of them in the long run alone."""
    return [pytest.param(name, marks=() if name in some else pytest.mark.long) for name in PAGES]


EVERY = at_once([name for name in PAGES if name not in ALIKE or name.endswith("03_momentum")])
SOURCES = {name: ROOT / f"{name}.md" for name in PAGES if (ROOT / f"{name}.md").exists()}
PLAYED = [name for name, file in SOURCES.items() if "import Demo" in file.read_text(encoding="utf-8")]
# Figures have tests of their own: here some of them always, all in the long run.
SOME = ("index", "chapters/03-momentum", "chapters/05-adaptive")
FIGURES = [pytest.param(name, marks=() if name in SOME else pytest.mark.long) for name in PLAYED]

# Parts of a page that axe leaves out, each with its reason. There is none: what the theme did wrong is mended in
# static/lectopt.css and tools/pages.py.
LEFT_OUT = []
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
WIDE = ("chapters/00-orientation", "chapters/03-momentum")  # with tables and with code that scrolls
BAD = {"pale", "dim", "unseen", "nameless", "far"}  # what the check itself is tried on
GRAVE = ("serious", "critical")

# axe compares every text with what lies behind it and around it, which takes half a minute for a chapter. The same
# colors at the same size on the same grounds have the same contrast: it gets one text of each kind that no page before
# had, and of a page's code one element of each class.
SELECTORS = {"color-contrast": "[data-kind]", "link-in-text-block": "a[href][data-kind]"}
COLOR = list(SELECTORS)  # the only rules whose verdict depends on the theme
THIN = """() => {
  const seen = new Set();
  for (const piece of document.querySelectorAll("article .highlight pre span")) {
    if (seen.has(piece.className)) piece.replaceWith(...piece.childNodes);
    seen.add(piece.className);
  }
}"""
KINDS = """(known) => {
  document.querySelectorAll("[data-kind]").forEach((node) => node.removeAttribute("data-kind"));
  const grounds = new Map([[null, ""]]), seen = new Set(known);
  const groundOf = (node) => {
    if (!grounds.has(node)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(node);
      const own = [backgroundColor, backgroundImage, opacity].join(), plain = own === "rgba(0, 0, 0, 0),none,1";
      grounds.set(node, groundOf(node.parentElement) + (plain ? "" : own));
    }
    return grounds.get(node);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !node.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(node);
    const around = node.localName === "a" && getComputedStyle(node.parentElement).color;
    const kind = [color, fontSize, fontWeight, textDecorationLine, around, groundOf(node)].join();
    if (!seen.has(kind)) node.setAttribute("data-kind", "");
    seen.add(kind);
  }
  return [...seen];
}"""
DRAWN = """() => document.querySelectorAll("script[type$='widget-view+json']").length ===
  [...document.querySelectorAll(".lectopt-demo .outcome")].filter((said) => said.textContent).length"""


@pytest.fixture(scope="module")
def reader(browser, site):
    """A page that stays, so that what one page of the book has loaded the next need not load again."""
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script("localStorage.mode = localStorage.theme = 'light'")
    yield page
    context.close()


@pytest.fixture(scope="module")
def page(reader, site, request):
    """A page of the book, its figures drawn and its dropdowns opened. Formulas are set in a test of their own.

    Nothing fades, for a color on its way from one theme to the other is no color of either."""
    reader.route("**/*mathjax*/**", lambda route: route.abort())
    reader.set_viewport_size(DESK)
    reader.goto(f"{site}/{request.param}.html")
    reader.add_style_tag(content="* { transition: none !important; animation: none !important }")
    reader.wait_for_function(DRAWN)
    reader.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
    return reader


def grave(page, rules=None, kinds=None):
    """What axe-core finds on the page that is serious or critical, as a report; empty if there is nothing.

    Of the kinds of text given none is looked at again, and those that are new are added to them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
        few = [{"id": rule, "selector": selector} for rule, selector in SELECTORS.items()]
        page.evaluate("(rules) => axe.configure({ rules })", few)
        page.evaluate(THIN)
    kinds = set() if kinds is None else kinds
    before = len(kinds)
    kinds.update(page.evaluate(KINDS, list(kinds)))
    if rules == COLOR and len(kinds) == before:
        return ""
    options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": rules} if rules else {})
    found = page.evaluate("([out, options]) => axe.run({ exclude: out }, options)", [LEFT_OUT, options])
    found["violations"] = [one for one in found["violations"] if one["impact"] in GRAVE]
    return AxeResults(found).generate_report() if found["violations"] else ""


def dress(page, theme):
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)


@pytest.fixture(scope="module")
def kinds():
    """The kinds of text that were looked at; light and dark are different kinds."""
    return set()


@pytest.mark.browser
@pytest.mark.parametrize("page", EVERY, indirect=True)
def test_axe_finds_nothing_grave_in_light_and_dark(page, kinds):
    dress(page, "light")
    assert not (found := grave(page, kinds=kinds)), found
    dress(page, "dark")
    assert not (found := grave(page, COLOR, kinds)), found


@pytest.mark.browser
@pytest.mark.parametrize("page", at_once(WIDE), indirect=True)
def test_what_scrolls_on_a_phone_is_reached_by_the_keyboard(page):
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(400)  # the theme looks a moment later what scrolls now
    assert not (found := grave(page, ["scrollable-region-focusable"])), found


@pytest.mark.browser
@pytest.mark.parametrize("page", ["index"], indirect=True)
def test_axe_finds_what_is_grave(page):
    """The check itself: it finds what is pale in one theme, what has no name, what scrolls out of reach."""
    dress(page, "light")
    page.evaluate(
        """() => document.querySelector("article").insertAdjacentHTML("beforeend", `<div id="bad">
          <p id="pale">Pale <span style="color: #ddd; font-size: 15px">in the light</span></p>
          <p id="dim">Dim <span style="color: #444; font-size: 15px">in the dark</span></p>
          <p>In a text <a id="unseen" href="#" style="color: #555; text-decoration: none">a link</a> like it</p>
          <input id="nameless" type="range">
          <div id="far" style="overflow: auto; width: 9em; white-space: nowrap">it goes on, far out of sight</div>
        </div>`)"""
    )
    light = grave(page)
    dress(page, "dark")
    dark = grave(page, COLOR)
    page.evaluate("document.querySelector('#bad').remove()")
    assert {name for name in BAD if f"#{name}" in light} == BAD - {"dim"}, light
    assert "#dim" in dark and not any(f"#{name}" in dark for name in ("pale", "nameless", "far")), dark


@pytest.mark.browser
@pytest.mark.parametrize("page", FIGURES, indirect=True)
def test_figures_have_names_and_values_and_obey_the_keyboard(page):
    for figure in page.locator(".lectopt-demo").all():
        for bar in figure.locator("input[type=range]:visible").all():
            slider_tells_its_value(bar)
        for knob in figure.locator("[data-knob]").all():
            knob_obeys_the_arrow_keys(knob)
        for control in figure.locator("button:visible, select:visible, input[type=checkbox]:visible").all():
            expect(control).to_have_accessible_name(re.compile(r"\w"))
        for picture in figure.locator("svg:not(svg svg):not([aria-hidden=true])").all():
            says_what_is_to_be_seen(picture)
        loose = "(root) => [...root.querySelectorAll('*')].filter((node) => getComputedStyle(node).cursor === 'grab'"
        assert figure.evaluate(f"{loose} && !node.closest('[data-knob]')).length") == 0, "a handle without a name"


TOLD = """(bar) => [bar.ariaValueText, bar.parentElement.querySelector(".value").innerText,
  bar.parentElement.querySelector("span").innerText, Number(bar.value) < Number(bar.max)]"""


def slider_tells_its_value(bar):
    """Its name is its label and no value; one step by the keyboard changes the value, both the told and the seen."""
    told, seen, name, up = bar.evaluate(TOLD)
    expect(bar).to_have_accessible_name(name)
    assert told == seen != "", name
    bar.press("ArrowRight" if up else "ArrowLeft")
    now, seen, _, _ = bar.evaluate(TOLD)
    assert now == seen != told, f"{name}: {told} stays {now} when the slider moves"


def knob_obeys_the_arrow_keys(knob):
    """All four keys, and the page stays where it is."""
    expect(knob).to_have_role("slider")
    expect(knob).to_have_accessible_name(re.compile(r"\w{3}"))
    state = "(knob) => [knob.ariaValueText, knob === document.activeElement, scrollY]"
    knob.focus()
    states = [knob.evaluate(state)]
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        knob.page.keyboard.press(key)
        states.append(knob.evaluate(state))
    told, focused, scrolled = map(set, zip(*states, strict=True))
    assert len(told) > 1 and None not in told and focused == {True} and len(scrolled) == 1, states


def says_what_is_to_be_seen(picture):
    """A picture has a name; what is to be seen on it now is told by the figure's outcome."""
    assert picture.get_attribute("role") in ("img", "group"), picture.evaluate("(svg) => svg.outerHTML.slice(0, 200)")
    expect(picture).to_have_accessible_name(re.compile(r"\w+ \w+"))
    expect(picture).to_have_accessible_description(re.compile(r"\w+ \w+ \w+"))
    assert (picture.get_attribute("role") == "group") == (picture.locator("[tabindex]").count() > 0)


@pytest.mark.browser
@pytest.mark.parametrize(
    "name", ["exercises/03_momentum", pytest.param("chapters/03-momentum", marks=pytest.mark.long)]
)
def test_formulas_are_told_and_their_ends_are_reached(reader, site, name):
    """MathJax adds MathML for screen readers; a formula that scrolls on a phone is a stop of the Tab key."""
    reader.unroute_all()
    reader.set_viewport_size(PHONE)
    reader.goto(f"{site}/{name}.html")
    reader.wait_for_function("window.MathJax?.startup?.promise")
    reader.evaluate("MathJax.startup.promise")
    untold = """[...document.querySelectorAll("article mjx-container")].filter((formula) =>
      !formula.querySelector("mjx-assistive-mml math")?.textContent.trim() || formula.tabIndex !== 0 ||
      ![...formula.children].every((part) => part.localName === "mjx-assistive-mml" || part.ariaHidden === "true"))"""
    assert reader.locator("article mjx-container").count() > 20
    assert reader.evaluate(f"{untold}.length") == 0
    assert not (found := grave(reader, ["scrollable-region-focusable", "aria-hidden-focus", "svg-img-alt"])), found


# ---------------------------------------------------------------- the keyboard

# Where the keyboard is, and how that is seen in both themes. In an SVG a ring of ours is drawn around a handle.
STOP = """() => {
  const node = document.activeElement, drawn = node.matches("g"), ring = drawn ? node.querySelector(".ring") : node;
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const seen = (theme) => {
    document.documentElement.dataset.theme = theme;
    const style = getComputedStyle(ring);
    const clear = (under) => rgba(getComputedStyle(under).backgroundColor)[3] < 255;
    let ground = drawn ? node.closest(".lectopt-demo") : node.parentElement;
    while (ground.parentElement && clear(ground)) ground = ground.parentElement;
    return [style[drawn ? "stroke" : "outlineStyle"] !== "none", rgba(style[drawn ? "stroke" : "outlineColor"]),
      rgba(getComputedStyle(ground).backgroundColor)];
  };
  const last = window.stop;
  window.stop = node;
  return {
    what: node.outerHTML.slice(0, 150),
    place: node.closest("main") ? node.closest(".lectopt-demo")?.dataset.demo ?? "page" : "outside",
    later: !last || Boolean(last.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING),
    rings: ["dark", "light"].map(seen),
  };
}"""


@pytest.mark.browser
@pytest.mark.parametrize("page", ["chapters/03-momentum"], indirect=True)
def test_tab_skips_to_the_text_and_goes_through_the_figure_in_order_and_in_sight(page):
    controls = page.locator("[data-demo=momentum_plane]").locator("input, button, [tabindex]").count()
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); delete window.stop }")  # from the top
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link a")
    assert skip.evaluate("(link) => link === document.activeElement")
    assert skip.bounding_box()["y"] >= 0, "it is seen when it is reached"
    page.keyboard.press("Enter")
    places = []
    while places[-2:] != ["momentum_plane", "page"]:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        places.append(stop["place"])
        assert stop["place"] != "outside" and stop["later"], f"out of order: {stop['what']}"
        for shown, color, ground in stop["rings"]:
            assert shown and contrast(color[:3], ground[:3]) >= 3, f"no ring is seen: {stop}"
    assert places.count("momentum_plane") == controls


# ---------------------------------------------------------------- the pages of grading


def graded(student, outcome="graded", **how):
    rows = [
        Row("one", "double", False, 0, 4, "the numbers are off", "twice as much?", "found by its id", "hm\n" * 90),
        Row("two", "double", True, 6, 6),
    ]
    rows = rows if outcome == "graded" else []
    return Result(Submission(student, Path("3.ipynb"), f"{student}/3.ipynb"), outcome, "03", rows, **how)


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["feedback", "overview"])
def test_axe_finds_nothing_grave_on_the_pages_of_grading(reader, tmp_path, kind):
    results = [
        graded("ada", sandbox=False, reason="the newest of two files"),
        *(graded("ada", outcome, reason="why") for outcome in ("rejected", "grader_error", "superseded", "missing")),
    ]
    html = feedback_page("ada", results) if kind == "feedback" else overview_page(results)
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    assert levels(html) and in_order(levels(html)) and re.search(r'<html lang="en"', html)
    reader.goto((tmp_path / "page.html").as_uri())
    for theme in ("light", "dark"):
        reader.emulate_media(color_scheme=theme)
        assert not (found := grave(reader)), found
    reader.emulate_media(color_scheme="light")


# ---------------------------------------------------------------- without a browser


def article(book, name):
    return re.search(r"<article.*</article>", (book / f"{name}.html").read_text(encoding="utf-8"), re.DOTALL)[0]


def levels(html):
    return [int(level) for level in re.findall(r"<h([1-6])\b", html)]


def in_order(levels):
    """One title, at the top, and no level left out on the way down."""
    steps = itertools.pairwise(levels)
    return levels[:1] == [1] and levels.count(1) == 1 and all(below <= above + 1 for above, below in steps)


def test_the_order_of_headings_is_told_right():
    assert in_order([1]) and in_order([1, 2, 3, 3, 2])
    assert not any(map(in_order, ([], [2], [1, 3], [1, 2, 1], [2, 1])))


def test_headings_are_in_order_on_every_page(book):
    found = {name: levels(article(book, name)) for name in PAGES}
    assert {name: order for name, order in found.items() if not in_order(order)} == {}


def test_every_page_says_its_language_and_korean_is_marked(book):
    for name in PAGES:
        text = (book / f"{name}.html").read_text(encoding="utf-8")
        assert '<html lang="en"' in text, name
        marked = re.sub(r'<span lang="ko">[^<]*</span>|<script.*?</script>|<[^>]*>', "", article(book, name))
        assert not re.search(r"[\u3131-\u318e\uac00-\ud7a3]", marked), name
    assert (book / "glossary.html").read_text(encoding="utf-8").count('<span lang="ko">') > 50


def test_pictures_in_the_text_say_what_is_to_be_seen(book):
    """Images are held by test_book; a drawing in the page itself is decoration, or has a role and a name."""
    for name in PAGES:
        text = article(book, name)
        for image in re.findall(r"<img\b[^>]*>", text):
            assert re.search(r'alt="[^"]{60,}"', image) or 'alt=""' in image, f"{name}: {image[:150]}"
        for drawing in re.findall(r"<svg\b[^>]*>", text):
            named = re.search(r'role="(img|group)"', drawing) and re.search(r'aria-label(ledby)?="[^"]+"', drawing)
            assert 'aria-hidden="true"' in drawing or named, f"{name}: {drawing}"


def test_code_that_has_the_color_of_all_code_needs_no_elements(book):
    """tools/pages.py takes names, punctuation and blanks out of their elements; in either style they are plain."""
    style = (book / "_static" / "pygments.css").read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        rule = rf'html\[data-theme="{theme}"\] \.highlight (?:\.(\w+) )?\{{ (?:background: \S+; )?color: (\S+) \}}'
        colors = dict(re.findall(rule, style))
        assert colors["n"] == colors["p"] == colors["w"] == colors[""] != colors["o"]
    for name in PAGES:
        assert not re.search(r'<span class="(n|p|w)">[^<]*</span>', article(book, name)), name
