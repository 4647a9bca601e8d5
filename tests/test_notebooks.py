"""The pages as notebooks: nothing is left that only the book understands, twice the same bytes, and never stale."""

import os
import re
import sys

import nbformat
import pytest
from conftest import ROOT
from grading_class import filled, save

from lectopt.grading.exercise import read_exercise
from lectopt.grading.judge import transplant
from lectopt.grading.submission import find_answers, read_submission, recognize

sys.path.insert(0, str(ROOT / "tools"))
import notebooks

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
HEAD = CHAPTERS[0].read_text("utf-8").partition("\n# ")[0]


def texts(made):
    return "\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")


def blocks(text):
    """The code cells of a page that it shows."""
    found = re.findall(r"^```\{code-cell\}.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [block for block in found if "remove-cell" not in block]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_as_a_notebook(chapter):
    made = notebooks.notebook(chapter)
    nbformat.validate(made)
    assert nbformat.writes(made) == nbformat.writes(notebooks.notebook(chapter))
    text = texts(made)
    assert not re.search(r"\{[a-z:-]+\}`|^:::|^`{3,}\{", text, re.MULTILINE), "MyST is left over"
    for link in re.findall(r"\]\(([\w-]+)\.ipynb\)", text):
        assert chapter.with_name(f"{link}.md").exists(), "only chapters are notebooks of this folder"
    assert "def " in text and "<summary>" in text, "the library's source and the hidden explanation are there"
    assert text.count("\\tag{") == len(notebooks.EQUATION.findall(chapter.read_text()))
    own = [cell for cell in made.cells if cell.cell_type == "code" and not re.match("setup|file-", cell.id)]
    shown = blocks(chapter.read_text())
    assert len(own) == len(shown) and all(cell.source.strip() in block for cell, block in zip(own, shown, strict=True))


def test_every_page_that_has_code_becomes_a_notebook():
    pages, ready = set(notebooks.pages()), set(notebooks.exercises_and_solutions())
    assert set(CHAPTERS) <= pages
    for name in notebooks.toc():
        page = ROOT / f"{name}.md"
        if page.exists():
            assert (page in pages) == bool(re.search(r"^```\{code-cell\}", page.read_text(), re.MULTILINE)), name
        else:
            assert ROOT / f"{name}.ipynb" in ready, name


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small course of its own: a front page with code, a chapter, a page without code, an exercise."""
    for folder in ("chapters", "exercises", "lectopt", "tools"):
        (tmp_path / folder).mkdir()

    def page(title, code):
        return f"{HEAD}\n# {title}\n\nWords.\n\n```{{code-cell}} ipython3\n{code}\n```\n"

    (tmp_path / "index.md").write_text(page("The course", "1 + 1") + "\n```{tableofcontents}\n```\n")
    (tmp_path / "chapters" / "01-a.md").write_text(page("1. First", 'open("a.csv").read()'))
    (tmp_path / "chapters" / "a.csv").write_text("x,y\n1,\"'\n")
    (tmp_path / "glossary.md").write_text("# Glossary\n")
    save(nbformat.v4.new_notebook(), tmp_path / "exercises" / "01_a.ipynb")
    chapter = "- file: chapters/01-a\n  sections:\n  - file: exercises/01_a\n- file: glossary\n"
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{chapter}")
    (tmp_path / "_config.yml").write_text("repository:\n  url: https://example.org/a/fork\n")
    for name in ("references.bib", "tools/notebooks.py", "lectopt/rules.py"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    return tmp_path


def test_a_front_page_with_code_is_a_notebook_too(course):
    notebooks.main([])
    made = nbformat.read(course / "index.ipynb", as_version=4)
    assert [cell.source for cell in made.cells if cell.cell_type == "code"][1:] == ["1 + 1"]
    assert "- [1. First](chapters/01-a.ipynb)" in texts(made)
    assert not (course / "glossary.ipynb").exists()


def test_links_lead_to_the_notebook_of_a_page_that_has_one(course):
    chapter = course / "chapters" / "01-a.md"
    words = (
        "[a](../index.md), [b](../glossary.md), {doc}`c </glossary>`, {doc}`d <../index>`, [e](../exercises/01_a.ipynb)"
    )
    chapter.write_text(chapter.read_text().replace("Words.", words))
    made = texts(notebooks.notebook(chapter))
    targets = re.findall(r"\]\((.*?)\)", made)
    assert targets == [
        "../index.ipynb",
        "../glossary.md",
        "../glossary.md",
        "../index.ipynb",
        "../exercises/01_a.ipynb",
    ]


def test_a_file_that_a_chapter_reads_comes_along(course, monkeypatch):
    """Colab has the notebook alone."""
    made = notebooks.notebook(course / "chapters" / "01-a.md")
    assert [cell.id for cell in made.cells if cell.cell_type == "code"][:2] == ["setup", "file-a"]
    (course / "elsewhere").mkdir()
    monkeypatch.chdir(course / "elsewhere")
    exec(made.cells[1].source, {})
    there = course / "elsewhere" / "a.csv"
    assert there.read_bytes() == (course / "chapters" / "a.csv").read_bytes()
    there.write_text("mine")
    exec(made.cells[1].source, {})
    assert there.read_text() == "mine"


def test_only_what_is_missing_or_old_is_written(course):
    notebooks.main([])
    made = course / "chapters" / "01-a.ipynb"
    front = (course / "index.ipynb").stat().st_mtime_ns
    for source in ("chapters/01-a.md", "lectopt/rules.py", "references.bib", "_config.yml", "chapters/a.csv"):
        made.write_text("as it was")
        notebooks.main([])
        assert made.read_text() == "as it was", "nothing is newer"
        later = made.stat().st_mtime + 1
        os.utime(course / source, (later, later))
        notebooks.main([])
        assert made.read_text() != "as it was", source
        os.utime(course / source, (0, 0))
    made.unlink()
    os.utime(course / "index.ipynb", ns=(front, front))
    notebooks.main([])
    assert made.exists() and (course / "index.ipynb").stat().st_mtime_ns == front


def test_the_first_cell_installs_from_the_address_of_the_repository(course):
    notebooks.main([])
    first = nbformat.read(course / "index.ipynb", as_version=4).cells[0].source
    assert first.count("git+https://example.org/a/fork") == 1
    assert len(first.splitlines()) <= 6 and first.startswith("# ")


def test_exercises_of_the_branch_begin_with_that_cell_and_lose_nothing_else():
    for path in notebooks.exercises_and_solutions():
        made, ours = notebooks.runnable(path), nbformat.read(path, as_version=4)
        nbformat.validate(made)
        assert made.cells[0] == notebooks.setup_cell()
        assert [c.id for c in made.cells[1:]] == [c.id for c in ours.cells]
        assert all(a == b for a, b in zip(made.cells[1:], ours.cells, strict=True) if a.cell_type == "code")
        assert re.search(r"\]\(\.\./chapters/[\w-]+\.ipynb\)", texts(made)) and ".md)" not in texts(made)


def test_the_first_cell_costs_no_points():
    """Handed in with it or without, the very same cells are judged."""
    for path in sorted((ROOT / "exercises").glob("*.ipynb")):
        solved = read_exercise(ROOT / "solutions" / path.name)
        answers = {name: f"{name} = None  # mine" for name in solved.answers}
        plain, extra = filled(nbformat.read(path, as_version=4), answers), filled(notebooks.runnable(path), answers)
        found = [find_answers(read_submission(notebook), solved) for notebook in (plain, extra)]
        assert recognize(read_submission(extra), [solved]) is solved
        assert not any(answer.note for answer in found[1].values())
        assert transplant(solved, found[0], set()) == transplant(solved, found[1], set())


def test_a_link_to_the_glossary_is_its_words():
    text = "the **{term}`ball <noise ball (잡음 공)>`** (잡음 공) of {term}`Adam`'s"
    assert notebooks.plain(text, CHAPTERS[0], {}, {}) == "the **ball** (잡음 공) of Adam's"


def test_what_has_no_plain_form_is_an_error(tmp_path):
    chapter = tmp_path / "13-odd.md"
    chapter.write_text(HEAD + "\n# Odd\n\n:::{carousel}\nx\n:::\n")
    with pytest.raises(ValueError, match=r"13-odd.md: the directive \{carousel\} has no plain form"):
        notebooks.notebook(chapter)
