"""The book on paper: what is read is there, what is clicked is not, black on white in either theme."""

import pytest

pytestmark = pytest.mark.browser

CHAPTER, SOLUTION = "chapters/03-momentum.html", "solutions/03_momentum.html"
DRAWN = """() => document.querySelectorAll("script[type$='widget-view+json']").length ===
  [...document.querySelectorAll(".lectopt-demo .outcome")].filter((said) => said.textContent).length"""
# What the theme and its extensions put around the text, and what of ours can only be moved or clicked.
CHROME = [
    ".bd-sidebar-primary",
    ".bd-sidebar-secondary",
    ".bd-header-article",  # with its launch and download buttons
    ".prev-next-footer",
    ".skip-link",
    "#pst-back-to-top",
    "#jb-print-docs-body",
    ".headerlink",
    ".copybtn",
    ".lectopt-demo .buttons",
    ".lectopt-demo input[type=range]",
    ".lectopt-demo .ring",
]
TEXT = [
    "article h1",
    "article h2",
    "article > section > p",
    "article .highlight pre",
    "article img",
    ".lectopt-demo .panel > svg",
    ".lectopt-demo .outcome",
    ".lectopt-demo .control .value",
    ".lectopt-demo table",
    "details.sd-dropdown .sd-card-text",
    ".admonition.verdict",
]
# The texts of a page that are to be seen, and the grounds, by how bright they are, from 0 to 1.
LIGHT = """() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const brightness = (color) => {
    if (!known.has(color)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(color, a ? (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255 : null);
    }
    return known.get(color);
  };
  const texts = {}, grounds = {};
  for (const node of document.querySelectorAll("body, article, article *:not(script, style)")) {
    if (!node.checkVisibility()) continue;
    const { color, fill, backgroundColor } = getComputedStyle(node), drawn = node.localName === "text";
    const bare = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (bare) texts[brightness(drawn ? fill : color)] = node.outerHTML.slice(0, 120);
    if (brightness(backgroundColor) !== null) grounds[brightness(backgroundColor)] = node.outerHTML.slice(0, 120);
    if (node.matches(".ground")) grounds[brightness(fill)] = node.outerHTML.slice(0, 120);
  }
  return [texts, grounds];
}"""


@pytest.fixture(scope="module")
def paper(browser, site):
    """A page as it goes to the printer; its formulas are not set, which takes longest and changes nothing here."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.route("**/*mathjax*/**", lambda route: route.abort())
    page.emulate_media(media="print")

    def on_paper(path):
        if not page.url.endswith(path):
            page.goto(f"{site}/{path}")
            page.add_style_tag(content="* { transition: none !important; animation: none !important }")
            page.wait_for_function(DRAWN)
        return page

    yield on_paper
    page.context.close()


def test_what_is_clicked_is_gone_and_what_is_read_is_there(paper):
    page = paper(CHAPTER)
    seen = "(nodes) => nodes.map((node) => node.checkVisibility() && node.getClientRects().length > 0)"
    for selector in CHROME:
        found = page.locator(selector).evaluate_all(seen)
        assert found and not any(found), f"{selector} is on paper"
    for selector in TEXT:
        found = page.locator(selector).evaluate_all(seen)
        assert found and all(found), f"{selector} is not on paper"
    style = "(node, name) => getComputedStyle(node)[name]"
    assert page.locator("article p a[href]").first.evaluate(style, "textDecorationLine") == "none"
    assert page.locator("article h2").first.evaluate(style, "breakAfter") == "avoid"
    for whole in (".lectopt-demo", ".cell_input", ".highlight", "article img", ".admonition.verdict"):
        assert page.locator(whole).first.evaluate(style, "breakInside") == "avoid", whole


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_black_on_white_in_either_theme(paper, theme):
    page = paper(CHAPTER)
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
    texts, grounds = page.evaluate(LIGHT)
    assert max(map(float, texts)) < 0.5, texts
    assert min(map(float, grounds)) > 0.9, grounds
    assert page.locator("article img").first.evaluate("(image) => getComputedStyle(image).filter") == "none"


def test_a_figure_is_scaled_to_the_paper(paper):
    """Nothing draws it anew while it prints: the picture drawn for the screen fits a column half as wide."""
    panel = paper(CHAPTER).locator(".lectopt-demo .panel > svg").first
    ends = """(svg) => {
      const { left, right } = svg.querySelector("svg").getBoundingClientRect();
      return [left, right];
    }"""
    wide, (left, right) = panel.bounding_box(), panel.evaluate(ends)
    panel.evaluate("(svg) => { svg.parentElement.style.width = `${svg.getBoundingClientRect().width / 2}px`; }")
    narrow, (start, end) = panel.bounding_box(), panel.evaluate(ends)
    assert narrow["width"] == pytest.approx(wide["width"] / 2, abs=1)
    assert narrow["height"] == pytest.approx(wide["height"] / 2, abs=2)
    assert end - start == pytest.approx((right - left) / 2, abs=1)
    assert narrow["x"] <= start and end <= narrow["x"] + narrow["width"]


def test_an_answer_prints_as_the_reader_left_it(paper):
    page = paper(SOLUTION)
    page.evaluate("document.querySelector('details.hide').open = true")
    seen = [answer.is_visible() for answer in page.locator("details.hide .highlight pre").all()]
    assert seen[0] and not any(seen[1:])


def test_what_a_notebook_folds_prints_opened(paper):
    folded = paper(SOLUTION).locator("article details:not([class])")
    assert folded.get_attribute("open") is None and folded.locator("ol").is_visible()
