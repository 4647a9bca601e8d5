"""Sphinx extension: the directive {chapter-map}, a picture of how the chapters hang together.

Numbers and titles come from the chapters themselves. What is said here is what each is about, what one
should have read before it, and its place. The picture is drawn twice, for wide and for narrow pages; the
style sheet shows the one that fits.
"""

import html
import textwrap
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Chapter(NamedTuple):
    """What the map says of a chapter."""

    words: str  # what it is about
    before: tuple[int, ...]  # the chapters one should have read
    place: tuple[int, int]  # column and row of the wide picture


# In the order of the course; the last one looks back at all the others.
CHAPTERS = {
    "00-orientation": Chapter("notation, a first race", (), (0, 0)),
    "01-minibatches": Chapter("many small, noisy steps", (0,), (1, 0)),
    "02-sgd-problems": Chapter("valleys, saddles, noise", (1,), (1, 1)),
    "03-momentum": Chapter("a ball with friction", (2,), (1, 2)),
    "04-averages": Chapter("a mean that forgets", (0,), (3, 0)),
    "05-adaptive": Chapter("scale every coordinate", (3, 4), (2, 2)),
    "06-decay": Chapter("fast first, slow later", (5,), (2, 3)),
    "07-second-order": Chapter("steps from curvature", (2,), (0, 2)),
    "08-losses": Chapter("choose the landscape", (2,), (0, 1)),
    "09-batchnorm": Chapter("normalize every layer", (1, 4), (2, 1)),
    "10-regularization": Chapter("do well on new data", (5,), (3, 3)),
    "11-claims": Chapter("is Adam all one needs?", tuple(range(11)), (0, 4)),
}


class Box(NamedTuple):
    """Where a chapter stands, in pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self):  # noqa: D102
        return self.x + self.w

    @property
    def bottom(self):  # noqa: D102
        return self.y + self.h

    @property
    def middle(self):  # noqa: D102
        return self.x + self.w / 2, self.y + self.h / 2


def title_of(chapter):
    """The first heading of a chapter's file: its number and its title."""
    lines = chapter.read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix("# ") for line in lines if line.startswith("# "))


def wide():
    """(width, height, boxes, arrows): columns and rows as the table says, the last chapter below all."""
    w, h, gap, pitch, top = 160, 60, 20, 84, 24
    boxes = [Box(c * (w + gap), top + r * pitch, w, h) for c, r in (chapter.place for chapter in CHAPTERS.values())]
    width, floor = boxes[4].right, boxes[6].bottom
    boxes[-1] = Box(0, floor + 38, width, 42)
    arrows = [_wide_arrow(boxes[i], box) for box, chapter in _all_but_last(boxes) for i in chapter.before]
    bracket = f"M4 {floor + 6}v8H{width - 4}v-8M{width / 2} {floor + 14}v18"
    return width, boxes[-1].bottom + 2, boxes, [*arrows, bracket]


def _wide_arrow(a, b):
    (ax, ay), (bx, by) = a.middle, b.middle
    if ay == by and abs(ax - bx) < 200:  # neighbors
        return f"M{a.right} {ay}H{b.x - 6}" if ax < bx else f"M{a.x} {ay}H{b.right + 6}"
    if ay == by:  # over the heads of those between
        return f"M{ax} {a.y}v-8q0 -10 10 -10H{bx - 10}q10 0 10 10V{b.y - 6}"
    if ax == bx:
        return f"M{ax} {a.bottom}V{b.y - 6}"
    if b.y - a.bottom > a.h:  # around those between
        return f"M{ax} {a.bottom}V{by - 10}q0 10 -10 10H{b.right + 6}"
    side = 1 if bx > ax else -1  # from corner to corner, through the gap between the rows
    x = bx - side * 0.3 * b.w
    return f"M{ax + side * 0.3 * a.w} {a.bottom}v3q0 6 {side * 6} 6H{x - side * 6}q{side * 6} 0 {side * 6} 6V{b.y - 6}"


def tall():
    """(width, height, boxes, arrows): one below the other, arrows that skip chapters in the margin."""
    w, h, pitch, left = 276, 42, 56, 50
    boxes = [Box(left, 2 + i * pitch, w, h) for i in range(len(CHAPTERS))]
    arrows = [_tall_arrow(boxes[i], box, pitch) for box, chapter in _all_but_last(boxes) for i in chapter.before]
    last, rail = boxes[-1], boxes[-1].right + 14
    bracket = "".join(f"M{rail} {box.middle[1]}H{box.right}" for box in boxes[1:-1])
    bracket += f"M{last.right} {boxes[0].middle[1]}H{rail}V{last.middle[1]}h-8"
    return last.right + 18, last.bottom + 2, boxes, [*arrows, bracket]


def _tall_arrow(a, b, pitch):
    (x, ay), (_, by), span = a.middle, b.middle, (b.y - a.y) / pitch
    if span == 1:
        return f"M{x} {a.bottom}V{b.y - 6}"
    reach = a.x - 12 - 6.5 * span
    return f"M{a.x} {ay + 8}C{reach} {ay + 8} {reach} {by - 8} {b.x - 6} {by - 8}"


def _all_but_last(boxes):
    return list(zip(boxes, CHAPTERS.values(), strict=True))[:-1]


def picture(kind, layout, titles, links):
    """The map as SVG. The links say in words what the arrows show."""
    width, height, boxes, arrows = layout()
    chapters = zip(boxes, CHAPTERS.values(), titles, links, strict=True)
    paths = "".join(f'<path class="arrow" marker-end="url(#map-{kind})" d="{d}"/>' for d in arrows)
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" role="group" '
        f'aria-labelledby="map-{kind}-title map-{kind}-desc">'
        f'<title id="map-{kind}-title">Map of the chapters</title>'
        f'<desc id="map-{kind}-desc">A box for each chapter; arrows come from what you should have read before.</desc>'
        f'<defs><marker id="map-{kind}" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8Z"/></marker></defs>'
        f"{paths}{''.join(_link(*chapter) for chapter in chapters)}</svg>"
    )


def _link(box, chapter, title, href):
    rows = [("name", row) for row in textwrap.wrap(title, 20 if box.w < 200 else 60)] + [("words", chapter.words)]
    x, y = box.middle[0], box.middle[1] + 4.5 - 7.5 * (len(rows) - 1)
    words = "".join(
        f'<text class="{kind}" x="{x}" y="{y + 15 * i}">{html.escape(row)}</text>' for i, (kind, row) in enumerate(rows)
    )
    label = html.escape(f"{title}: {chapter.words}. {_read_before(chapter.before)}", quote=True)
    shape = f'<rect x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}" rx="6"/>'
    return f'<a href="{html.escape(href, quote=True)}" aria-label="{label}">{shape}{words}</a>'


def _read_before(numbers):
    if len(numbers) < 2:
        return f"Read chapter {numbers[0]} before." if numbers else "Start here."
    if len(numbers) == len(CHAPTERS) - 1:
        return "Read all the others before."
    return f"Read chapters {' and '.join(map(str, numbers))} before."


class ChapterMap(SphinxDirective):
    """The map, both of its pictures, with links to the chapters."""

    def run(self):
        """Called by Sphinx."""
        files = [Path(self.env.srcdir) / "chapters" / f"{name}.md" for name in CHAPTERS]
        for file in files:
            if not file.exists():
                raise self.error(f"the map in tools/chapter_map.py names {file.name}, and there is no such chapter")
            self.env.note_dependency(str(file))
        titles = [title_of(file) for file in files]
        uri = self.env.app.builder.get_relative_uri
        links = [uri(self.env.docname, f"chapters/{name}") for name in CHAPTERS]
        pictures = "".join(picture(layout.__name__, layout, titles, links) for layout in (wide, tall))
        return [nodes.raw("", f'<div class="chapter-map">{pictures}</div>', format="html")]


def setup(app):
    """Called by Sphinx."""
    app.add_directive("chapter-map", ChapterMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
