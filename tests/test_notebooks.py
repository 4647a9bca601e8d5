"""The chapters as notebooks: nothing is left that only the book understands, and twice the same bytes."""

import re
import sys

import nbformat
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import notebooks

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_as_a_notebook(chapter):
    made = notebooks.notebook(chapter)
    nbformat.validate(made)
    assert nbformat.writes(made) == nbformat.writes(notebooks.notebook(chapter))
    text = "\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")
    assert not re.search(r"\{[a-z:-]+\}`|^:::|^`{3,}\{", text, re.MULTILINE), "MyST is left over"
    for link in re.findall(r"\]\(([\w-]+)\.ipynb\)", text):
        assert chapter.with_name(f"{link}.md").exists(), "only chapters are notebooks of this folder"
    assert "def " in text and "<summary>" in text, "the library's source and the hidden explanation are there"
    assert text.count("\\tag{") == len(notebooks.EQUATION.findall(chapter.read_text()))
    code = [cell.source for cell in made.cells if cell.cell_type == "code"]
    blocks = re.findall(r"^```\{code-cell\}.*?\n(.*?)^```", chapter.read_text(), re.MULTILINE | re.DOTALL)
    assert len(code) == len(blocks) and all(source.strip() in block for source, block in zip(code, blocks, strict=True))


def test_a_link_to_the_glossary_is_its_words():
    text = "the **{term}`ball <noise ball (잡음 공)>`** (잡음 공) of {term}`Adam`'s"
    assert notebooks.plain(text, CHAPTERS[0], {}, {}) == "the **ball** (잡음 공) of Adam's"


def test_what_has_no_plain_form_is_an_error(tmp_path):
    chapter = tmp_path / "13-odd.md"
    head, _, _ = CHAPTERS[0].read_text().partition("\n# ")
    chapter.write_text(head + "\n# Odd\n\n:::{carousel}\nx\n:::\n")
    with pytest.raises(ValueError, match=r"13-odd.md: the directive \{carousel\} has no plain form"):
        notebooks.notebook(chapter)
