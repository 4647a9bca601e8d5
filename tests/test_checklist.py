"""What the lecture notes teach, and where the book does: every place of notes.csv is opened and read.

A row quotes its place: `words` stands there, in this order, with … for what is left out. A quotation may come
from text, formula and code, from what a picture's alternative text says, or name a figure to play with and its traits.
"""

import csv
import json
import re
from collections import Counter

import pytest
from bs4 import BeautifulSoup, NavigableString
from conftest import ROOT

from lectopt.demos import source
from lectopt.demos.table import DEMOS

COLUMNS = ["number", "section", "source", "taught", "place", "words"]
# How many things the notes teach in each of their chapters, the pictures they name among them: the statements of
# their list are 63, the pictures 11, the terms 24, and a statement that says several things has a row for each.
TAUGHT = {
    "Problems of SGD": 38,
    "Momentum & Nesterov": 17,
    "Exponentially weighted averages & bias correction": 10,
    "AdaGrad → RMSProp → Adam": 20,
    "Learning-rate decay": 14,
    "Second-order methods": 12,
    "BatchNorm": 20,
    "Regularization": 9,
    "Glossary": 24,
}
STATE, VIEW = (f"application/vnd.jupyter.widget-{kind}+json" for kind in ("state", "view"))
with (ROOT / "tests" / "notes.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


class Page:
    """A page of the book, parsed once; asked for an anchor it gives what is to be read there."""

    def __init__(self, file):
        soup = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        state = soup.find("script", type=STATE)
        self.widgets = json.loads(state.string)["state"] if state else {}
        self.parts = {part["id"]: part for part in soup.article.find_all(id=True)}

    def text(self, anchor):
        """The text of a section, or of a term with its definition."""
        part = self.parts[anchor]
        parts = [part, part.find_next_sibling("dd")] if part.name == "dt" else [part]
        return plain(" ".join("".join(self._read(part)) for part in parts))

    def _read(self, part):
        for node in part.descendants:
            if type(node) is NavigableString:  # neither a comment nor the content of a script
                yield node
            elif node.name == "img":
                yield f" {node.get('alt', '')} "
            elif node.name == "script" and node.get("type") == VIEW:
                yield f" {figure(self.widgets[json.loads(node.string)['model_id']]['state'])} "


def figure(state):
    """A figure to play with, by its name and its traits: what the page runs must be the figure's own source."""
    for name, traits in DEMOS.items():
        if state.get("_esm") == source(name) and traits.keys() <= state.keys():
            return f"{name}: {', '.join(traits)}"
    return ""


def plain(text):
    return " ".join(text.split())


def missing(words, text):
    """The first piece of a quotation that does not stand in the text behind the pieces before it, or None."""
    at = 0
    for piece in map(plain, words.split("…")):
        found = text.find(piece, at)
        if found < 0:
            return piece
        at = found + len(piece)
    return None


@pytest.fixture(scope="module")
def pages(book):
    names = {row["place"].partition("#")[0] for row in ROWS}
    return {name: Page(book / name) for name in names if (book / name).is_file()}


def test_every_row_is_complete():
    assert list(ROWS[0]) == COLUMNS
    assert [row["number"] for row in ROWS] == [str(n) for n in range(1, len(ROWS) + 1)]
    for row in ROWS:
        assert all(isinstance(row[column], str) and row[column] == plain(row[column]) for column in COLUMNS), row
        assert re.fullmatch(r"S[0124]( S[0124])*", row["source"]) and row["source"].split() == sorted(
            set(row["source"].split())
        ), row
        assert re.fullmatch(r"[\w/-]+\.html#[^\s#]+", row["place"]) and len(row["taught"]) > 1, row
        assert min(map(len, row["words"].split("…"))) > 3 and len(row["words"]) >= 20, f"{row}: that stands anywhere"
    assert len({(row["place"], row["words"]) for row in ROWS}) == len(ROWS), "two rows quote the same"


def test_nothing_that_the_notes_teach_is_left_out():
    counted = Counter(row["section"] for row in ROWS)
    assert list(counted) == list(TAUGHT), "one chapter of the notes after the other"
    assert {section: n for section, n in counted.items() if n < TAUGHT[section]} == {}
    terms = {row["place"] for row in ROWS if row["section"] == "Glossary"}
    assert len(terms) == counted["Glossary"] and all(place.startswith("glossary.html#term-") for place in terms)


def test_every_chapter_teaches_something_of_the_notes():
    named = {row["place"].partition(".html")[0] for row in ROWS}
    assert {f"chapters/{chapter.stem}" for chapter in (ROOT / "chapters").glob("*.md")} <= named


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['number']}-{row['place']}")
def test_the_notes_are_taught_there(pages, row):
    name, _, anchor = row["place"].partition("#")
    assert name in pages, f"the book has no page {name}"
    page = pages[name]
    anchors = [part for part in page.parts if not page.parts[part].find("h1")]  # not the whole page
    assert anchor in anchors, f"no part of {name} is called {anchor}; there are {', '.join(anchors)}"
    gone = missing(row["words"], page.text(anchor))
    assert gone is None, f"{row['place']} no longer says {gone!r}: where is taught what row {row['number']} asks for?"


def test_a_quotation_must_stand_there_in_this_order():
    text = plain("Momentum is a heavy\n ball. It rolls.")
    assert missing("a heavy ball … It rolls", text) is None
    assert missing("It rolls … a heavy ball", text) == "a heavy ball"
    assert missing("a light ball", text) == "a light ball"


def test_what_is_read_on_a_page(tmp_path):
    """Text, alternative texts and figures to play with; no script, nothing from outside the part."""
    state = {"_esm": source("fit"), **dict.fromkeys(DEMOS["fit"])}
    widgets = {"a": {"state": state}, "b": {"state": {**state, "_esm": "another"}}}
    (tmp_path / "page.html").write_text(
        f"""<html><script type="{STATE}">{json.dumps({"state": widgets})}</script><article>
        <section id="all"><h1>Title</h1><section id="part"><h2>Part</h2>
        <!-- hidden --><p>One <b>bold</b> word.</p>
        <img alt="A picture."><script type="{VIEW}">{{"model_id": "a"}}</script>
        <script type="{VIEW}">{{"model_id": "b"}}</script><script>let x</script></section>
        <dl><dt id="term-x">x (엑스)</dt><dd><p>A letter.</p></dd><dt id="term-y">y</dt><dd><p>Another.</p></dd></dl>
        </section></article></html>""",
        encoding="utf-8",
    )
    page = Page(tmp_path / "page.html")
    assert page.text("part") == f"Part One bold word. A picture. fit: {', '.join(DEMOS['fit'])}"
    assert page.text("term-x") == "x (엑스) A letter."
