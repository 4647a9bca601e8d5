"""Write the chapters as notebooks, beside their text: `python tools/notebooks.py` makes chapters/*.ipynb.

JupyterLab, Colab and Binder's classic pages know plain markdown. So what MyST
adds is written out: the library's source, boxes, citations, numbered equations
and links. Cells get ids from their position, or every run would be a difference.
"""

import ast
import re
import sys
from pathlib import Path

import jupytext
import nbformat

ROOT = Path(__file__).parents[1]
CHAPTERS = ROOT / "chapters"
FENCE = re.compile(
    r"^(:{3,}|`{3,})\{([\w-]+)\} ?([^\n]*)\n((?::[\w-]+:[^\n]*\n)*)(.*?)^\1 *$", re.MULTILINE | re.DOTALL
)
EQUATION = re.compile(r"^\$\$\n(.*?)^\$\$ \((\S+)\)$", re.MULTILINE | re.DOTALL)
ROLE = re.compile(r"\{([a-z:]+)\}`([^`]+)`")


def notebook(chapter):
    """The notebook of a chapter, with plain markdown in its text cells."""
    made = jupytext.read(chapter)
    numbers = {label: i for i, (_, label) in enumerate(EQUATION.findall(chapter.read_text("utf-8")), 1)}
    works = read_works((ROOT / "references.bib").read_text("utf-8"))
    for i, cell in enumerate(made.cells):
        cell.id = f"{chapter.stem[:2]}-{i:03}"
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, chapter, numbers, works)
        elif "remove-cell" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}
    made.metadata = {"kernelspec": made.metadata["kernelspec"], "language_info": {"name": "python"}}
    return made


def plain(text, chapter, numbers, works):
    """MyST written out as plain markdown."""
    text = EQUATION.sub(lambda m: f"$$\n{m[1].rstrip()} \\tag{{{numbers[m[2]]}}}\n$$", text)
    text = FENCE.sub(lambda m: fence(m, chapter), text)
    return ROLE.sub(lambda m: role(m[1], m[2], chapter, numbers, works), text)


def fence(match, chapter):
    """A directive as markdown that any notebook shows. Raises ValueError for one that is not known."""
    _, name, title, options, body = match.groups()
    if name == "literalinclude":
        wanted = re.search(r":pyobject: (\S+)", options)
        return f"```python\n{source_of((chapter.parent / title).resolve(), wanted and wanted[1])}\n```"
    if name == "dropdown":
        return f"<details><summary>{title}</summary>\n\n{body.strip()}\n\n</details>"
    if name in ("admonition", "note", "tip", "warning"):
        lines = f"**{title or name.capitalize()}**\n\n{body.strip()}".splitlines()
        return "\n".join(f"> {line}".rstrip() for line in lines)
    raise ValueError(f"{chapter.name}: the directive {{{name}}} has no plain form yet, see tools/notebooks.py")


def role(name, content, chapter, numbers, works):
    """A citation, a reference or a term in plain words."""
    if name == "eq":
        return f"({numbers[content]})"
    if name in ("cite:t", "cite:p"):
        cited = [works[key.strip()] for key in content.split(",")]
        if name == "cite:t":
            return " and ".join(f"{who} ({year})" for who, year in cited)
        return "(" + "; ".join(f"{who}, {year}" for who, year in cited) + ")"
    words, target = m.groups() if (m := re.fullmatch(r"(.*?)\s*<(.*)>", content)) else (content, content)
    if name == "doc" and "/" not in target:  # another chapter
        return f"[{words}]({target}.ipynb)"
    if name in ("doc", "term", "ref", "download"):
        return words
    raise ValueError(f"{chapter.name}: the role {{{name}}} has no plain form yet, see tools/notebooks.py")


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


if __name__ == "__main__":
    for chapter in map(Path, sys.argv[1:] or sorted(CHAPTERS.glob("*.md"))):
        nbformat.write(notebook(chapter.resolve()), chapter.with_suffix(".ipynb"))
