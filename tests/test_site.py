"""The pages in a browser: every page, light and dark and on a phone, asks nobody and logs nothing."""

import itertools
import re
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.browser

PAGES = [f"{name}.html" for name in re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text())]
LOOKS = {
    "desk": {"scheme": "file", "theme": "light"},
    "dark": {"scheme": "http", "theme": "dark"},
    "phone": {"scheme": "file", "theme": "dark", "width": 360, "height": 740, "touch": True},
}


def looked_at():
    """Every page in every look; exercises are alike, and so are solutions: one of each is soon enough."""
    for path, (name, look) in itertools.product(PAGES, LOOKS.items()):
        later = path.startswith(("exercises/", "solutions/")) and "03_" not in path
        yield pytest.param(path, name, look, id=f"{path}-{name}", marks=pytest.mark.long if later else ())


@pytest.mark.parametrize(("path", "name", "look"), list(looked_at()))
def test_a_page_fits_asks_nobody_and_logs_nothing(open_page, path, name, look):
    """Its first screen is kept in _build/screenshots, for people to look at."""
    page = open_page(path, formulas=name == "phone", **look)
    page.evaluate("window.MathJax?.startup?.promise")
    page.wait_for_timeout(100)
    kept = ROOT / "_build" / "screenshots" / name / path.replace("/", "-").replace(".html", ".jpg")
    page.screenshot(path=kept, type="jpeg", quality=70)
    assert page.locator("article h1").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.evaluate("document.documentElement.dataset.theme") == look["theme"]
    if name == "phone":  # formulas are broken by hand: what scrolls sideways is read by nobody
        wide = "nodes => nodes.filter((n) => n.scrollWidth > n.clientWidth).map((n) => n.innerText)"
        assert page.locator("mjx-container[display=true]").evaluate_all(wide) == []
        if path.startswith("chapters/"):
            wide = "nodes => nodes.filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.innerText)"
            assert page.locator(".cell_output pre").evaluate_all(wide) == [], "print at most 58 characters a line"
        beyond = "nodes => nodes.filter((n) => n.getBoundingClientRect().right > innerWidth).map((n) => n.textContent)"
        assert page.locator(".prev-next-area *").evaluate_all(beyond) == [], "the links at the foot"
        assert [alt for alt, height in labels(page) if height < 9.5] == [], "words in a figure that nobody can read"


def labels(page):
    """For every figure that is a picture its alternative text and how high its labels are drawn, in pixels."""
    drawn = "images => images.map((i) => [i.alt, new URL(i.src).pathname, i.getBoundingClientRect().width])"
    for alt, file, width in page.locator(".cell_output img[src$='.svg']").evaluate_all(drawn):
        text = Path(file).read_text("utf-8")
        sizes = re.findall(r"font(?:-size)?[:=] ?\"?([\d.]+)(?:px)?", text)
        box = re.search(r'viewBox="0 0 ([\d.]+)', text)
        yield alt, max(map(float, sizes)) * width / float(box[1])


def test_formulas_are_set(open_page):
    page = open_page("chapters/03-momentum.html", formulas=True)
    page.wait_for_selector("mjx-container", timeout=15_000)
    assert page.locator("mjx-container").count() > 30
    assert page.locator("mjx-merror").count() == 0


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_search_finds_the_chapter(open_page, scheme):
    page = open_page("search.html?q=Nesterov", scheme=scheme)
    page.wait_for_selector("#search-results li a", timeout=15_000)
    found = page.locator("#search-results").inner_text()
    assert "Momentum" in found


def test_figures_are_turned_over_in_the_dark(open_page):
    page = open_page("chapters/03-momentum.html", theme="dark")
    style = page.locator("div.cell_output img").first.evaluate(
        "e => [getComputedStyle(e).filter, getComputedStyle(e).backgroundColor]"
    )
    assert "invert(1)" in style[0] and style[1] == "rgba(0, 0, 0, 0)"


def test_answers_of_the_solution_stand_behind_a_click(open_page):
    page = open_page("solutions/03_momentum.html")
    assert page.locator("h1").first.inner_text().startswith("Solution 3"), "links name it by a title of its own"
    assert page.get_by_text("The picture appears in Jupyter").is_visible(), "here nothing moves"
    code = page.get_by_text("def averaged_momentum", exact=False).first
    assert not code.is_visible()
    page.locator("details.hide summary").first.click()
    assert code.is_visible()
