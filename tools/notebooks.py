"""Write the notebooks that people run: `python tools/notebooks.py` makes one beside each page that has code,
where it is missing or older than what it is made from; `--branch FOLDER` writes there all notebooks of the
course, exercises and solutions too, as the branch of notebooks has them.

JupyterLab, Colab and Binder's classic pages know plain markdown. So what MyST
adds is written out: the library's source, boxes, citations, numbered equations
and links. Cells that a page does not show (they assert its numbers, and look into
other chapters) are left out. Cells get ids from their position, or every run would
be a difference.
"""

import argparse
import ast
import os
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(
    r"^(:{3,}|`{3,})\{([\w-]+)\} ?([^\n]*)\n((?::[\w-]+:[^\n]*\n)*)(.*?)^\1 *$", re.MULTILINE | re.DOTALL
)
EQUATION = re.compile(r"^\$\$\n(.*?)^\$\$ \((\S+)\)$", re.MULTILINE | re.DOTALL)
ROLE = re.compile(r"\{([a-z:]+)\}`([^`]+)`")
LINK = re.compile(r"\]\(([\w./-]+)\.md(#[\w-]*)?\)")
FRONT_MATTER = re.compile(r"^---\n(.*?)^---\n", re.MULTILINE | re.DOTALL)

SETUP = """\
# Where the course's library is missing, on Colab for example, this cell installs it. Elsewhere it does nothing.
from importlib.util import find_spec

if find_spec("lectopt") is None:
    %pip install --quiet "lectopt[demos,data] @ git+{address}"
"""
FILE = """\
# {name} lies beside this page in the repository. Where it is missing, this cell writes it.
from pathlib import Path

if not Path("{name}").exists():
    Path("{name}").write_text({text!r}, "utf-8")
"""


def toc():
    """The names of all pages, in the order of the table of contents, without suffix."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    names = [contents["root"]]
    for chapter in chapters_of(contents):
        names += [chapter["file"], *(section["file"] for section in chapter.get("sections", []))]
    return names


def chapters_of(contents):
    """The chapters of a table of contents, with parts or without."""
    return [chapter for part in contents.get("parts", [contents]) for chapter in part.get("chapters", [])]


def pages():
    """The pages of text that become notebooks: those whose front matter names a kernel."""
    found = [ROOT / f"{name}.md" for name in toc() if (ROOT / f"{name}.md").exists()]
    return [page for page in found if is_notebook(page)]


def exercises_and_solutions():
    """The pages that are notebooks already: exercises and solutions."""
    found = [ROOT / f"{name}.ipynb" for name in toc() if not (ROOT / f"{name}.md").exists()]
    return [path for path in found if path.exists()]


def is_notebook(page):
    """Does a page of text hold code to run?"""
    head = FRONT_MATTER.match(page.read_text("utf-8"))
    return bool(head) and "kernelspec" in yaml.safe_load(head[1])


def setup_cell():
    """The first cell of every notebook. The repository's address stands in _config.yml and nowhere else."""
    import nbformat  # not needed when nothing is to be written

    address = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]
    return nbformat.v4.new_code_cell(SETUP.format(address=address).rstrip(), id="setup")


def notebook(page):
    """The notebook of a page, with plain markdown in its text cells."""
    import jupytext

    made = jupytext.read(page)
    numbers = {label: i for i, (_, label) in enumerate(EQUATION.findall(page.read_text("utf-8")), 1)}
    works = read_works((ROOT / "references.bib").read_text("utf-8"))
    made.cells = [cell for cell in made.cells if "remove-cell" not in cell.metadata.get("tags", [])]
    for i, cell in enumerate(made.cells):
        cell.id = f"{page.stem[:2]}-{i:03}"
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, page, numbers, works)
    made.cells[:0] = [setup_cell(), *file_cells(page, made.cells)]
    made.metadata = {"kernelspec": made.metadata["kernelspec"], "language_info": {"name": "python"}}
    return made


def file_cells(page, cells):
    """For each file beside a page that its code names, a cell that writes it: Colab has the notebook alone."""
    import nbformat

    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    for file in sorted(page.parent.glob("*.csv")):
        if f'"{file.name}"' in code:
            source = FILE.format(name=file.name, text=file.read_text("utf-8")).rstrip()
            hidden = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # in JupyterLab, on Colab
            yield nbformat.v4.new_code_cell(source, id=f"file-{file.stem}", metadata=hidden)


def runnable(path):
    """An exercise or a solution as the branch has it: with the first cell, its links to notebooks."""
    import nbformat

    made = nbformat.read(path, as_version=4)
    if made.cells[0].get("id") == "setup":
        return made
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(lambda m: f"]({link(m[1], path)}{m[2] or ''})", cell.source)
    made.cells.insert(0, setup_cell())
    return made


def plain(text, page, numbers, works):
    """MyST written out as plain markdown."""
    text = EQUATION.sub(lambda m: f"$$\n{m[1].rstrip()} \\tag{{{numbers[m[2]]}}}\n$$", text)
    text = FENCE.sub(lambda m: fence(m, page), text)
    text = ROLE.sub(lambda m: role(m[1], m[2], page, numbers, works), text)
    return LINK.sub(lambda m: f"]({link(m[1], page)}{m[2] or ''})", text)


def fence(match, page):
    """A directive as markdown that any notebook shows. Raises ValueError for one that is not known."""
    _, name, title, options, body = match.groups()
    if name == "literalinclude":
        wanted = re.search(r":pyobject: (\S+)", options)
        return f"```python\n{source_of((page.parent / title).resolve(), wanted and wanted[1])}\n```"
    if name == "dropdown":
        return f"<details><summary>{title}</summary>\n\n{body.strip()}\n\n</details>"
    if name in ("admonition", "note", "tip", "warning", "important", "hint", "seealso"):
        lines = f"**{title or name.capitalize()}**\n\n{body.strip()}".splitlines()
        return "\n".join(f"> {line}".rstrip() for line in lines)
    if name == "tableofcontents":
        chapters = [name for name in toc() if name.startswith("chapters/")]
        return "\n".join(f"- [{title_of(chapter)}]({link('/' + chapter, page)})" for chapter in chapters)
    if name == "chapter-map":
        return "\n".join(map_lines(page))
    raise ValueError(f"{page.name}: the directive {{{name}}} has no plain form yet, see tools/notebooks.py")


def map_lines(page):
    """The map of the chapters in words, for where its picture is not drawn."""
    from chapter_map import CHAPTERS

    for name, chapter in CHAPTERS.items():
        before = "all the others" if len(chapter.before) > 3 else " and ".join(map(str, chapter.before))
        after = f", after {before}" if before else ""
        yield f"- [{title_of(f'chapters/{name}')}]({link(f'/chapters/{name}', page)}): {chapter.words}{after}"


def role(name, content, page, numbers, works):
    """A citation, a reference or a term in plain words."""
    if name == "eq":
        return f"({numbers[content]})"
    if name in ("cite:t", "cite:p"):
        cited = [works[key.strip()] for key in content.split(",")]
        if name == "cite:t":
            return " and ".join(f"{who} ({year})" for who, year in cited)
        return "(" + "; ".join(f"{who}, {year}" for who, year in cited) + ")"
    words, target = m.groups() if (m := re.fullmatch(r"(.*?)\s*<(.*)>", content)) else (content, content)
    if name == "doc":
        return f"[{Path(words).name}]({link(target, page)})"
    if name in ("term", "ref", "download"):
        return words
    raise ValueError(f"{page.name}: the role {{{name}}} has no plain form yet, see tools/notebooks.py")


def link(target, page):
    """From a page to another, given without suffix: to its notebook if it has one, else to its text."""
    file = ROOT / target[1:] if target.startswith("/") else page.parent / target
    text = file.with_name(file.name + ".md")
    found = text if text.exists() and not is_notebook(text) else file.with_name(file.name + ".ipynb")
    return Path(os.path.relpath(found, page.parent)).as_posix()


def title_of(name):
    """The heading of a page of text."""
    return re.search(r"^# (.+)$", (ROOT / f"{name}.md").read_text("utf-8"), re.MULTILINE)[1]


def source_of(file, name):
    """The source of one function or class of a file, or all of it."""
    text = file.read_text("utf-8")
    if name is None:
        return text.rstrip()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name.rpartition(".")[2]:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
    raise ValueError(f"{file.name} has no {name}")


def read_works(bib):
    """{key: (authors in short, year)} of a bibliography."""
    works = {}
    for key, entry in re.findall(r"^@\w+\{([^,]+),(.*?)^\}", bib, re.MULTILINE | re.DOTALL):
        authors = re.search(r"author\s*=\s*\{(.*?)\},?\n", entry)[1].split(" and ")
        names = [re.sub(r"[{}\\\"']", "", author.partition(",")[0]) for author in authors]
        who = names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."
        works[key] = who, re.search(r"year\s*=\s*\{(\d+)\}", entry)[1]
    return works


def is_old(page):
    """Is its notebook missing, or older than something that it is made from?"""
    made = page.with_suffix(".ipynb")
    shared = (ROOT / name for name in ("_config.yml", "_toc.yml", "references.bib"))
    code = (*(ROOT / "tools").glob("*.py"), *(ROOT / "lectopt").rglob("*.py"))
    sources = [page, *shared, *page.parent.glob("*.csv"), *code]
    return not made.exists() or made.stat().st_mtime < max(source.stat().st_mtime for source in sources)


def write(made, path):
    """Write a notebook, at once, with line ends and encoding that do not depend on the machine."""
    import nbformat

    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_text(nbformat.writes(made) + "\n", "utf-8", newline="\n")
    temporary.replace(path)


def main(arguments=None):
    """Write the notebooks that are asked for."""
    parser = argparse.ArgumentParser(description="The pages with code as notebooks, where these are missing or old.")
    parser.add_argument("--branch", type=Path, metavar="FOLDER", help="write all notebooks of the course there")
    folder = parser.parse_args(arguments).branch
    for page in pages():
        if folder or is_old(page):
            write(notebook(page), (folder or ROOT) / page.relative_to(ROOT).with_suffix(".ipynb"))
    for path in exercises_and_solutions() if folder else ():
        write(runnable(path), folder / path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
