"""The map of the chapters: all of them, by their own titles, with arrows that fit, and links that lead there."""

import re
import subprocess
import sys
from html import unescape
from itertools import pairwise

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import chapter_map
from chapter_map import CHAPTERS, tall, wide

LISTED = re.findall(r"file: chapters/(\S+)", (ROOT / "_toc.yml").read_text())
TITLES = [chapter_map.title_of(ROOT / "chapters" / f"{name}.md") for name in LISTED]
LAYOUTS = {"wide": wide, "tall": tall}


def test_it_holds_every_chapter_in_the_order_of_the_course():
    assert list(CHAPTERS) == LISTED
    for i, (name, chapter) in enumerate(CHAPTERS.items()):
        assert TITLES[i].startswith(f"{i}. ") and name.startswith(f"{i:02}-")
        assert 3 <= len(chapter.words.split()) <= 5
        assert all(before < i for before in chapter.before) and bool(chapter.before) == (i > 0)


def at_edge(box, x, y, slack):
    """Whether (x, y) is at the edge of a box, or up to `slack` outside."""
    near = box.x - slack <= x <= box.right + slack and box.y - slack <= y <= box.bottom + slack
    return near and not inside(box, x, y)


def inside(box, x, y):
    return box.x < x < box.right and box.y < y < box.bottom


def course(d):
    """Points along a path, a list for each of its strokes."""
    strokes, x, y = [], 0.0, 0.0
    for command, text in re.findall(r"([MHVhvqC])([^MHVhvqC]*)", d):
        n = [float(number) for number in re.findall(r"-?[\d.]+", text)]
        if command == "M":
            strokes.append([])
            corners = [tuple(n)]
        elif command == "C":
            corners = [(x, y), *zip(n[::2], n[1::2], strict=True)]
        elif command == "q":
            corners = [(x, y), (x + n[0], y + n[1]), (x + n[2], y + n[3])]
        else:
            to = n[0] + {"h": x, "v": y}.get(command, 0)
            corners = [(x, y), (to, y) if command in "Hh" else (x, to)]
        strokes[-1] += [bezier(corners, share / 50) for share in range(51)]
        x, y = corners[-1]
    return strokes


def bezier(corners, share):
    while len(corners) > 1:
        corners = [tuple(a + share * (b - a) for a, b in zip(*pair, strict=True)) for pair in pairwise(corners)]
    return corners[0]


@pytest.mark.parametrize("kind", LAYOUTS)
def test_arrows_lead_from_what_comes_before(kind):
    width, height, boxes, arrows = LAYOUTS[kind]()
    pairs = [(i, k) for k, chapter in enumerate(CHAPTERS.values()) if k < 11 for i in chapter.before]
    assert len(arrows) == len(pairs) + 1, "one each, and the bracket of the last chapter"
    for (i, k), d in zip(pairs, arrows, strict=False):
        (points,) = course(d)
        assert at_edge(boxes[i], *points[0], 0) and at_edge(boxes[k], *points[-1], 6.1), (i, k, d)
        assert not any(inside(box, *point) for box in boxes for point in points), (i, k, d)
    assert at_edge(boxes[-1], *course(arrows[-1])[-1][-1], 6.1)
    for i, a in enumerate(boxes):
        assert 0 <= a.x < a.right <= width and 0 <= a.y < a.bottom <= height
        assert all(a.right < b.x or b.right < a.x or a.bottom < b.y or b.bottom < a.y for b in boxes[:i])


@pytest.fixture
def build(tmp_path):
    """Build a page with the map and the real chapters' names by Sphinx alone; returns (folder, build)."""
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'tools')!r})\nextensions = ['chapter_map']\n"
        "exclude_patterns = ['chapters/*', 'out']\n"
    )
    (tmp_path / "index.rst").write_text("A page\n======\n\n.. chapter-map::\n")
    (tmp_path / "chapters").mkdir()
    for name, title in zip(LISTED, TITLES, strict=True):
        (tmp_path / "chapters" / f"{name}.md").write_text(f"# {title}\n")

    def run():
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", ".", "out"]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
        return result.stdout + result.stderr, (tmp_path / "out" / "index.html").read_text()

    return tmp_path, run


def test_titles_come_from_the_chapters_and_follow_them(build):
    folder, run = build
    said, page = run()
    assert "rror" not in said and page.count("3. Momentum: a ball with friction. Read chapter 2 before.") == 2
    (folder / "chapters" / "03-momentum.md").write_text("# 3. A <heavy> ball\n")
    _, page = run()
    assert "3. Momentum" not in page and page.count("3. A &lt;heavy&gt; ball: ") == 2
    assert page.count(">3. A &lt;heavy&gt; ball<") == 2


def test_a_chapter_that_is_gone_is_an_error(build):
    folder, run = build
    (folder / "chapters" / "03-momentum.md").unlink()
    said, _ = run()
    assert "names 03-momentum.md, and there is no such chapter" in said


def test_the_page_shows_every_chapter_and_its_links_lead_there(book):
    page = (book / "index.html").read_text()
    for kind in LAYOUTS:
        (svg,) = re.findall(rf'<svg class="{kind}".*?</svg>', page, re.DOTALL)
        assert "<title " in svg and "<desc " in svg
        links = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)">(.*?)</a>', svg)
        assert len(links) == len(LISTED)
        for (href, label, inner), name, title in zip(links, LISTED, TITLES, strict=True):
            shown = [unescape(row) for row in re.findall(r'<text class="name"[^>]*>([^<]*)<', inner)]
            assert " ".join(shown) == title and unescape(label).startswith(f"{title}: {CHAPTERS[name].words}. ")
            assert href == f"chapters/{name}.html" and (book / href).exists()
            assert unescape(re.search(r"<h1>(.*?)<a ", (book / href).read_text())[1]) == title


# ---------------------------------------------------------------- in a browser

browser = pytest.mark.browser
LOOKS = [("wide", 1280, "light"), ("wide", 1280, "dark"), ("tall", 360, "light"), ("tall", 360, "dark")]


@browser
@pytest.mark.parametrize(("kind", "width", "theme"), LOOKS)
def test_one_picture_is_seen_and_its_words_fit_and_can_be_read(open_page, kind, width, theme):
    page = open_page("index.html", width=width, theme=theme, reduced_motion=True)
    seen = page.locator(".chapter-map svg:visible")
    assert seen.count() == 1 and seen.get_attribute("class") == kind
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    out = seen.evaluate(
        """(svg) => [...svg.querySelectorAll("a")].flatMap((a) => {
          const box = a.querySelector("rect").getBoundingClientRect();
          return [...a.querySelectorAll("text")].filter((text) => {
            const r = text.getBoundingClientRect();
            return r.left < box.left || r.right > box.right || r.top < box.top || r.bottom > box.bottom;
          }).map((text) => text.textContent);
        })"""
    )
    assert out == [], "words that do not fit"
    heights = "(svg) => [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect().height)"
    assert min(seen.evaluate(heights)) > 11
    colors = seen.evaluate(
        """(svg) => {
          const rgb = (style) => style.match(/[\\d.]+/g).slice(0, 3).map(Number);
          const of = (selector, key) => rgb(getComputedStyle(svg.querySelector(selector))[key]);
          return [of("rect", "fill"), of("text.name", "fill"), of("text.words", "fill"),
            rgb(getComputedStyle(document.body).backgroundColor), of(".arrow", "stroke"), of("marker path", "fill")];
        }"""
    )
    box, name, words, ground, arrow, head = map(luminance, colors)
    assert (ground < 0.1) == (theme == "dark")
    assert contrast(name, box) >= 4.5 and contrast(words, box) >= 4.5
    assert contrast(arrow, ground) >= 3 and contrast(head, ground) >= 3


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (x / 255 for x in rgb)]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a, b):
    low, high = sorted((a, b))
    return (high + 0.05) / (low + 0.05)


@browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_keyboard_goes_through_the_chapters_in_order_and_is_seen(open_page, width):
    page = open_page("index.html", width=width, reduced_motion=True)
    links = page.locator(".chapter-map svg:visible a")
    plain = links.nth(1).locator("rect").evaluate("(rect) => getComputedStyle(rect).strokeWidth")
    links.first.focus()
    for i, name in enumerate(LISTED):
        if i:
            page.keyboard.press("Tab")
        assert links.nth(i).evaluate("(a) => a === document.activeElement && a.matches(':focus-visible')"), name
        assert links.nth(i).locator("rect").evaluate("(rect) => getComputedStyle(rect).strokeWidth") != plain
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/chapters/{LISTED[-2]}.html")
