"""Pictures of paths: contours with paths, losses against steps.

Every line has a color, a dash and a marker of its own.
"""

import io
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8a6d00", "#56B4E9")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
SMALL = [
    "--set-precision=4",
    "--enable-id-stripping",
    "--shorten-ids",
    "--remove-metadata",
    "--enable-comment-stripping",
    "--create-groups",
    "--indent=none",
    "--no-line-breaks",
    "--strip-xml-prolog",
    "--quiet",
]
FONT = """font-family="'DejaVu Sans', sans-serif\""""
MARKERS = ("o", "s", "^", "D", "v", "P")


def book_style():
    """Figures as the book wants them: transparent, small, SVG, one color and dash for each line.

    The colors can be told apart by color-blind readers (Okabe and Ito, 2008). Call it
    in the first cell of a notebook.
    """
    mpl.rcParams.update(
        {
            "axes.prop_cycle": mpl.cycler(color=COLORS, linestyle=DASHES),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.grid": True,
            "grid.alpha": 0.25,
            "figure.figsize": (5.2, 3.3),
            "figure.constrained_layout.use": True,
            "font.size": 10.5,
            "legend.frameon": False,
            "savefig.transparent": True,
            "svg.fonttype": "none",
            "svg.hashsalt": "lectopt",
        }
    )
    _svg_in_notebooks()


def _svg_in_notebooks():
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    shell = get_ipython()
    if getattr(shell, "kernel", None) is not None:
        set_matplotlib_formats()
        shell.display_formatter.formatters["image/svg+xml"].for_type(Figure, svg)


def svg(figure):
    """The figure as SVG text, made as small as it can be without looking different: a third of matplotlib's."""
    from scour.scour import parse_args, scourString

    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None})
    small = scourString(text.getvalue(), parse_args(SMALL))
    # the fonts once for all, not again with every word
    return re.sub(r""" font-family=(["'])(?:(?!\1).)*sans-serif\1""", "", small).replace("<svg", f"<svg {FONT}", 1)


def line(i):
    """Colour and dash of the i-th line, for `plot`."""
    return {"color": COLORS[i % len(COLORS)], "linestyle": DASHES[i % len(DASHES)]}


def show_paths(fun, paths, *, ax=None, limits=None, every=1):
    """Contours of a two-dimensional problem, with paths over them.

    `paths` is {name: path}, a path an array of shape (steps + 1, 2). `limits` is
    (left, right, bottom, top), by default around all paths; `every` sets a marker
    at every so many steps. Returns the axes.
    """
    for name, path in paths.items():
        if np.ndim(path) != 2 or np.shape(path)[1] != 2:
            raise ValueError(f"the path {name!r} must have two columns to be drawn, got shape {np.shape(path)}")
    ax = ax or plt.subplots()[1]
    left, right, bottom, top = limits or _around(np.vstack(list(paths.values())))
    contours(fun, (left, right, bottom, top), ax=ax)
    for i, (name, path) in enumerate(paths.items()):
        marker = MARKERS[i % len(MARKERS)]
        ax.plot(*np.transpose(path), label=name, marker=marker, markersize=3, markevery=every, linewidth=1.2, **line(i))
    start = next(iter(paths.values()))[0]
    ax.plot(*start, "o", color="black", markersize=7, markerfacecolor="none")
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="$w_1$", ylabel="$w_2$")
    ax.grid(False)
    ax.legend(loc="best", fontsize="small")
    return ax


def contours(fun, limits, *, ax, levels=9, points=31):
    """Level lines of a two-dimensional problem, closer together near its lowest value.

    `levels` is how many, or the heights themselves, lowest first.
    """
    left, right, bottom, top = limits
    x, y = np.linspace(left, right, points), np.linspace(bottom, top, points)
    loss = np.array([[fun(np.array([a, b]))[0] for a in x] for b in y])
    if np.ndim(levels) == 0:
        levels = loss.min() + np.ptp(loss) * np.linspace(0.05, 1, levels) ** 2
    grey = np.linspace(0.45, 0.8, len(levels)).astype(str)
    ax.contour(x, y, loss, levels=levels, colors=list(grey), linewidths=0.7)
    return ax


def show_losses(fun, paths, *, ax=None, floor=0.0):
    """The loss above `floor` at every step of each path, on a logarithmic axis. Returns the axes."""
    ax = ax or plt.subplots()[1]
    for i, (name, path) in enumerate(paths.items()):
        ax.plot([fun(w)[0] - floor for w in path], label=name, **line(i))
    ax.set(yscale="log", xlabel="step", ylabel="loss")
    ax.legend(fontsize="small")
    return ax


def _around(points):
    """Limits with a margin around all finite points."""
    points = points[np.isfinite(points).all(axis=1)]
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.12 * np.maximum(high - low, 1e-3)
    (left, bottom), (right, top) = low - margin, high + margin
    return left, right, bottom, top
