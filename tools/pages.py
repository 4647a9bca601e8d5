"""Sphinx extension: what a screen reader needs of a page and the tools that write it leave out, and less weight."""

import functools
import re
from pathlib import Path

from docutils import nodes

# a tag, or a run of Korean outside of any
TAG_OR_KOREAN = re.compile(r"<[^>]*>|[\u3131-\u318e\uac00-\ud7a3]+(?: [\uac00-\ud7a3]+)*")
WIDTH = re.compile(r'<svg [^>]*\bwidth="([\d.]+)pt"')
WIDE = 540  # points: figures of several panels beside each other are wider, and a phone shows one panel at a time
WIDE_IMAGE = re.compile(r'<img [^>]*class="[^">]*\bwide-image\b[^>]*>')
# an inline formula and the marks after it, which would fall alone to the next line
MARK = re.compile(r'<span class="math notranslate nohighlight">[^<]*</span>(?:[.,;:?)’”-]+| %)')
# a blank before or behind which no line ends
UNIT = re.compile(r"(?<=\d) (?=%|°C|±)|(?<=±) (?=\d)")
EXPLORE = '"## Explore first\\n",'  # a line of a notebook
STILL = "*The picture appears in Jupyter: by the rocket above, or where you work.*"
# pieces of code in the color of all text: names, punctuation, blanks; they would be a tenth of a page
PLAIN = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')


def complete(body):
    """The body of a page: Korean is marked as Korean, works are the items of a list, plain code is plain."""
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')  # the other role is deprecated
    body = TAG_OR_KOREAN.sub(lambda m: m[0] if m[0][0] == "<" else f'<span lang="ko">{m[0]}</span>', body)
    body = WIDE_IMAGE.sub(r'<div class="wide-figure">\g<0></div>', body)  # on a phone it scrolls, and nothing beside it
    body = MARK.sub(r'<span class="with-mark">\g<0></span>', body)
    return PLAIN.sub(r"\1", body)


def named(toctree):
    """A maker of tables of contents whose buttons that open a chapter's sections say so."""

    @functools.wraps(toctree)
    def make(*args, **kwargs):
        soup = toctree(*args, **kwargs)
        for summary in soup.select("details > summary") if hasattr(soup, "select") else ():
            summary["aria-label"] = f"Sections of {summary.find_parent('li').find('a').get_text(strip=True)}"
        return soup

    return make


def _page(app, pagename, templatename, context, doctree):
    context["body"] = complete(context.get("body", ""))
    context["generate_toctree_html"] = named(context["generate_toctree_html"])


def _wide(app, doctree, docname):
    """Figures too wide for a phone get a class."""
    for image in doctree.findall(nodes.image):
        file = Path(app.srcdir, image["uri"])
        if file.suffix == ".svg" and (width := WIDTH.search(file.read_text("utf-8")[:1000])):
            image["classes"] += ["wide-image"] if float(width[1]) > WIDE else []


def _together(app, doctree, docname):
    """A number and its unit stay on one line."""
    for text in list(doctree.findall(nodes.Text)):
        if UNIT.search(text) and not isinstance(text.parent, nodes.literal | nodes.literal_block):
            text.parent.replace(text, nodes.Text(UNIT.sub("\N{NO-BREAK SPACE}", text)))


def _as_page(app, docname, source):
    """What a notebook says otherwise as a page: nothing moves there, and a solution needs a title of its own."""
    if docname.startswith("solutions/"):
        source[0] = source[0].replace('"# Exercise ', '"# Solution ', 1)
    if docname.startswith(("exercises/", "solutions/")):
        source[0] = source[0].replace(EXPLORE, f'{EXPLORE}\n"\\n",\n"{STILL}\\n",', 1)


def setup(app):
    """Called by Sphinx."""
    app.connect("source-read", _as_page)
    app.connect("doctree-resolved", _wide)
    app.connect("doctree-resolved", _together)
    app.connect("html-page-context", _page, priority=900)  # the theme comes first: it makes the table of contents
    return {"parallel_read_safe": True, "parallel_write_safe": True}
