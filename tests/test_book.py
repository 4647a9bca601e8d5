"""The book: it builds, it fails when it must, it forgets nothing, and its pages are light."""

import re
import shutil
import time
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from conftest import ROOT, make

import lectopt

CHAPTER = """---
jupytext: {{text_representation: {{extension: .md, format_name: myst}}}}
kernelspec: {{display_name: Python 3, language: python, name: python3}}
---
# A small chapter

```{{code-cell}} ipython3
from lectopt import Optimizer, descend, quadratic, sgd
path = descend(quadratic([1.0]), [1.0], Optimizer(sgd, 0.5), 1)
print("executed", {stamp!r}, path[-1, 0])
```

```{{code-cell}} ipython3
---
mystnb: {{image: {{alt: "A line that falls from one to one half in a single step; does the figure arrive?"}}}}
---
from lectopt.plots import book_style, plt
book_style()
plt.plot(path);
```

```{{code-cell}} ipython3
:tags: [remove-cell]
assert path[-1, 0] == 0.5
```
"""


@pytest.fixture
def small(tmp_path):
    """The real library and build, with one small chapter; returns (folder, build)."""
    for name in ("lectopt", "tools", "static"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "_config.yml", "requirements.txt", "constraints.txt", "pyproject.toml", "references.bib"):
        shutil.copy2(ROOT / name, tmp_path / name)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "index.md").write_text(CHAPTER.format(stamp="first"))
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")

    def build(**environment):
        start = time.monotonic()
        result = make("book", cwd=tmp_path, PYTHONPATH=str(tmp_path), **environment)
        page = tmp_path / "_build" / "html" / "index.html"
        return result, page.read_text() if page.exists() else "", time.monotonic() - start

    return tmp_path, build


@pytest.mark.long
def test_a_change_of_style_or_references_reaches_pages_whose_text_is_the_same(small):
    """Sphinx looks at texts alone; and a work put before others moves the places that links lead to."""
    folder, build = small
    (folder / "index.md").write_text("# A book\n")
    (folder / "cites.md").write_text("# A chapter\n\n{cite:t}`Nesterov1983`\n")
    (folder / "references.md").write_text("# References\n\n```{bibliography}\n:all:\n:style: unsrt\n```\n")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters: [{file: cites}, {file: references}]\n")
    html = folder / "_build" / "html"
    build()
    with (folder / "static" / "lectopt.css").open("a") as style:
        style.write("/* another style */\n")
    build()
    assert "another style" in (html / "_static" / "lectopt.css").read_text()
    works = folder / "references.bib"
    works.write_text("@misc{First, author={A, B}, title={C}, year={1900}}\n\n" + works.read_text())
    build()
    place = re.search(r'href="references.html#(\w+)"', (html / "cites.html").read_text())[1]
    assert "Nesterov" in (html / "references.html").read_text().split(f'id="{place}"')[1][:600]


@pytest.mark.long
def test_a_change_in_the_library_executes_again_and_a_failure_is_not_forgotten(small):
    folder, build = small
    rules = folder / "lectopt" / "rules.py"
    right = rules.read_text()

    result, page, first = build(MPLBACKEND="agg")
    assert result.returncode == 0, result.stdout
    assert "executed first 0.5" in page and "file://" in result.stdout
    assert "_images/" in page, "a backend of the user's own must not cost the figures"
    result, _, again = build()
    assert result.returncode == 0 and again < max(6, first), "with nothing changed it takes a few seconds"

    rules.write_text(right.replace("w -= lr * g", "w -= 2 * lr * g", 1))
    for _ in range(2):  # Sphinx forgets a failure: built again with nothing mended, it must fail again
        result, _, _ = build()
        assert result.returncode != 0 and "AssertionError" in result.stdout, result.stdout

    rules.write_text(right)
    result, page, _ = build()
    assert result.returncode == 0 and "executed first 0.5" in page


def test_a_warning_is_an_error(small):
    folder, build = small
    (folder / "index.md").write_text("# A page\n\nSee {ref}`nowhere`.\n")
    result, _, _ = build()
    assert result.returncode != 0 and "nowhere" in result.stdout


def test_a_machine_without_venv_is_told_what_to_install(tmp_path):
    for name in ("Makefile", "requirements.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy2(ROOT / name, tmp_path / name)
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexit 0\n')
    python.chmod(0o755)
    result = make("book", f"PYTHON={python}", cwd=tmp_path)
    assert result.returncode != 0 and "sudo apt install python3-venv" in result.stdout


def test_a_python_that_is_too_old_is_named(tmp_path):
    for name in ("Makefile", "requirements.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy2(ROOT / name, tmp_path / name)
    result = make("book", "PYTHON=false", cwd=tmp_path)
    assert result.returncode != 0 and "Python 3.11 or newer" in result.stdout


def test_the_student_edition_has_no_trace_of_the_solutions():
    built = make("book", "SOLUTIONS=no")
    assert built.returncode == 0, built.stdout[-3000:]
    html = ROOT / "_build" / "student" / "_build" / "html"
    secrets = []
    for notebook in (ROOT / "solutions").glob("*.ipynb"):
        for cell in nbformat.read(notebook, as_version=4).cells:
            if cell.source.startswith(("# hidden check", "<!-- solution")):
                secrets.append(max(cell.source.splitlines(), key=len)[:40])
    assert secrets
    for file in html.rglob("*"):
        assert "solution" not in str(file.relative_to(html)).lower()
        if file.suffix in (".html", ".ipynb", ".md", ".txt", ".js", ".inv") and file.is_file():
            text = file.read_text(errors="replace")
            assert not re.search(r"solutions/\d\d_(?!signs)", text), f"{file}: only the template's place may be named"
            assert not any(secret in text for secret in secrets), file
    page = (html / "exercises" / "03_momentum.html").read_text()
    assert set(re.findall(r">\s*(Exercise|Solution) \d+\s*<", page)) == {"Exercise"}, "the titles beside the pages"
    assert page.count("exercises/03_momentum.ipynb") > 2, "its buttons"


def pages(book):
    return [page for page in sorted(book.rglob("*.html")) if "_static" not in page.parts]


def test_every_page_of_the_table_of_contents_is_there(book):
    listed = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text())
    assert {f"{name}.html" for name in listed} <= {str(page.relative_to(book)) for page in pages(book)}


def test_the_api_page_shows_every_public_name(book):
    page = (book / "api.html").read_text()
    missing = [name for name in lectopt.__all__ if f'id="lectopt.{name}"' not in page]
    assert missing == [], "add them to api.md"
    assert "<blockquote>" not in page, "a formula ran together"


def test_links_inside_the_book_lead_somewhere(book):
    for page in pages(book):
        for link in re.findall(r'href="([^"#?:]+)["#?]', page.read_text()):
            assert (page.parent / unquote(link)).resolve().exists(), f"{page.name} links to {link}"


def test_a_page_weighs_at_most_300_kilobytes(book):
    """What is ours: the article, its images, its figures to play with (in the head), our script and style."""
    for page in pages(book):
        text = page.read_text()
        article = re.search(r"<article.*</article>", text, re.DOTALL)
        images = {unquote(src) for src in re.findall(r'<img[^>]*src="([^":]+)"', text)}
        own = [page.parent / src for src in images] + [book / "_static" / n for n in ("demo-host.js", "lectopt.css")]
        state = re.search(r"<script[^>]*widget-state\+json.*?</script>", text, re.DOTALL)
        parts = [match[0].encode() for match in (article, state) if match]
        weight = sum(map(len, parts)) + sum(file.stat().st_size for file in own)
        assert weight <= 300_000, f"{page.name}: {weight} bytes"


def test_every_image_says_what_is_to_be_seen(book):
    for chapter in (book / "chapters").glob("*.html"):
        assert "_images/" in chapter.read_text(), f"{chapter.name} shows no figure"
    for page in pages(book):
        for image in re.findall(r"<img[^>]*>", page.read_text()):
            if "_images/" in image:
                alt = re.search(r'alt="([^"]*)"', image)
                assert alt and len(alt[1]) > 60 and "_images" not in alt[1], f"{page.name}: {image[:100]}"


def test_chapters_quote_the_library_and_stay_readable():
    for chapter in (ROOT / "chapters").glob("*.md"):
        text = chapter.read_text()
        assert "literalinclude} ../lectopt/" in text, f"{chapter.name} shows no source of the library"
        assert len(text.splitlines()) <= 600, f"{chapter.name} is too long"
        visible = re.findall(r"```\{code-cell\}[^\n]*\n(.*?)```", text, re.DOTALL)
        for cell in (cell for cell in visible if "remove-cell" not in cell):
            for line in cell.splitlines():
                assert len(line) <= 82 or "alt:" in line, f"{chapter.name}: {line}"


def test_every_claim_has_a_verdict_that_can_be_counted():
    for chapter in Path(ROOT / "chapters").glob("*.md"):
        boxes = re.findall(r"\{admonition\} Verdict: ([^\n]*)\n:class: verdict (\w+)", chapter.read_text())
        assert boxes, chapter.name
        for title, kind in boxes:
            assert kind in ("confirmed", "conditional", "refuted", "undetectable")
            assert {"undetectable": "not detectable here"}.get(kind, kind) in title, f"{chapter.name}: {title}"
