"""The book in a pocket: what is wider or taller than a phone can be read there all the same. Formulas: test_site.py."""

import re

import pytest
from figure import Figure

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(open_page):
    return lambda path: open_page(path, width=360, height=740, touch=True, reduced_motion=True)


def test_of_a_wide_figure_one_panel_fills_the_screen(phone):
    """At the width of the page its words would be five pixels high."""
    page = phone("chapters/03-momentum.html")
    image = page.locator(".wide-figure > img").first
    width, view, whole = image.evaluate(
        "(i) => [i.getBoundingClientRect().width, i.parentElement.clientWidth, i.parentElement.scrollWidth]"
    )
    assert 1.5 * view < width < 2 * view and whole >= width - 1
    assert page.locator(".cell_output > img").first.bounding_box()["width"] <= view


def test_what_is_hardly_too_wide_is_set_smaller_and_the_rest_scrolls(phone):
    """What a cell prints keeps its columns, so it cannot break its lines."""
    page = phone("chapters/03-momentum.html")
    page.locator(".cell_output pre").first.evaluate("(p) => { p.textContent = 'x'.repeat(70); }")
    page.evaluate("dispatchEvent(new Event('resize'))")
    (much, cut), *printed = page.locator(".cell_output pre").evaluate_all(
        "all => all.map((p) => [parseFloat(getComputedStyle(p).fontSize), p.scrollWidth - p.clientWidth])"
    )
    assert much == 12 and cut > 50
    assert all(size == 12 or (10 <= size < 12 and over <= 1) for size, over in printed)
    assert sum(size < 12 for size, _ in printed) >= 3
    page.set_viewport_size({"width": 740, "height": 360})
    page.wait_for_function("[...document.querySelectorAll('.cell_output pre')].every((p) => !p.style.fontSize)")


def test_a_mark_stays_with_its_formula_and_a_unit_with_its_number(phone):
    """Else a comma, or a percent sign, begins the next line."""
    page = phone("chapters/02-sgd-problems.html")
    together = page.locator(".with-mark")
    assert together.count() > 20 and together.first.evaluate("e => getComputedStyle(e).whiteSpace") == "nowrap"
    after = page.locator("article span.math:not(.with-mark > *)").evaluate_all(
        "all => all.map((formula) => formula.nextSibling?.data ?? '')"
    )
    assert not [text for text in after if text[:1] in tuple(".,;:?)")]
    text = page.locator("article").inner_text()
    assert "\N{NO-BREAK SPACE}%" in text and not re.search(r"^.*\d %.*$", text.partition("Exercises")[0], re.M)


def test_the_contents_close_when_a_heading_is_chosen(phone):
    page = phone("chapters/03-momentum.html")
    page.locator("button.secondary-toggle").click()
    link = page.locator("dialog[open] a[href='#one-direction-at-a-time']")
    link.click()
    page.locator("dialog[open]").wait_for(state="hidden")
    top = page.locator("#one-direction-at-a-time").bounding_box()["y"]
    assert 0 <= top < 200, "and the heading is in sight"


def test_what_a_figure_says_stays_in_sight_while_one_drags(phone):
    figure = Figure(phone("chapters/03-momentum.html"), "momentum_plane")
    figure.root.evaluate("(root) => scrollTo(0, root.getBoundingClientRect().top + scrollY - 80)")
    box = figure.root.bounding_box()
    assert box["y"] + box["height"] > 900, "it is taller than the screen"
    said = figure.root.locator(".outcome").bounding_box()
    assert said["y"] + said["height"] <= 740
