"""Sphinx extension: docstrings of the library as they are written, on the API page.

Indented lines are formulas and stay as they are, line by line; *, | and _ mean
themselves; `name` is code; (Author, year) leads to the list of references.
"""

import re
from pathlib import Path

from pybtex.database import parse_file
from sphinx.addnodes import pending_xref

# A work named on one line: (Kingma and Ba, 2015), (Nocedal and Wright, 2006, algorithm 3.5).
NAMED = re.compile(r"\(([A-Z][^(),\d]*(?:, [A-Z][^(),\d]*)*), ((?:1[6-9]|20)\d\d)(?:, ([^()]*))?\)")


def literal(lines, works=None):
    """The lines of a docstring as reStructuredText; `works` is the bibliography, see `keys`."""
    out, example = [], False
    for i, line in enumerate(lines):
        example = line.startswith(">>>") or (example and bool(line.strip()))
        indented = line.startswith("    ")
        if indented and not (i and lines[i - 1].strip()) and not _inside(out):
            out += ["::", ""]
        out.append(line if indented or example else _escaped(line, works or {}))
    return out


def keys(who, year, works):
    """The keys of what "who, year" names: one work, or one of each author; none if one is missing."""
    first = who.removesuffix(" et al.")
    names = re.split(r", | and ", first)
    found = [k for k, w in works.items() if w.fields["year"] == year and _are(names, w, others=first != who)]
    if not found and len(names) > 1 and first == who:
        each = [keys(name, year, works) for name in names]
        found = [key for one in each for key in one] if all(each) else []
    return found


def _are(names, work, others):
    """Are these the authors of the work, with others after them or without?"""
    authors = [" ".join(person.prelast_names + person.last_names) for person in work.persons["author"]]
    return authors[: len(names)] == names and (len(authors) > 2 if others else len(authors) == len(names))


def _inside(out):
    """Does the block above, across blank lines, go on?"""
    above = next((line for line in reversed(out) if line.strip()), "")
    return above.startswith("    ")


def _escaped(line, works):
    def cite(named):
        found = keys(named[1], named[2], works)
        if not found:
            return named[0]
        if named[3]:
            found[-1] += f"{{{named[3]}}}"
        return f":cite:p:`{','.join(found)}`"

    def words(part):
        return NAMED.sub(cite, re.sub(r"([*|]|(?<=\w)_(?!\w))", r"\\\1", part))

    return "".join(f"`{p}`" if p.startswith("`") else words(p) for p in re.split(r"(`[^`]+`)", line))


def setup(app):
    """Called by Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    works = {}

    def read(app):
        for bib in app.config.bibtex_bibfiles:
            works.update(parse_file(str(Path(app.srcdir, bib))).entries)

    def process(app, what, name, obj, options, lines):
        for bib in app.config.bibtex_bibfiles:  # a work added there may become a link here
            app.env.note_dependency(str(Path(app.srcdir, bib)))
        lines[:] = literal(lines, works)

    def forget_ids(app, doctree):
        """Each block of a page counts its citations from id1, and no page may have an id twice; none is needed."""
        for node in doctree.findall(pending_xref):
            if node["refdomain"] == "cite":
                node["ids"] = []

    app.connect("builder-inited", read)
    app.connect("doctree-read", forget_ids)
    app.connect("autodoc-process-docstring", process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
