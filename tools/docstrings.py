"""Sphinx extension: docstrings of the library as they are written, on the API page.

Indented lines are formulas and stay as they are, line by line; *, | and _ mean
themselves; `name` is code.
"""

import re


def literal(lines):
    """The lines of a docstring as reStructuredText."""
    out, example = [], False
    for i, line in enumerate(lines):
        example = line.startswith(">>>") or (example and bool(line.strip()))
        indented = line.startswith("    ")
        if indented and not (i and lines[i - 1].strip()) and not _inside(out):
            out += ["::", ""]
        out.append(line if indented or example else _escaped(line))
    return out


def _inside(out):
    """Does the block above, across blank lines, go on?"""
    above = next((line for line in reversed(out) if line.strip()), "")
    return above.startswith("    ")


def _escaped(line):
    parts = re.split(r"(`[^`]+`)", line)
    return "".join(f"`{p}`" if p.startswith("`") else re.sub(r"([*|]|(?<=\w)_(?!\w))", r"\\\1", p) for p in parts)


def setup(app):
    """Called by Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", lambda *event: event[-1].__setitem__(slice(None), literal(event[-1])))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
